"""Many boxes that were cleared at once, until someone confirms them (rules.md, 3.5).

A run that finds them notes them, so that they stay in question even if the log grows. Boxes that a
run found before the log had these notes are found here the same way.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import moment

MOST_CLEARED_AT_ONCE = 20
"""More than this cleared at once, and more than 5% of ours, is a mass clearing (rules.md, 3.5)."""

_KEPT = """
    select count(*) as count from memory_row indexed by memory_by_verdict
    where scope = (select id from term where text = :scope) and verdict = 'kept'
"""
_TICKS = """
    select count(distinct record_id) as count from change_row
    where scope = (select id from term where text = :scope)
      and outcome = 'updated' and is_undo = 0
"""
# Boxes count as cleared at once if the same run was the first to find them cleared.
_NEW = """
    with found as (
        select memory.record_id, memory.sobject, memory.address, memory.cleared_at, (
            select min(run.text) from change_row
            join term as run on run.id = change_row.run
            where change_row.scope = memory_row.scope
              and change_row.record_id = memory_row.record_id
              and outcome = 'kept' and planned_at >= memory_row.seen_at
        ) as run_id
        from memory_row indexed by memory_by_verdict
        join memory
            on memory.scope = :scope and memory.record_id = memory_row.record_id
        where memory_row.scope = (select id from term where text = :scope)
          and memory_row.verdict = 'kept'
          and exists (
            select 1 from change_row
            where change_row.scope = memory_row.scope
              and change_row.record_id = memory_row.record_id
              and outcome = 'updated' and is_undo = 0
          )
    )
    select record_id, sobject, address, cleared_at, run_id, null as by_name from found
    where run_id in (
        select run_id from found
        group by run_id
        having count(*) > :most and count(*) > 0.05 * :ticks
    ) and not exists (
        select 1 from mass_cleared as noted
        join mass_clearing on mass_clearing.id = noted.clearing_id
        where mass_clearing.scope = :scope and noted.record_id = found.record_id
          and noted.cleared_at = found.cleared_at
    )
    order by run_id, record_id
"""
# A box that was set again, or cleared again later, is no longer part of it.
_NOTED = """
    select memory.record_id, memory.sobject, memory.address, memory.cleared_at,
        mass_clearing.run_id, noted.by_name
    from mass_clearing
    join mass_cleared as noted on noted.clearing_id = mass_clearing.id
    join memory on memory.scope = mass_clearing.scope
        and memory.record_id = noted.record_id
        and memory.verdict = 'kept' and memory.cleared_at = noted.cleared_at
    where mass_clearing.scope = :scope and confirmed_at is null
    order by mass_clearing.run_id, memory.record_id
"""
_ADD = """
    insert into mass_clearing (scope, run_id, found_at) values (:scope, :run_id, :now)
    on conflict (scope, run_id) do update set confirmed_at = null, confirmed_by = null
    returning id
"""
_ADD_BOX = """
    insert or replace into mass_cleared (clearing_id, record_id, cleared_at)
    values (:clearing_id, :record_id, :cleared_at)
"""
_NAME = """
    update mass_cleared
    set by_name = :by_name
    where record_id = :record_id and cleared_at = :cleared_at
      and clearing_id in (select id from mass_clearing where scope = :scope)
"""
_CONFIRM = """
    update mass_clearing
    set confirmed_at = :now, confirmed_by = :by, boxes = (
        select count(*) from mass_cleared where clearing_id = mass_clearing.id
    )
    where scope = :scope and confirmed_at is null
"""
_CONFIRMED = """
    select run_id, boxes, confirmed_at, confirmed_by from mass_clearing
    where scope = :scope and confirmed_at is not null
    order by confirmed_at desc, id desc
    limit :last
"""


@dataclass(frozen=True, slots=True)
class ClearedBox:
    """A box of a mass clearing; `by_name` is None if no one has looked, empty if unknown."""

    record_id: str
    sobject: str
    address: str
    cleared_at: datetime
    run_id: str  # the run that found it
    by_name: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Someone said that the boxes a run found cleared at once are meant to be cleared."""

    run_id: str
    boxes: int
    confirmed_at: datetime
    confirmed_by: str


def open_boxes(store: Store, scope: str) -> list[ClearedBox]:
    """The boxes in question: kept, cleared at once, and confirmed by no one."""
    noted = store.query(_NOTED, {"scope": scope})
    return [_box(row) for row in [*noted, *_new(store, scope)]]


def ids_in_question(store: Store, scope: str) -> frozenset[str]:
    """The records of these boxes; lists don't treat them as kept."""
    return frozenset(box.record_id for box in open_boxes(store, scope))


def note(store: Store, scope: str) -> None:
    """Note new mass clearings, in the transaction that remembers the cleared boxes."""
    clearings: dict[str, int] = {}
    for row in _new(store, scope):
        run_id = row["run_id"]
        if run_id not in clearings:
            clearings[run_id] = _add(store, scope, run_id)
        box = {"record_id": row["record_id"], "cleared_at": row["cleared_at"]}
        store.execute(_ADD_BOX, {**box, "clearing_id": clearings[run_id]})


def name_them(store: Store, scope: str, names: Iterable[tuple[ClearedBox, str]]) -> None:
    """Note who changed each record last, if that was the clearing; empty if it can't be known."""
    rows = (
        {
            "scope": scope,
            "record_id": box.record_id,
            "cleared_at": to_text(box.cleared_at),
            "by_name": name,
        }
        for box, name in names
    )
    with store.writing():
        store.execute_many(_NAME, rows)


def confirm(store: Store, scope: str, expected: int, by: str) -> int:
    """Confirm the boxes in question if there are as many as expected; how many there are."""
    with store.writing():
        note(store, scope)
        present = len(open_boxes(store, scope))
        if present == expected and present:
            row = {"scope": scope, "now": to_text(store.now()), "by": by}
            store.execute(_CONFIRM, row)
    return present


def confirmations(store: Store, scope: str, *, last: int = 50) -> list[Confirmation]:
    """The confirmed mass clearings, newest first."""
    rows = store.query(_CONFIRMED, {"scope": scope, "last": last})
    return [
        Confirmation(
            row["run_id"], row["boxes"], from_text(row["confirmed_at"]), row["confirmed_by"]
        )
        for row in rows
    ]


def by_whom(boxes: Iterable[ClearedBox]) -> list[tuple[str, int]]:
    """Who cleared how many of the boxes, most first; an empty name where it isn't known."""
    counts = Counter(box.by_name or "" for box in boxes)
    return sorted(counts.items(), key=lambda each: (not each[0], -each[1], each[0]))


def _new(store: Store, scope: str) -> Sequence[sqlite3.Row]:
    if _count(store, _KEPT, scope) <= MOST_CLEARED_AT_ONCE:
        return []  # which is quicker than counting all that was ever opted out
    ticks = _count(store, _TICKS, scope)
    return store.query(_NEW, {"scope": scope, "ticks": ticks, "most": MOST_CLEARED_AT_ONCE})


def _count(store: Store, statement: str, scope: str) -> int:
    row = store.first_row(statement, {"scope": scope})
    return int(row["count"]) if row else 0


def _add(store: Store, scope: str, run_id: str) -> int:
    row = store.first_row(_ADD, {"scope": scope, "run_id": run_id, "now": to_text(store.now())})
    assert row is not None  # noqa: S101 - `returning` always has the row
    return int(row["id"])


def _box(row: sqlite3.Row) -> ClearedBox:
    at = moment(row["cleared_at"])
    assert at is not None  # noqa: S101 - the tables make sure of it
    return ClearedBox(
        row["record_id"], row["sobject"], row["address"], at, row["run_id"], row["by_name"]
    )
