"""What is remembered of each record: seen opted out, cleared since (rules.md, 3.1 and 3.2)."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import chunks, json_list, moment

KEPT = "kept"  # a person cleared the box, and it stays cleared
UNSETTLED = "unsettled"  # the unsubscribe is from about then, and no date says which was first
UNSURE = "unsure"  # changed after a write without an answer: perhaps set, then cleared by a person

ClearedRecord = tuple[str, str, str, datetime, str]  # the same, cleared at, verdict


class OptedOutRecord(NamedTuple):
    """A record whose boxes are set; `boxes` names them, `()` for the standard field.

    `contact_id` is the Contact that is part of a person account.
    """

    sobject: str
    record_id: str
    address: str
    boxes: tuple[str, ...] = ()
    contact_id: str = ""


class Move(NamedTuple):
    """What was remembered of a person account's Contact is now about the Account."""

    contact_id: str
    account_id: str


_CHUNK = 5_000  # records per statement

_RECALL = """
    select * from memory
    where scope = :scope and record_id in (select value from json_each(:record_ids))
"""
_OF_ADDRESSES = """
    select * from memory
    where scope = :scope and address in (select value from json_each(:addresses))
    order by record_id
"""
_NEEDING_HAND = """
    select * from memory
    where scope = :scope and verdict in ('unsettled', 'unsure')
    order by cleared_at desc, record_id
"""
_SEEN = """
    insert into memory (scope, record_id, sobject, address, seen_at, run_id, boxes, contact_id)
    values (:scope, :record_id, :sobject, :address, :now, :run_id, :boxes, :contact_id)
    on conflict (scope, record_id) do update
    set address = excluded.address, seen_at = excluded.seen_at, run_id = excluded.run_id,
        cleared_at = null, verdict = null, boxes = excluded.boxes,
        contact_id = case when excluded.contact_id = '' then contact_id else excluded.contact_id end
"""
_NO_LONGER_UNDONE = """
    update undone set ended_at = :now
    where scope = :scope and record_id = :record_id and ended_at is null
"""
# A clearing keeps the date it was first seen with, even if someone edits the record later.
_CLEARED = """
    insert into memory (scope, record_id, sobject, address, seen_at, cleared_at, verdict, run_id)
    values (:scope, :record_id, :sobject, :address, :now, :cleared_at, :verdict, :run_id)
    on conflict (scope, record_id) do update
    set cleared_at = case
            when address = excluded.address then coalesce(cleared_at, excluded.cleared_at)
            else excluded.cleared_at
        end,
        address = excluded.address, verdict = excluded.verdict, run_id = excluded.run_id
"""
_MOVE = """
    update or ignore memory
    set record_id = :account_id, sobject = 'Account', contact_id = :contact_id, boxes = ''
    where scope = :scope and record_id = :contact_id
"""
_FORGET = "delete from memory where scope = :scope and record_id = :contact_id"

# The time stays, so that the box isn't found again as one that a colleague cleared.
_UNDONE = """
    update memory
    set cleared_at = coalesce(cleared_at, :now), verdict = null
    where scope = :scope and record_id in (select value from json_each(:record_ids))
"""
_KEPT = """
    select * from memory indexed by memory_by_verdict
    where scope = :scope and verdict = 'kept'
    order by record_id
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A record that was seen opted out with this address."""

    record_id: str
    sobject: str
    address: str
    seen_at: datetime
    cleared_at: datetime | None  # LastModifiedDate when it was first seen cleared; None if it isn't
    verdict: str | None  # KEPT, UNSETTLED or UNSURE; None while it is opted out
    run_id: str
    boxes: frozenset[str] = frozenset()  # the fields that were seen set; empty: the standard one
    contact_id: str = ""  # the Contact of a person account


def recall(store: Store, scope: str, record_ids: Iterable[str]) -> dict[str, Remembered]:
    """What is remembered about these records, for those that are remembered at all."""
    found: dict[str, Remembered] = {}
    for chunk in chunks(record_ids, _CHUNK):
        rows = store.query(_RECALL, {"scope": scope, "record_ids": json_list(chunk)})
        found.update((row["record_id"], _remembered(row)) for row in rows)
    return found


def of_addresses(store: Store, scope: str, addresses: Iterable[str]) -> list[Remembered]:
    """The remembered records that have one of these addresses."""
    found: list[Remembered] = []
    for chunk in chunks(addresses, _CHUNK):
        rows = store.query(_OF_ADDRESSES, {"scope": scope, "addresses": json_list(chunk)})
        found.extend(_remembered(row) for row in rows)
    return found


def needing_hand(store: Store, scope: str) -> list[Remembered]:
    """The cleared records that a person must decide about, latest clearing first."""
    return [_remembered(row) for row in store.query(_NEEDING_HAND, {"scope": scope})]


def kept(store: Store, scope: str) -> list[Remembered]:
    """The records that a run has noted as kept."""
    return [_remembered(row) for row in store.query(_KEPT, {"scope": scope})]


def move(store: Store, scope: str, moves: Iterable[Move]) -> None:
    """Remember of the Account what was remembered of its Contact, unless it has its own memory."""
    rows = [{"scope": scope, **move._asdict()} for move in moves]
    store.execute_many(_MOVE, rows)
    store.execute_many(_FORGET, rows)


def seen_opted_out(
    store: Store,
    scope: str,
    run_id: str,
    records: Iterable[OptedOutRecord | tuple[str, str, str]],
) -> None:
    """Remember records whose box is set. An earlier clearing or undo no longer counts."""
    now = to_text(store.now())
    rows = [
        {
            "scope": scope,
            "run_id": run_id,
            "sobject": record.sobject,
            "record_id": record.record_id,
            "address": record.address,
            "boxes": " ".join(record.boxes),
            "contact_id": record.contact_id,
            "now": now,
        }
        for record in (OptedOutRecord(*given) for given in records)
    ]
    store.execute_many(_SEEN, rows)
    store.execute_many(_NO_LONGER_UNDONE, rows)


def cleared(store: Store, scope: str, run_id: str, records: Iterable[ClearedRecord]) -> None:
    """Remember records whose box a person has cleared.

    Keeps the time of a clearing that is already known, and replaces the verdict.
    """
    now = to_text(store.now())
    rows = (
        {
            "scope": scope,
            "run_id": run_id,
            "sobject": sobject,
            "record_id": record_id,
            "address": address,
            "cleared_at": to_text(cleared_at),
            "verdict": verdict,
            "now": now,
        }
        for sobject, record_id, address, cleared_at, verdict in records
    )
    store.execute_many(_CLEARED, rows)


def note_cleared(
    store: Store,
    scope: str,
    run_id: str,
    record_id: str,
    sobject: str,
    address: str,
    cleared_at: datetime,
    verdict: str,
) -> None:
    """Like `cleared`, for a single record."""
    cleared(store, scope, run_id, [(sobject, record_id, address, cleared_at, verdict)])


def undone(store: Store, scope: str, record_ids: Iterable[str]) -> None:
    """Note that the boxes of these records are off because of an undo, not because of a person."""
    now = to_text(store.now())
    for chunk in chunks(record_ids, _CHUNK):
        row = {"scope": scope, "record_ids": json_list(chunk), "now": now}
        store.execute(_UNDONE, row)


def _remembered(row: sqlite3.Row) -> Remembered:
    return Remembered(
        record_id=row["record_id"],
        sobject=row["sobject"],
        address=row["address"],
        seen_at=from_text(row["seen_at"]),
        cleared_at=moment(row["cleared_at"]),
        verdict=row["verdict"],
        run_id=row["run_id"],
        boxes=frozenset(row["boxes"].split()),
        contact_id=row["contact_id"],
    )
