"""The tables of a look-up: the records now, and everything that the log has."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib.services.log import Log
from lib.services.runs.lookup import AddressHistory
from lib.services.runs.record_results import why_of
from lib.store import runs
from lib.store.domains import Verdict
from lib.store.ledger import Event
from lib.store.pending_people import PendingPerson
from lib.ui.columns import link_of, outcome_cell, outcome_chips, record_links
from lib.ui.times import clock_and_day, exact, viewer_zone
from lib.values import Record
from lib.words import object_in_words, source_in_words

_STATES = {
    "pending": "not handled yet",
    "done": "handled",
    "held": "on hold until someone decides about the domain",
}
_DECIDED = {
    Verdict.APPROVED: "approved: everyone there is opted out",
    Verdict.MAILABLE: "the domain is kept mailable",
}
_RECORDS = {
    "Name": st.column_config.TextColumn(width=150),
    "Record": st.column_config.TextColumn(width=90),
    "Email Opt Out": st.column_config.TextColumn(width=95),
    "Last changed": st.column_config.TextColumn(width=125),
    "Salesforce": record_links(width=75),
}


def draw_records(story: AddressHistory) -> None:
    """The records that have the address now, each with its link."""
    lines = [_record_line(story, record) for record in story.records]
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        key="lookup_records",
        column_config=_RECORDS,
        alt="The records of this person, with name, opt-out, and a link to Salesforce",
    )


def _record_line(story: AddressHistory, record: Record) -> dict[str, str | None]:
    details = story.details.get(record.record_id)
    boxes = {True: "Yes", False: "No", None: "Hidden"}
    return {
        "Name": details.name if details and details.name else "–",
        "Record": _object_of(record),
        "Email Opt Out": "One of two" if record.is_partly_set else boxes[record.opted_out],
        "Last changed": exact(record.modified_at),
        "Salesforce": link_of(story.instance_url, record.record_id),
    }


def _object_of(record: Record) -> str:
    return "Lead, converted" if record.is_converted else object_in_words(record.sobject)


def draw_log(log: Log, story: AddressHistory) -> None:
    """Each unsubscribe, and what each run did, with all IDs; folded."""
    events = [*story.events, *story.domain_events]
    if not events and not story.changes:
        return
    with st.expander("Everything in the log about this address", key="lookup_log"):
        if events:
            st.caption("Unsubscribes")
            _table([_event_line(story, event) for event in events], "lookup_events")
        if story.changes:
            st.caption("What each run did, newest first")
            _table(_change_lines(log, story), "lookup_changes")


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


def asked_in_words(event: Event | PendingPerson) -> str:
    """When they unsubscribed, or between which moments (rules.md, 8)."""
    asked = event.asked
    if asked.not_before is None:
        return f"before {exact(asked.not_after)}"
    if (asked.not_after - asked.not_before).total_seconds() <= 1:
        return exact(asked.not_before)
    first, last = exact(asked.not_before), exact(asked.not_after)
    if first == last:
        return first
    (from_clock, from_day), (to_clock, to_day) = map(
        clock_and_day, (asked.not_before, asked.not_after)
    )
    if from_day == to_day:
        when = "" if from_day == "today" else f"{from_day}, "
        return f"{when}between {from_clock} and {to_clock}"
    return f"between {first} and {last}"


def _change_lines(log: Log, story: AddressHistory) -> list[dict[str, str | list[str]]]:
    started = {change.run_id: runs.get(log.store, change.run_id) for change in story.changes}
    lines: list[dict[str, str | list[str]]] = []
    for logged in story.changes:
        run, change = started[logged.run_id], logged.change
        lines.append(
            {
                "Run started": exact(run.started_at if run else logged.planned_at),
                "Result": outcome_cell(change.outcome, is_undo=logged.is_undo),
                "Why": " ".join(part for part in why_of(change, viewer_zone()) if part) or "–",
                "Object": object_in_words(change.sobject),
                "Run ID": logged.run_id,
                "Record ID": change.record_id,
            }
        )
    return lines


def _table(lines: Sequence[Mapping[str, str | list[str]]], key: str) -> None:
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        key=key,
        column_config={"Result": outcome_chips(width=190)},
        alt=", ".join(lines[0]),
    )
