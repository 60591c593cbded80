"""Which run's file named which event, so that taking one file back leaves the others' people alone.

All files are one source (rules.md, 1.3), so an event may be named by several files, each with its
own date. Without one of them, the event has what the others say. A file that was used again named
nothing new, so its later runs go with the first.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from lib.store.db import Store
from lib.store.ledger.merge import WITHDRAWN
from lib.store.ledger.sorting import Named
from lib.store.sql_values import json_list
from lib.store.terms import add_terms, from_number, moment_of, number_of, to_number
from lib.values import Interval

_NOTE = """
    insert into file_sighting_row (event_id, run, not_before, not_after, raw_date, seen_at)
    values (:event_id, (select id from term where text = :run_id), :not_before, :not_after,
        :raw_date, :seen_at)
    on conflict (event_id, run) do update
    set not_before = excluded.not_before, not_after = excluded.not_after,
        raw_date = excluded.raw_date, seen_at = excluded.seen_at
"""
_USED_AGAIN = """
    select distinct again.run_id from reading as mine
    join reading as again
        on again.scope = mine.scope and again.file_hash = mine.file_hash
            and again.seen = mine.seen and again.id > mine.id
    where mine.scope = :scope and mine.run_id = :run_id and again.run_id <> mine.run_id
      and not exists (
          select 1 from file_sighting as named
          where named.run_id = again.run_id and named.event_id not in (
              select event_id from file_sighting where run_id = :run_id
          )
      )
"""
_ONLY_HERE = """
    select sighting.event_id from file_sighting as sighting
    join event on event.id = sighting.event_id
    where sighting.run_id = :run_id and event.scope = :scope and event.state <> 'withdrawn'
      and not exists (
          select 1 from file_sighting as other
          where other.event_id = sighting.event_id
            and other.run_id not in (select value from json_each(:own))
      )
"""
_COUNT = """
    select count(distinct entry) as people from file_sighting_row
    cross join event_row on event_row.id = event_id  -- the events of the run, not those of the org
    where run = (select id from term where text = :run_id)
      and scope = (select id from term where text = :scope) and state <> 'withdrawn'
"""
_ELSEWHERE = """
    select other.event_id, run.text as run_id, other.not_before, other.not_after, other.raw_date,
        other.seen_at
    from file_sighting_row as mine
    join file_sighting_row as other on other.event_id = mine.event_id
    join term as run on run.id = other.run
    where mine.run = (select id from term where text = :run_id)
      and run.text not in (select value from json_each(:own))
    order by other.event_id, other.seen_at, run.text
"""
_WITHDRAW = "update event_row set state = :state where id = :event_id"
_REDUCE = """
    update event_row
    set not_before = :not_before, not_after = :not_after, raw_date = :raw_date,
        brought_by = (select id from term where text = :run_id), first_seen_at = :first_seen_at,
        last_seen_at = :last_seen_at
    where id = :event_id
"""
_FORGET = """
    delete from file_sighting_row
    where run in (select id from term where text in (select value from json_each(:own)))
"""


def note_named(
    store: Store, run_id: str, events: Iterable[tuple[int, Named]], seen_at: datetime
) -> None:
    """Note that a run's file named these events, by their ids."""
    rows = (
        {
            "event_id": event_id,
            "run_id": run_id,
            "not_before": number_of(named.asked.not_before),
            "not_after": to_number(named.asked.not_after),
            "raw_date": named.raw_date,
            "seen_at": to_number(seen_at),
        }
        for event_id, named in events
    )
    add_terms(store, [run_id])
    store.execute_many(_NOTE, rows)


def only_of_run(store: Store, scope: str, run_id: str) -> frozenset[int]:
    """The ids of the events that no other file names."""
    own = _runs_of_file(store, scope, run_id)
    rows = store.query(_ONLY_HERE, {"scope": scope, "run_id": run_id, "own": own})
    return frozenset(row["event_id"] for row in rows)


def _runs_of_file(store: Store, scope: str, run_id: str) -> str:
    """This run, and later ones with the very same file and the same people of it, as JSON.

    The same file brings no events twice (rules.md, 1.3): they are those of the first run.
    """
    again = store.query(_USED_AGAIN, {"scope": scope, "run_id": run_id})
    return json_list([run_id, *(row["run_id"] for row in again)])


def count_of_run(store: Store, scope: str, run_id: str) -> int:
    """How many people and domains a run's file names, apart from withdrawn ones."""
    return int(store.only_row(_COUNT, {"scope": scope, "run_id": run_id})["people"])


def withdraw(store: Store, scope: str, run_id: str) -> int:
    """Take back what a run's file says, in the caller's transaction; how many events that ends.

    Events that another file names too stay, with what the other files say about them.
    """
    gone = only_of_run(store, scope, run_id)
    own = _runs_of_file(store, scope, run_id)
    rows = ({"event_id": event_id, "state": WITHDRAWN} for event_id in gone)
    store.execute_many(_WITHDRAW, rows)
    by_event: dict[int, list[sqlite3.Row]] = {}
    for row in store.query(_ELSEWHERE, {"run_id": run_id, "own": own}):
        by_event.setdefault(row["event_id"], []).append(row)
    store.execute_many(_REDUCE, (_reduced(found) for found in by_event.values()))
    store.execute(_FORGET, {"own": own})
    return len(gone)


def _reduced(sightings: list[sqlite3.Row]) -> dict[str, object]:
    """An event with what these files say about it, the earliest first."""
    first, *others = sightings
    asked, raw_date = _interval(first), first["raw_date"]
    for other in others:
        if asked.touches(_interval(other)):
            asked = asked.common_with(_interval(other))
        raw_date = raw_date or other["raw_date"]
    return {
        "event_id": first["event_id"],
        "run_id": first["run_id"],
        "not_before": number_of(asked.not_before),
        "not_after": to_number(asked.not_after),
        "raw_date": raw_date,
        "first_seen_at": first["seen_at"],
        "last_seen_at": sightings[-1]["seen_at"],
    }


def _interval(row: sqlite3.Row) -> Interval:
    return Interval(moment_of(row["not_before"]), from_number(row["not_after"]))
