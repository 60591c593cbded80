"""What needs attention: what it is, how many people it affects, and where its button leads."""

from lib.alerts.causes import CauseKind
from lib.clock import utc_now
from lib.services.alerts.overview import AlertsView
from lib.services.runs.overview import Everyone, Glance
from lib.services.schedules.setting import Upcoming
from lib.store.connections import ConnectionState
from lib.ui.frame.answer import Mark
from lib.ui.links import CONNECT, HISTORY, SYNC
from lib.ui.needs.need import Need
from lib.ui.needs.of_people import cleared_at_once, held, in_question, refused
from lib.ui.state_words import waiting_in_words
from lib.ui.times import exact
from lib.values import Check, RunStatus
from lib.words import by_count, closed, people

_HELPING = "They can still be emailed. The run in progress opts them out."
CHECKS = "checks"
"""The key of the need about failed checks."""


def needs_of(now: Glance, people_now: Everyone, alerts: AlertsView) -> list[Need]:
    """What needs attention; empty on a normal day."""
    return [
        *(_of_the_connection(now, people_now) or _of_checks(now)),
        *cleared_at_once(people_now),
        *refused(people_now),
        *in_question(people_now),
        *held(people_now),
        *_list_shrank(alerts),
        *_unsent(alerts),
    ]


def waiting_need(now: Glance, people_now: Everyone, next_run: Upcoming | None) -> list[Need]:
    """The people that the next run can opt out, whose card comes first: a press helps them.

    It isn't among the needs: with a schedule, the next run opts them out by itself.
    """
    if not people_now.waiting or _of_the_connection(now, people_now):
        return []
    what = waiting_in_words(people_now.waiting)
    run = now.latest
    is_preview = run is not None and run.status == RunStatus.DRY_RUN and run.source != "file"
    is_ready = is_preview and bool(run and run.planned)
    if now.live is not None:
        is_helping = not now.live.dry_run and now.live.source != "file"
        words = _HELPING if is_helping else _until(next_run)
        return [Need("waiting", what, words, "Go to Sync", Mark.WAITING, SYNC)]
    button = "See the preview" if is_ready else f"Preview {people(people_now.waiting)}"
    words, can_start = _until(next_run), not is_ready
    return [Need("waiting", what, words, button, Mark.WAITING, SYNC, previews=can_start)]


def _until(next_run: Upcoming | None) -> str:
    """How long they wait."""
    if next_run is None or next_run.at is None:
        return "They can still be emailed until a run opts them out. No run is scheduled."
    at = "within a minute" if next_run.at <= utc_now() else exact(next_run.at)
    return (
        f"They can still be emailed until the next scheduled run opts them out ({at}), or you do "
        "it now."
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
        words = f"Paused since {exact(now.state.halted_at)}. Previews and lists still work."
        what = _until_then(people_now, "you resume this connection")
        return [Need("halted", what, words, "Go to Connection", Mark.STOPPED, CONNECT)]
    if not now.copies_unsubscribes:
        what = _until_then(people_now, "you turn copying on again")
        words = "People who unsubscribe can still be emailed. Previews and lists still work."
        return [Need("copying_off", what, words, "Go to Connection", Mark.STOPPED, CONNECT)]
    run = now.latest
    if run is None:
        return []
    if run.status == RunStatus.OVER_LIMIT:
        what = by_count(
            run.planned or 0,
            "The last run stopped",
            f"The last run stopped: 1 record is over your limit of {run.safety_limit or 0:,}",
            f"The last run stopped: {{n}} records are over your limit of {run.safety_limit or 0:,}",
        )
        words = "It changed nothing. Look at them first, or raise the limit for this run."
        return [Need("guarded", what, words, "Look at them", page=SYNC)]
    if run.status == RunStatus.FAILED and run.errors:
        what = f"The last {'preview' if run.dry_run else 'run'} failed: {run.errors[0].message}"
        return [Need("failed", what, run.errors[0].remedy, "Go to Sync", Mark.FAILED, SYNC)]
    return []


def _of_checks(now: Glance) -> list[Need]:
    """What the last test found; what only follows from another check isn't counted."""
    causes = failed_checks(now)
    if not causes:
        return []
    what = by_count(
        len(causes),
        "",
        "1 check of this connection needs you",
        "{n} checks of this connection need you",
    )
    first = causes[0]
    words = " ".join(closed(part) for part in (first.detail, first.effect) if part)
    return [Need(CHECKS, what, words, "See the checks", page=CONNECT)]


def failed_checks(now: Glance) -> list[Check]:
    """Those of the last test that don't just follow from another one."""
    checks = now.state.checks if now.state is not None else []
    return [check for check in checks if not check.ok and check.because is None]


def _until_then(people_now: Everyone, then: str) -> str:
    """Who it affects, and what ends it."""
    return by_count(
        people_now.mailable,
        f"No one is opted out until {then}",
        f"1 person can be emailed until {then}",
        f"{{n}} people can be emailed until {then}",
    )


def _paused(state: ConnectionState, people_now: Everyone) -> Need:
    what = _until_then(people_now, "you enter new credentials")
    message = closed(state.paused_message or "Salesforce refused the credentials")
    since = f"Paused since {exact(state.paused_at)}. " if state.paused_at else ""
    words = f"{message} {since}{state.paused_remedy or ''}".strip()
    return Need("paused", what, words, "Enter new credentials", Mark.STOPPED, CONNECT)


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
