"""What needs attention: what it is, how many people it affects, and where its button leads."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from lib.alerts.causes import CauseKind
from lib.clock import utc_now
from lib.services.alerts.overview import AlertsView
from lib.services.runs.overview import Everyone, Glance
from lib.services.runs.record_results import why
from lib.services.schedules.setting import Upcoming
from lib.store.connections import ConnectionState
from lib.store.domains import OnHold
from lib.store.mass_clearings import ClearedBox, by_whom
from lib.store.people import RefusedRecord
from lib.ui.frame.answer import Mark
from lib.ui.links import CONNECT, HISTORY, OVERVIEW, SYNC, Page
from lib.ui.state_words import waiting_in_words
from lib.ui.times import distance, exact
from lib.values import Outcome, RunStatus
from lib.words import by_count, closed, people, records, whose


@dataclass(frozen=True, slots=True)
class AffectedRecord:
    """A record that a need is about."""

    sobject: str
    record_id: str
    address: str
    since: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """Something for a person to do; `key` is part of its button's key.

    The button shows all `records` it's about, if it has any, starts a preview if `previews`, and
    otherwise goes to `page`, of another `connection` if it names one. A `domain` on hold and boxes
    that were `cleared` at once have buttons of their own. `cause` is that of the alert about it.
    """

    key: str
    what: str
    why: str
    button: str
    mark: Mark = Mark.NEEDS_YOU
    page: Page = OVERVIEW
    records: tuple[AffectedRecord, ...] = ()
    domain: OnHold | None = None
    cleared: tuple[ClearedBox, ...] = ()
    cause: str = ""
    previews: bool = False
    connection: str = ""


def needs_of(now: Glance, people_now: Everyone, alerts: AlertsView, first: str = "") -> list[Need]:
    """What needs attention; empty on a normal day. An alert's link names the cause to put first."""
    needs = [
        *_of_the_connection(now, people_now),
        *_cleared_at_once(people_now),
        *_refused(people_now),
        *_in_question(people_now),
        *_held(people_now),
        *_list_shrank(alerts),
        *_unsent(alerts),
    ]
    return sorted(needs, key=lambda need: need.cause != first) if first else needs


def waiting_need(now: Glance, people_now: Everyone, next_run: Upcoming | None) -> list[Need]:
    """The people that the next run can opt out, so that the alarm about them has its button.

    It isn't among the needs: with a schedule, the next run opts them out by itself.
    """
    if not people_now.waiting or _of_the_connection(now, people_now):
        return []
    what = waiting_in_words(people_now.waiting)
    planned = now.latest is not None and now.latest.status == RunStatus.DRY_RUN
    is_ready = planned and bool(now.latest and now.latest.planned)
    can_start = now.live is None and not is_ready
    button = f"Preview {people(people_now.waiting)}" if can_start else "Go to Sync"
    need = Need("waiting", what, _until(next_run), button, Mark.WAITING, SYNC, previews=can_start)
    return [replace(need, button="See the preview") if is_ready else need]


def _until(next_run: Upcoming | None) -> str:
    """How long they wait."""
    if next_run is None or next_run.at is None:
        return "They can still be emailed until a run opts them out. No run is scheduled."
    at = "within a minute" if next_run.at <= utc_now() else exact(next_run.at)
    return (
        "They can still be emailed until then. The next scheduled run opts them out "
        f"({at}), or you can do it now."
    )


def _of_the_connection(now: Glance, people_now: Everyone) -> list[Need]:
    if now.is_paused and now.state is not None:
        return [_paused(now.state, people_now)]
    if now.state is not None and now.state.other is not None:
        org = now.state.other.org
        what = f"The credentials now lead to another org: {org.name} ({org.org_id})"
        words = "No one is opted out until you say which org is meant."
        return [Need("wrong_org", what, words, "Choose the org", Mark.STOPPED, CONNECT)]
    if now.state is not None and now.state.halted_at is not None:
        what = f"This connection is paused by {now.state.halted_by}"
        words = f"Since {exact(now.state.halted_at)}, no run writes. Resume it when you're ready."
        return [Need("halted", what, words, "Go to Connection", Mark.STOPPED, CONNECT)]
    if not now.copies_unsubscribes:
        what = "Copying unsubscribes to Salesforce is off"
        words = "No run opts anyone out. People who unsubscribe can still be emailed."
        return [Need("copying_off", what, words, "Go to Connection", Mark.STOPPED, CONNECT)]
    run = now.latest
    if run is None:
        return []
    if run.status == RunStatus.OVER_LIMIT:
        limit = f"Your limit is {run.safety_limit or 0:,}."
        what = f"{records(run.planned or 0)} would be opted out. {limit}"
        words = "Look at them first, or raise the limit for this run."
        return [Need("guarded", what, words, "Look at them", page=SYNC)]
    if run.status == RunStatus.FAILED and run.errors:
        what = f"The last {'preview' if run.dry_run else 'run'} failed: {run.errors[0].message}"
        return [Need("failed", what, run.errors[0].remedy, "Go to Sync", Mark.FAILED, SYNC)]
    return []


def _paused(state: ConnectionState, people_now: Everyone) -> Need:
    what = by_count(
        people_now.mailable,
        "No one is opted out until you enter new credentials",
        "1 person can be emailed until you enter new credentials",
        "{n} people can be emailed until you enter new credentials",
    )
    message = closed(state.paused_message or "Salesforce refused the credentials")
    since = f"Paused since {exact(state.paused_at)}. " if state.paused_at else ""
    words = f"{message} {since}{state.paused_remedy or ''}".strip()
    return Need("paused", what, words, "Enter new credentials", Mark.STOPPED, CONNECT)


def _cleared_at_once(people_now: Everyone) -> list[Need]:
    boxes = people_now.cleared_at_once
    if not boxes:
        return []
    what = f"Email Opt Out was cleared on {records(len(boxes))} at once{whose(by_whom(boxes))}"
    words = (
        "That was most likely a program. Optback leaves the boxes as they are and keeps these "
        "people off lists. If it wasn't meant, set the boxes again in Salesforce. The next run "
        "sees that."
    )
    cause = CauseKind.MASS_CLEARING
    return [Need("cleared", what, words, "See the records", cleared=boxes, cause=cause)]


def _refused(people_now: Everyone) -> list[Need]:
    """Refused records by cause: the same record counts once, however often it was tried."""
    found = []
    for reason, group in groupby(people_now.refused, key=lambda record: record.reason):
        refused = list(group)
        cause, remedy = why(Outcome.FAILED, reason, refused[0].message)
        addresses = {record.address for record in refused}
        lasting = distance(min(record.since for record in refused)).removesuffix(" ago")
        how_long = "" if lasting == "just now" else f" for {lasting}"
        more = f" ({records(len(refused))})" if len(refused) > len(addresses) else ""
        what = f"Salesforce has refused {people(len(addresses))}{more}{how_long}"
        who = f"{refused[0].address}\n\n" if len(addresses) == 1 else ""
        need = Need(
            f"refused_{reason}",
            what,
            f"{who}{cause.removesuffix('.')}. {remedy}",
            _see(len(refused)),
            Mark.REFUSED,
            records=tuple(_affected(record) for record in refused),
        )
        found.append(replace(need, cause=CauseKind.REFUSED))
    return found


def _affected(refused: RefusedRecord) -> AffectedRecord:
    words = why(Outcome.FAILED, refused.reason, refused.message)[0]
    return AffectedRecord(refused.sobject, refused.record_id, refused.address, refused.since, words)


def _see(count: int) -> str:
    return by_count(count, "", "See the record", "See all {n} records")


def _in_question(people_now: Everyone) -> list[Need]:
    if not people_now.in_question:
        return []
    asked = {record.address for record in people_now.in_question}
    what = f"It isn't clear whether {people(len(asked))} should be opted out"
    words = (
        "Someone cleared the box, and Optback can't tell whether a newer unsubscribe came after "
        "that. Ask your colleague, then set Email Opt Out in Salesforce the way it should be."
    )
    affected = tuple(
        AffectedRecord(one.sobject, one.record_id, one.address, one.cleared_at)
        for one in people_now.in_question
    )
    return [Need("in_question", what, words, _see(len(affected)), records=affected)]


def _held(people_now: Everyone) -> list[Need]:
    """Each domain by itself: it's decided about by name."""
    return [_of_domain(on_hold) for on_hold in people_now.held_domains]


def _of_domain(on_hold: OnHold) -> Need:
    domain = on_hold.domain
    what = by_count(
        on_hold.people,
        f"{domain}: no one in Salesforce, as far as Optback has looked",
        f"{domain}: 1 person",
        f"{domain}: {{n}} people",
    )
    words = (
        "The whole domain is on the unsubscribe list. No one is opted out because of that, and "
        "people there stay off lists, until you decide."
    )
    label = "Preview opting them out"
    return Need(f"held_{domain}", what, words, label, domain=on_hold, cause=CauseKind.HELD)


def _list_shrank(alerts: AlertsView) -> list[Need]:
    """Many entries that are missing from JangoMail's list, in the words of the alert."""
    cause = CauseKind.LIST_SHRANK
    return [
        Need(
            cause.value,
            alert.text.cause.removesuffix("."),
            f"{closed(alert.text.effect)} {closed(alert.text.remedy)}",
            "See the runs",
            page=HISTORY,
            cause=cause,
        )
        for alert in alerts.open
        if alert.cause == cause
    ]


def _unsent(alerts: AlertsView) -> list[Need]:
    """Alerts that couldn't be sent: the people who should hear of a problem don't."""
    if not alerts.stuck:
        return []
    what = by_count(
        len(alerts.stuck), "", "An alert couldn't be sent", "{n} alerts couldn't be sent"
    )
    latest = alerts.stuck[0]
    words = f"{closed(latest.error or '')} Optback tries again. It's for {latest.receiver}."
    return [Need("unsent", what, words, "See alerts", page=CONNECT)]
