"""Look up an address: its records, its unsubscribes, and what each run did and why."""

import pandas as pd
import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.runs.lookup import AddressHistory, look_up
from lib.services.runs.record_results import why_of
from lib.store import runs
from lib.store.domains import Verdict
from lib.store.ledger import Event
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.lookup_story import sentences
from lib.ui.times import exact, viewer_zone
from lib.undo_words import OUTCOMES as UNDO_OUTCOMES
from lib.values import Record
from lib.words import OUTCOMES, by_count, object_in_words, records, source_in_words

_ADDRESS = "address"
_STATES = {
    "pending": "not handled yet",
    "done": "handled",
    "held": "on hold until someone decides about the domain",
}
_DECIDED = {
    Verdict.APPROVED: "approved: everyone there is opted out",
    Verdict.MAILABLE: "the domain is kept mailable",
}


def ask_for(address: str) -> None:
    """Look up this address from the next page run on; for callbacks only."""
    st.session_state[_ADDRESS] = address


def draw_lookup(log: Log, connection: str) -> None:
    """The input, and the answer once there is an address; the address bar keeps it."""
    st.header("Look up an email address", anchor=False)
    text = st.text_input(
        "Email address",
        key=_ADDRESS,
        bind="query-params",
        placeholder="ann@example.org",
        label_visibility="collapsed",
    )
    if not (text or "").strip():
        return
    try:
        with st.spinner("Checking Salesforce"):
            story = look_up(log, session.environment(), connection, text.strip())
    except OptbackError as error:
        show_error(error)
        return
    with st.container(border=True, key="story"):
        _draw_story(log, story)


def _draw_story(log: Log, story: AddressHistory) -> None:
    st.markdown(f"**{plain(_summary(story))}**")
    for sentence in sentences(story):
        st.markdown(plain(sentence))
    if story.trouble is not None:
        show_error(story.trouble)
    if story.records:
        _table([_record_line(story, record) for record in story.records], "lookup_records")
    events = [*story.events, *story.domain_events]
    if events:
        st.caption("Unsubscribes")
        _table([_event_line(story, event) for event in events], "lookup_events")
    if story.changes:
        st.caption("What each run did, newest first")
        _table(_change_lines(log, story), "lookup_changes")


def _summary(story: AddressHistory) -> str:
    return f"{story.address}: {_records_now(story)}; {_unsubscribes(story)}."


def _records_now(story: AddressHistory) -> str:
    if story.trouble is not None:
        return "Salesforce couldn't be checked, so this is what the log knows"
    if not story.records:
        return "not on any record in Salesforce"
    found = records(len(story.records))
    opted_out = sum(bool(record.opted_out) for record in story.records)
    if not opted_out:
        return f"{found}, not opted out now"
    some = "" if opted_out == len(story.records) else f"{opted_out:,} of "
    return f"{some}{found} opted out now"


def _unsubscribes(story: AddressHistory) -> str:
    if story.domain_events and not story.events:
        return "the whole domain is on the unsubscribe list"
    return by_count(
        len(story.events), "never unsubscribed", "unsubscribed once", "unsubscribed {n} times"
    )


def _record_line(story: AddressHistory, record: Record) -> dict[str, str]:
    known = story.remembered.get(record.record_id)
    cleared = known.cleared_at if known and known.address == record.address else None
    by_person = not record.opted_out and record.record_id not in story.undone
    boxes = {True: "yes", False: "no", None: "hidden from this user"}
    return {
        "Email Opt Out now": "one of two fields"
        if record.is_partly_set
        else boxes[record.opted_out],
        "Object": _object_of(record),
        "Cleared by a colleague": exact(cleared) if cleared and by_person else "–",
        "Last modified": exact(record.modified_at),
        "Record ID": record.record_id,
    }


def _object_of(record: Record) -> str:
    return "Lead, converted" if record.is_converted else object_in_words(record.sobject)


def _event_line(story: AddressHistory, event: Event) -> dict[str, str]:
    return {
        "Unsubscribed": asked_in_words(event),
        "Source": source_in_words(event.source),
        "First read": exact(event.first_seen_at),
        "Status": _state_of(story, event),
        "As written in the source": event.shown,
    }


def _state_of(story: AddressHistory, event: Event) -> str:
    if event.resubscribed_at is not None:
        return f"taken off the list, noticed {exact(event.resubscribed_at)}"
    verdict = story.domain.verdict if event.is_domain and story.domain else None
    return _DECIDED[verdict] if verdict else _STATES.get(event.state, event.state)


def asked_in_words(event: Event) -> str:
    """When they unsubscribed, or between which moments (rules.md, 8)."""
    asked = event.asked
    if asked.not_before is None:
        return f"before {exact(asked.not_after)}"
    if (asked.not_after - asked.not_before).total_seconds() <= 1:
        return exact(asked.not_before)
    return f"between {exact(asked.not_before)} and {exact(asked.not_after)}"


def _change_lines(log: Log, story: AddressHistory) -> list[dict[str, str]]:
    started = {change.run_id: runs.get(log.store, change.run_id) for change in story.changes}
    lines = []
    for logged in story.changes:
        run, change = started[logged.run_id], logged.change
        lines.append(
            {
                "Run started": exact(run.started_at if run else logged.planned_at),
                "Result": (UNDO_OUTCOMES if logged.is_undo else OUTCOMES)[change.outcome],
                "Why": " ".join(part for part in why_of(change, viewer_zone()) if part) or "–",
                "Object": object_in_words(change.sobject),
                "Run ID": logged.run_id,
                "Record ID": change.record_id,
            }
        )
    return lines


def _table(lines: list[dict[str, str]], key: str) -> None:
    st.dataframe(pd.DataFrame(lines), hide_index=True, key=key, alt=", ".join(lines[0]))
