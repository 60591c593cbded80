"""What needs attention: how many people it affects, why, and a button for each problem."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

import streamlit as st

from lib.alerts.causes import CauseKind
from lib.services.alerts.overview import AlertsView
from lib.services.log import Log
from lib.services.runs.overview import Everyone, Glance
from lib.services.runs.record_results import why
from lib.store.domains import OnHold
from lib.store.mass_clearings import ClearedBox, by_whom
from lib.store.people import RefusedRecord
from lib.ui.errors import plain
from lib.ui.links import CONNECT, HISTORY, OVERVIEW, SYNC, Page, go
from lib.ui.lookup import ask_for
from lib.ui.overview.clearing import draw_question
from lib.ui.overview.domains import draw_choice
from lib.ui.state_words import waiting_in_words
from lib.ui.times import exact
from lib.values import Outcome, RunStatus
from lib.words import by_count, closed, people, records, whose


@dataclass(frozen=True, slots=True)
class Need:
    """Something for a person to do; `key` is part of its button's key.

    The button looks up `address` if there is one, and otherwise goes to `page`. A `domain` on hold
    and boxes that were `cleared` at once have buttons of their own. `cause` is that of the alert
    about it.
    """

    key: str
    what: str
    why: str
    button: str
    page: Page = OVERVIEW
    address: str = ""
    domain: OnHold | None = None
    cleared: tuple[ClearedBox, ...] = ()
    cause: str = ""
    query: dict[str, str] = field(default_factory=dict)


def needs_of(now: Glance, people_now: Everyone, alerts: AlertsView, first: str = "") -> list[Need]:
    """What needs attention; empty on a normal day. An alert's link names the cause to put first."""
    needs = [
        *_of_the_connection(now),
        *_cleared_at_once(people_now),
        *_refused(people_now),
        *_in_question(people_now),
        *_held(people_now),
        *_list_shrank(alerts),
        *_unsent(alerts),
    ]
    return sorted(needs, key=lambda need: need.cause != first) if first else needs


def waiting_need(now: Glance, people_now: Everyone) -> list[Need]:
    """The people that the next run can opt out, so that the alarm about them has its button.

    It isn't among the needs: with a schedule, the next run opts them out by itself.
    """
    if not people_now.waiting or _of_the_connection(now):
        return []
    what = waiting_in_words(people_now.waiting)
    words = "They can still be emailed until a run opts them out."
    return [Need("waiting", what, words, "Go to Sync", SYNC)]


def draw_needs(log: Log, now: Glance, needs: Iterable[Need]) -> None:
    """Each with its button; the first button is the page's primary."""
    for position, need in enumerate(needs):
        with st.container(border=True, key=f"hand_{need.key}"):
            st.markdown(f"**{plain(need.what)}**  \n{plain(need.why)}")
            kind: Literal["secondary", "primary"] = "secondary" if position else "primary"
            key = f"hand_{need.key}_button"
            if need.domain is not None:
                draw_choice(log, now, need.domain, kind)
            elif need.cleared:
                draw_question(log, now, need.cleared, kind)
            elif need.address:
                st.button(need.button, type=kind, key=key, on_click=ask_for, args=(need.address,))
            elif st.button(need.button, type=kind, key=key):
                go(need.page, **need.query)


def _of_the_connection(now: Glance) -> list[Need]:
    if now.is_paused and now.state is not None:
        what = now.state.paused_message or "Salesforce refused the credentials"
        remedy = now.state.paused_remedy or ""
        words = (
            f"Paused since {exact(now.state.paused_at)}. "
            f"Optback isn't reading or writing anything. {remedy}"
            if now.state.paused_at
            else remedy
        )
        return [Need("paused", what, words, "Enter new credentials", CONNECT)]
    if now.state is not None and now.state.other is not None:
        org = now.state.other.org
        what = f"The credentials now lead to another org: {org.name} ({org.org_id})"
        words = "No one is opted out until you say which org is meant."
        return [Need("wrong_org", what, words, "Choose the org", CONNECT)]
    if now.state is not None and now.state.halted_at is not None:
        what = f"This connection is paused by {now.state.halted_by}"
        words = f"Since {exact(now.state.halted_at)}, no run writes. Resume it when you're ready."
        return [Need("halted", what, words, "Go to Connection", CONNECT)]
    if not now.copies_unsubscribes:
        what = "Copying unsubscribes to Salesforce is off"
        words = "No run opts anyone out. People who unsubscribe can still be emailed."
        return [Need("copying_off", what, words, "Go to Connection", CONNECT)]
    run = now.latest
    if run is None:
        return []
    if run.status == RunStatus.OVER_LIMIT:
        limit = f"Your limit is {run.safety_limit or 0:,}."
        what = f"{records(run.planned or 0)} would be opted out. {limit}"
        words = "Look at them first, or raise the limit for this run."
        return [Need("guarded", what, words, "Look at them", SYNC)]
    if run.status == RunStatus.FAILED and run.errors:
        what = f"The last {'preview' if run.dry_run else 'run'} failed: {run.errors[0].message}"
        return [Need("failed", what, run.errors[0].remedy, "Go to Sync", SYNC)]
    return []


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
        since = exact(min(record.since for record in refused))
        what = f"Salesforce has refused {records(len(refused))} of {_people(refused)} since {since}"
        words = f"{cause.removesuffix('.')}. {remedy}"
        need = _look_up(f"refused_{reason}", what, words, refused[0].address)
        found.append(replace(need, cause=CauseKind.REFUSED))
    return found


def _in_question(people_now: Everyone) -> list[Need]:
    if not people_now.in_question:
        return []
    asked = {record.address for record in people_now.in_question}
    what = f"It isn't clear whether {people(len(asked))} should be opted out"
    words = (
        "Someone cleared the box, and Optback can't tell whether a newer unsubscribe came after "
        "that. Ask your colleague, then set Email Opt Out in Salesforce the way it should be."
    )
    return [_look_up("in_question", what, words, people_now.in_question[0].address)]


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
            HISTORY,
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
    return [Need("unsent", what, words, "See alerts", CONNECT)]


def _look_up(key: str, what: str, words: str, address: str) -> Need:
    return Need(key, what, words, "Look up the first address", address=address)


def _people(refused: Iterable[RefusedRecord]) -> str:
    return people(len({record.address for record in refused}))
