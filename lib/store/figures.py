"""The figures behind charts and pages, counted in SQL: no page reads the change rows themselves.

Each record counts once: one that ten runs tried to write in vain is one refused record since a
date (rules.md, 8). `connection` is None for all connections together.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lib.clock import from_text, to_text
from lib.store.days import Day, day_of
from lib.store.db import Store
from lib.store.delays import DelaySummary, RunDelay, delay_summary, delays_per_run
from lib.store.refusals import RefusedRecord, refused_now
from lib.store.scopes import scopes_of
from lib.store.standing import Standing, standing
from lib.values import RunStatus

__all__ = [
    "DayFigures",
    "DayRead",
    "DelaySummary",
    "Operation",
    "RefusedRecord",
    "RunDelay",
    "Standing",
    "Totals",
    "delay_summary",
    "delays_per_run",
    "log_version",
    "operations",
    "per_day",
    "read_per_day",
    "refused_now",
    "standing",
    "totals",
]

_WRITTEN = """
    select count(distinct record_id) as records, count(distinct address) as people
    from change indexed by change_updated
    where outcome = 'updated' and settled_at >= :since and settled_at < :until
      and scope in (select value from json_each(:scopes))
"""
# A refusal begins where the record's outcome before it was another one, or there was none.
_REFUSALS = """
    with refused as (
        select id, (
            select max(before.id) from change as before
            where before.scope = change.scope and before.record_id = change.record_id
              and before.id < change.id and before.outcome not in ('planned', 'pending')
        ) as before_id
        from change indexed by change_refused
        where outcome = 'failed' and scope in (select value from json_each(:scopes))
    )
    select change.settled_at as at
    from refused
    join change on change.id = refused.id
    left join change as before on before.id = refused.before_id
    where coalesce(before.outcome, '') <> 'failed'
      and change.settled_at >= :since and change.settled_at < :until
"""
_UNWRITTEN = """
    select planned_at as at from change indexed by change_open
    where outcome = 'pending' and planned_at >= :since and planned_at < :until
      and scope in (select value from json_each(:scopes))
      and not exists (select 1 from run where run.id = change.run_id and run.dry_run = 1)
      and not exists (
          select 1 from change as later
          where later.scope = change.scope and later.record_id = change.record_id
            and later.id > change.id and later.outcome <> 'planned'
      )
"""
_READINGS = """
    select read_at, source, new_events from reading
    where new_events > 0 and read_at >= :since and read_at < :until
      and scope in (select value from json_each(:scopes))
"""
_OPERATIONS = """
    select id, connection, status, started_at, duration_s, api_calls from run
    where started_at >= :since and started_at < :until and finished_at is not null
      and (:connection is null or connection = :connection)
    order by started_at, id
"""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day's records; `refused` are refusals that began, `not_written` is still open."""

    day: date
    records: int  # opted out
    people: int  # distinct addresses of these
    refused: int
    not_written: int


@dataclass(frozen=True, slots=True)
class DayRead:
    """The new events that one source brought on one day."""

    day: date
    source: str
    events: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What one run cost."""

    run_id: str
    connection: str
    status: RunStatus
    started_at: datetime
    duration_s: float
    api_calls: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A period in one line."""

    records: int  # opted out
    people: int
    runs: int
    runs_by_status: dict[RunStatus, int]
    api_calls: int


def per_day(
    store: Store, days: Sequence[Day], *, connection: str | None = None
) -> list[DayFigures]:
    """The records of each day, in the order of `days` (lib/store/days.py makes them)."""
    scopes = scopes_of(store, connection)
    refused = _count_by_day(store, _REFUSALS, days, scopes)
    unwritten = _count_by_day(store, _UNWRITTEN, days, scopes)
    figures = []
    for one in days:
        records, people = _written(store, one.start, one.end, scopes)
        figures.append(DayFigures(one.day, records, people, refused[one.day], unwritten[one.day]))
    return figures


def read_per_day(
    store: Store, days: Sequence[Day], *, connection: str | None = None
) -> list[DayRead]:
    """New events by day and source, without the days that brought none."""
    counts: Counter[tuple[date, str]] = Counter()
    for row in _rows(store, _READINGS, days, scopes_of(store, connection)):
        day = day_of(days, from_text(row["read_at"]))
        if day is not None:
            counts[day.day, row["source"]] += row["new_events"]
    return [DayRead(day, source, events) for (day, source), events in sorted(counts.items())]


def operations(
    store: Store, since: datetime, until: datetime, *, connection: str | None = None
) -> list[Operation]:
    """Duration and calls of every run that started in the period and has ended, oldest first."""
    parameters = {"since": to_text(since), "until": to_text(until), "connection": connection}
    return [
        Operation(
            run_id=row["id"],
            connection=row["connection"],
            status=RunStatus(row["status"]),
            started_at=from_text(row["started_at"]),
            duration_s=row["duration_s"],
            api_calls=row["api_calls"],
        )
        for row in store.query(_OPERATIONS, parameters)
    ]


def totals(
    store: Store, since: datetime, until: datetime, *, connection: str | None = None
) -> Totals:
    """What happened in a period; every record and person counted once."""
    records, people = _written(store, since, until, scopes_of(store, connection))
    ended = operations(store, since, until, connection=connection)
    return Totals(
        records=records,
        people=people,
        runs=len(ended),
        runs_by_status=dict(Counter(one.status for one in ended)),
        api_calls=sum(one.api_calls for one in ended),
    )


def log_version(store: Store) -> str:
    """A key for caches: another one whenever something in the log has changed. Costs one row."""
    return str(store.revision())


def _written(store: Store, since: datetime, until: datetime, scopes: str) -> tuple[int, int]:
    row = store.one(_WRITTEN, {"since": to_text(since), "until": to_text(until), "scopes": scopes})
    return (row["records"], row["people"]) if row else (0, 0)


def _count_by_day(store: Store, statement: str, days: Sequence[Day], scopes: str) -> Counter[date]:
    found = (day_of(days, from_text(row["at"])) for row in _rows(store, statement, days, scopes))
    return Counter(one.day for one in found if one is not None)


def _rows(store: Store, statement: str, days: Sequence[Day], scopes: str) -> list[sqlite3.Row]:
    if not days:
        return []
    since, until = to_text(days[0].start), to_text(days[-1].end)
    return store.query(statement, {"since": since, "until": until, "scopes": scopes})
