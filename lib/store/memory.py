"""What each record is remembered for: seen opted out, and cleared again (rules.md, 3.1 and 3.2)."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.column_values import chunks, json_list, moment
from lib.store.db import Store

KEPT = "kept"  # a person cleared the box, and it stays cleared
UNSETTLED = (
    "unsettled"  # asked at about the time of the clearing, and no date tells which was first
)
UNSURE = "unsure"  # changed after a write whose answer was lost: ticked and cleared again, perhaps

Opted = tuple[str, str, str]  # sObject, record id, address
Cleared = tuple[str, str, str, datetime, str]  # sObject, record id, address, cleared at, verdict

_CHUNK = 5_000  # records a statement

_RECALL = """
    select * from memory
    where scope = :scope and record_id in (select value from json_each(:record_ids))
"""
_OF_ADDRESSES = """
    select * from memory
    where scope = :scope and address in (select value from json_each(:addresses))
    order by record_id
"""
# Another connection to the same org has seen the same boxes: a person's word stands for both.
_ADOPT = """
    insert or ignore into memory (scope, record_id, sobject, address, seen_at, cleared_at, verdict,
        run_id)
    select :scope, record_id, sobject, address, seen_at, cleared_at, verdict, run_id
    from memory
    where scope <> :scope
      and substr(scope, -length(:org_id) - 1) = '/' || :org_id
      and not exists (select 1 from memory where scope = :scope)
    order by seen_at desc
"""
_NEEDING_HAND = """
    select * from memory
    where scope = :scope and verdict in ('unsettled', 'unsure')
    order by cleared_at desc, record_id
"""
_SEEN = """
    insert into memory (scope, record_id, sobject, address, seen_at, run_id)
    values (:scope, :record_id, :sobject, :address, :now, :run_id)
    on conflict (scope, record_id) do update
    set address = excluded.address, seen_at = excluded.seen_at, run_id = excluded.run_id,
        cleared_at = null, verdict = null
"""
# The clearing is dated when it is first seen: a later edit of the record does not move it.
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

_KEPT = """
    select * from memory indexed by memory_by_verdict
    where scope = :scope and verdict = 'kept'
    order by record_id
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One record that was seen opted out with this address."""

    record_id: str
    sobject: str
    address: str
    seen_at: datetime
    cleared_at: datetime | None  # LastModifiedDate when it was first seen cleared; None: not
    verdict: str | None  # KEPT, UNSETTLED or UNSURE; None while it is opted out
    run_id: str


def adopt(store: Store, scope: str) -> None:
    """Start a new scope with what other connections remember about the same org."""
    org_id = scope.rpartition("/")[2]
    store.execute(_ADOPT, {"scope": scope, "org_id": org_id})


def recall(store: Store, scope: str, record_ids: Iterable[str]) -> dict[str, Remembered]:
    """What is remembered of these records, for those of which anything is."""
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
    """The cleared records for which a person must decide, the latest clearing first."""
    return [_remembered(row) for row in store.query(_NEEDING_HAND, {"scope": scope})]


def kept(store: Store, scope: str) -> list[Remembered]:
    """The records that a run has recorded as kept."""
    return [_remembered(row) for row in store.query(_KEPT, {"scope": scope})]


def seen_opted_out(store: Store, scope: str, run_id: str, records: Iterable[Opted]) -> None:
    """Remember records whose box is set; an earlier clearing no longer counts."""
    now = to_text(store.now())
    rows = (
        {
            "scope": scope,
            "run_id": run_id,
            "sobject": sobject,
            "record_id": record_id,
            "address": address,
            "now": now,
        }
        for sobject, record_id, address in records
    )
    store.execute_many(_SEEN, rows)


def cleared(store: Store, scope: str, run_id: str, records: Iterable[Cleared]) -> None:
    """Remember records whose box a person has cleared again.

    The time of a clearing stays as it was first noted, the verdict becomes the new one.
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


def left_alone(
    store: Store,
    scope: str,
    run_id: str,
    record_id: str,
    sobject: str,
    address: str,
    cleared_at: datetime,
    verdict: str,
) -> None:
    """`cleared` for one record."""
    cleared(store, scope, run_id, [(sobject, record_id, address, cleared_at, verdict)])


def _remembered(row: sqlite3.Row) -> Remembered:
    return Remembered(
        record_id=row["record_id"],
        sobject=row["sobject"],
        address=row["address"],
        seen_at=from_text(row["seen_at"]),
        cleared_at=moment(row["cleared_at"]),
        verdict=row["verdict"],
        run_id=row["run_id"],
    )
