"""What is remembered of each record: seen opted out, cleared since (rules.md, 3.1 and 3.2)."""

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lib.clock import to_text
from lib.store.db import Store
from lib.store.large import LargeMap
from lib.store.sql_values import chunks, json_list
from lib.store.terms import (
    add_addresses,
    add_terms,
    from_number,
    moment_of,
    number_of,
    numbered,
    to_number,
)

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

_ROWS = """
    select memory_row.record_id, sobject.text as sobject, address.text as address,
        memory_row.seen_at, memory_row.cleared_at, memory_row.verdict, run.text as run_id,
        boxes.text as boxes, coalesce(memory_row.contact_id, '') as contact_id
    from memory_row
    join term as sobject on sobject.id = memory_row.sobject
    join term as run on run.id = memory_row.run
    join term as boxes on boxes.id = memory_row.boxes
    join address on address.id = memory_row.address
    where memory_row.scope = (select id from term where text = :scope)
"""
_HAS_PERSON_ACCOUNTS = """
    select 1 from memory_row
    where scope = (select id from term where text = :scope)
      and record_id >= '001' and record_id < '002'  -- how the IDs of Accounts begin
    limit 1
"""
_RECALL = f"""
    {_ROWS}
      and record_id in (select value from json_each(:record_ids))
"""  # noqa: S608 - joins our own text
_OF_ADDRESSES = f"""
    {_ROWS}
      and memory_row.address in (
          select id from address where text in (select value from json_each(:addresses))
      )
    order by record_id
"""  # noqa: S608 - joins our own text
# Few records are cleared: without the indexes' names, SQLite looks at everything remembered.
_CLEARED_ONES = f"""
    {_ROWS.replace("from memory_row", "from memory_row indexed by memory_cleared")}
      and memory_row.cleared_at is not null and record_id > :after
    order by record_id
    limit :limit
"""
_NEEDING_HAND = f"""
    {_ROWS.replace("from memory_row", "from memory_row indexed by memory_by_verdict")}
      and verdict in ('unsettled', 'unsure')
    order by cleared_at desc, record_id
"""
_SEEN = """
    insert into memory_row (scope, record_id, sobject, address, seen_at, run, boxes, contact_id)
    values {rows}
    on conflict (scope, record_id) do update
    set address = excluded.address, seen_at = excluded.seen_at, run = excluded.run,
        cleared_at = null, verdict = null, boxes = excluded.boxes,
        contact_id = coalesce(excluded.contact_id, contact_id)
"""
_SEEN_ROW = "(?, ?, ?, (select id from address where text = ?), ?, ?, ?, ?)"
_ANY_UNDONE = "select 1 from undone where scope = :scope limit 1"
_NO_LONGER_UNDONE = """
    update undone set ended_at = :now
    where scope = :scope and record_id in (select value from json_each(:record_ids))
      and ended_at is null
"""
# A clearing keeps the date it was first seen with, even if someone edits the record later.
_CLEARED = """
    insert into memory_row (scope, record_id, sobject, address, seen_at, cleared_at, verdict, run,
        boxes)
    values ((select id from term where text = :scope), :record_id,
        (select id from term where text = :sobject),
        (select id from address where text = :address), :now, :cleared_at, :verdict,
        (select id from term where text = :run_id), (select id from term where text = ''))
    on conflict (scope, record_id) do update
    set cleared_at = case
            when address = excluded.address then coalesce(cleared_at, excluded.cleared_at)
            else excluded.cleared_at
        end,
        address = excluded.address, verdict = excluded.verdict, run = excluded.run
"""
_MOVE = """
    update or ignore memory_row
    set record_id = :account_id, sobject = (select id from term where text = 'Account'),
        contact_id = :contact_id, boxes = (select id from term where text = '')
    where scope = (select id from term where text = :scope) and record_id = :contact_id
"""
_FORGET = """
    delete from memory_row
    where scope = (select id from term where text = :scope) and record_id = :contact_id
"""

# The time stays, so that the box isn't found again as one that a colleague cleared.
_UNDONE = """
    update memory_row
    set cleared_at = coalesce(cleared_at, :now), verdict = null
    where scope = (select id from term where text = :scope)
      and record_id in (select value from json_each(:record_ids))
"""
_KEPT = f"""
    {_ROWS.replace("from memory_row", "from memory_row indexed by memory_by_verdict")}
      and verdict = 'kept'
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


def remembered_records() -> LargeMap[Remembered]:
    """Remembered records by ID, however many they are."""
    return LargeMap(_packed, _unpacked)


def recall(store: Store, scope: str, record_ids: Iterable[str]) -> dict[str, Remembered]:
    """What is remembered about these records, for those that are remembered at all."""
    found: dict[str, Remembered] = {}
    for chunk in chunks(record_ids, _CHUNK):
        rows = store.query(_RECALL, {"scope": scope, "record_ids": json_list(chunk)})
        found.update((row["record_id"], _remembered(row)) for row in rows)
    return found


def has_person_accounts(store: Store, scope: str) -> bool:
    """Whether any person account of this org is remembered."""
    return store.first_row(_HAS_PERSON_ACCOUNTS, {"scope": scope}) is not None


def of_addresses(store: Store, scope: str, addresses: Iterable[str]) -> list[Remembered]:
    """The remembered records that have one of these addresses."""
    found: list[Remembered] = []
    for chunk in chunks(addresses, _CHUNK):
        rows = store.query(_OF_ADDRESSES, {"scope": scope, "addresses": json_list(chunk)})
        found.extend(_remembered(row) for row in rows)
    return found


def all_cleared(store: Store, scope: str) -> Iterator[Remembered]:
    """The remembered records whose box is off, with a page of them in memory at a time."""
    after = ""
    while rows := store.query(_CLEARED_ONES, {"scope": scope, "after": after, "limit": _CHUNK}):
        yield from map(_remembered, rows)
        after = rows[-1]["record_id"]


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
    found = [OptedOutRecord(*given) for given in records]
    if not found:
        return
    with store.writing():
        at = store.now()
        boxes = {record.boxes: " ".join(record.boxes) for record in found}
        sobjects = {record.sobject for record in found}
        numbers = numbered(store, [scope, run_id, *sobjects, *boxes.values()])
        add_addresses(store, (record.address for record in found))
        before, after = numbers[scope], (to_number(at), numbers[run_id])
        rows = (
            (
                before,
                record.record_id,
                numbers[record.sobject],
                record.address,
                *after,
                numbers[boxes[record.boxes]],
                record.contact_id or None,
            )
            for record in found
        )
        store.insert_many(_SEEN, _SEEN_ROW, rows)
        if store.first_row(_ANY_UNDONE, {"scope": scope}) is not None:
            ids = json_list(record.record_id for record in found)
            gone = {"scope": scope, "record_ids": ids, "now": to_text(at)}
            store.execute(_NO_LONGER_UNDONE, gone)


def cleared(store: Store, scope: str, run_id: str, records: Iterable[ClearedRecord]) -> None:
    """Remember records whose box a person has cleared.

    Keeps the time of a clearing that is already known, and replaces the verdict.
    """
    now, records = to_number(store.now()), list(records)
    rows = [
        {
            "scope": scope,
            "run_id": run_id,
            "sobject": sobject,
            "record_id": record_id,
            "address": address,
            "cleared_at": to_number(cleared_at),
            "verdict": verdict,
            "now": now,
        }
        for sobject, record_id, address, cleared_at, verdict in records
    ]
    if not rows:
        return
    with store.writing():
        add_terms(store, [scope, run_id])  # the log has those of sObjects from its start
        add_addresses(store, (address for _, _, address, *_ in records))
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
    now = to_number(store.now())
    for chunk in chunks(record_ids, _CHUNK):
        row = {"scope": scope, "record_ids": json_list(chunk), "now": now}
        store.execute(_UNDONE, row)


def _remembered(row: sqlite3.Row) -> Remembered:
    return Remembered(
        record_id=row["record_id"],
        sobject=row["sobject"],
        address=row["address"],
        seen_at=from_number(row["seen_at"]),
        cleared_at=moment_of(row["cleared_at"]),
        verdict=row["verdict"],
        run_id=row["run_id"],
        boxes=frozenset(row["boxes"].split()),
        contact_id=row["contact_id"],
    )


def _packed(record: Remembered) -> bytes:
    return marshal.dumps(
        (
            record.record_id,
            record.sobject,
            record.address,
            to_number(record.seen_at),
            number_of(record.cleared_at),
            record.verdict,
            record.run_id,
            tuple(record.boxes),
            record.contact_id,
        )
    )


def _unpacked(packed: bytes) -> Remembered:
    values = marshal.loads(packed)  # noqa: S302 - our own bytes
    record_id, sobject, address, seen, cleared, verdict, run_id, boxes, contact_id = values
    return Remembered(
        record_id,
        sobject,
        address,
        from_number(seen),
        moment_of(cleared),
        verdict,
        run_id,
        frozenset(boxes),
        contact_id,
    )
