"""Records that an undo leaves mailable, and which unsubscribes no longer count for them.

Source: rules.md, 5. A record stays here after its box is set again, because the unsubscribes that
don't count are also left out of a later undo.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.ledger import Event
from lib.store.sql_values import chunks, json_list, moment, text_of

NOTHING = ""
"""The source of an undone file: its unsubscribes are withdrawn, so none are left to leave out."""

_CHUNK = 5_000  # per statement

_NOTE = """
    insert into undone (scope, record_id, run_id, sobject, address, source, known_until,
        known_event, cleared_at, undo_id, undone_at)
    values (:scope, :record_id, :run_id, :sobject, :address, :source, :known_until,
        :known_event, :cleared_at, :undo_id, :undone_at)
    on conflict (scope, record_id, run_id) do update
    set address = excluded.address, undo_id = excluded.undo_id, undone_at = excluded.undone_at,
        ended_at = null
"""
_ANY = "select 1 from undone where scope = :scope limit 1"
_OF_ADDRESSES = """
    select * from undone indexed by undone_by_address
    where scope = :scope and address in (select value from json_each(:values))
    order by record_id, undone_at
"""
_OF_RECORDS = """
    select * from undone
    where scope = :scope and record_id in (select value from json_each(:values))
    order by record_id, undone_at
"""


@dataclass(frozen=True, slots=True)
class UndoneRecord:
    """A record that an undo left mailable, with what was known when its run planned it.

    `cleared_at` is when a person had cleared the box before that run. `ended_at` is when the box
    was seen set again; None while it's still undone.
    """

    record_id: str
    sobject: str
    address: str
    run_id: str  # that was taken back
    source: str  # whose unsubscribes don't count
    known_until: datetime
    known_event: int
    cleared_at: datetime | None
    undo_id: str
    undone_at: datetime
    ended_at: datetime | None = None

    @property
    def is_current(self) -> bool:
        """Whether its box wasn't seen set since."""
        return self.ended_at is None

    def leaves_out(self, event: Event) -> bool:
        """Whether this unsubscribe no longer counts for the record.

        One from before that time doesn't, even if a dated report shows it only later.
        """
        is_known = event.id <= self.known_event and event.first_seen_at <= self.known_until
        is_from_before = event.asked.not_after <= self.known_until
        return event.source == self.source and (is_known or is_from_before)


def note(store: Store, scope: str, records: Iterable[UndoneRecord]) -> None:
    """Note records that stay mailable, in the caller's transaction."""
    store.execute_many(_NOTE, (_row(scope, record) for record in records))


def is_empty(store: Store, scope: str) -> bool:
    """Whether nothing was ever taken back in this org."""
    return store.first_row(_ANY, {"scope": scope}) is None


def of_addresses(store: Store, scope: str, addresses: Iterable[str]) -> list[UndoneRecord]:
    """The records with these addresses that an undo ever left mailable."""
    return _found(store, _OF_ADDRESSES, scope, addresses)


def of_records(store: Store, scope: str, record_ids: Iterable[str]) -> list[UndoneRecord]:
    """Those of these records that an undo ever left mailable, once for each undone run."""
    return _found(store, _OF_RECORDS, scope, record_ids)


def counting(events: Sequence[Event], marks: Sequence[UndoneRecord]) -> list[Event]:
    """The unsubscribes that still count for a record with these marks.

    An older event of the same source doesn't count either, even if it was read later, nor does one
    that was taken off the source's list.
    """
    left_out = [event for event in events if any(mark.leaves_out(event) for mark in marks)]
    return [
        event
        for event in events
        if event.counts
        and event not in left_out
        and not any(_is_older(event, than) for than in left_out)
    ]


def _is_older(event: Event, than: Event) -> bool:
    return event.source == than.source and than.asked.is_wholly_after(event.asked.not_after)


def _found(store: Store, statement: str, scope: str, values: Iterable[str]) -> list[UndoneRecord]:
    found: list[UndoneRecord] = []
    for chunk in chunks(values, _CHUNK):
        rows = store.query(statement, {"scope": scope, "values": json_list(chunk)})
        found += [_record(row) for row in rows]
    return found


def _row(scope: str, record: UndoneRecord) -> dict[str, object]:
    return {
        "scope": scope,
        "record_id": record.record_id,
        "run_id": record.run_id,
        "sobject": record.sobject,
        "address": record.address,
        "source": record.source,
        "known_until": to_text(record.known_until),
        "known_event": record.known_event,
        "cleared_at": text_of(record.cleared_at),
        "undo_id": record.undo_id,
        "undone_at": to_text(record.undone_at),
    }


def _record(row: sqlite3.Row) -> UndoneRecord:
    return UndoneRecord(
        record_id=row["record_id"],
        sobject=row["sobject"],
        address=row["address"],
        run_id=row["run_id"],
        source=row["source"],
        known_until=from_text(row["known_until"]),
        known_event=row["known_event"],
        cleared_at=moment(row["cleared_at"]),
        undo_id=row["undo_id"],
        undone_at=from_text(row["undone_at"]),
        ended_at=moment(row["ended_at"]),
    )
