"""The numbers behind the charts and pages, counted in SQL: no page reads the change rows itself.

Each record counts once: if ten runs couldn't write a record, that is one refused record since a
date (rules.md, 8). `connection` is None for all connections together, `source` for all sources.
"""

import json
import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import json_list
from lib.store.terms import from_number, to_number
from lib.values import RunStatus

_OF_SOURCE = """
      and change_row.run in (
          select term.id from run join term on term.text = run.id where run.source = :source
      )
"""
_ANY_SOURCE = "-- any source"  # without a filter, the index alone has all that is asked
_SCOPES = """
    select distinct scope from run
    where scope is not null and (:connection is null or connection = :connection)
"""
# One statement for all days, with a subquery for each day. Grouping joined rows would sort all of
# them first, which takes twice as long as the rest.
_WRITTEN_BY_DAY = """
    with day as materialized (
        select key as place, value ->> 0 as since, value ->> 1 as until from json_each(:days)
    )
    select (
        select json_array(count(distinct record_id), count(distinct address))
        from change_row indexed by change_updated
        where outcome = 'updated' and is_undo = 0
          and settled_at >= day.since and settled_at < day.until
          -- any source
          and scope in (select id from term where text in (select value from json_each(:scopes)))
    ) as counts
    from day
    order by place
"""
_WRITTEN = """
    select count(distinct record_id) as records, count(distinct address) as people
    from change_row indexed by change_updated
    where outcome = 'updated' and is_undo = 0 and settled_at >= :since and settled_at < :until
      -- any source
      and scope in (select id from term where text in (select value from json_each(:scopes)))
"""
# A refusal begins if the record had no outcome before it, or one that isn't a refusal.
_REFUSALS = """
    with refused as (
        select distinct scope, record_id from change_row indexed by change_refused
        where outcome = 'failed' and is_undo = 0
          and scope in (select id from term where text in (select value from json_each(:scopes)))
    ),
    tried as (
        select tried.run, tried.outcome, tried.is_undo, tried.settled_at,
            lag(tried.outcome, 1, '') over (
                partition by tried.scope, tried.record_id order by tried.id
            ) as before
        from refused
        cross join change_row as tried indexed by change_by_record
            on tried.record_id = refused.record_id and tried.scope = refused.scope
        where tried.outcome not in ('planned', 'pending')
    )
    select settled_at as at from tried as change_row
    where outcome = 'failed' and is_undo = 0 and before <> 'failed'
      and settled_at >= :since and settled_at < :until
      -- any source
"""
_UNWRITTEN = """
    select planned_at as at from change_row indexed by change_open
    where outcome = 'pending' and is_undo = 0
      and planned_at >= :since and planned_at < :until
      -- any source
      and scope in (select id from term where text in (select value from json_each(:scopes)))
      and not exists (
          select 1 from run join term on term.text = run.id
          where term.id = change_row.run and run.dry_run = 1
      )
      and not exists (
          select 1 from change_row as later
          where later.scope = change_row.scope and later.record_id = change_row.record_id
            and later.id > change_row.id and later.outcome <> 'planned'
      )
"""
_READINGS = """
    select read_at, source, new_events from reading
    where new_events > 0 and read_at >= :since and read_at < :until
      and scope in (select value from json_each(:scopes))
      and (:source is null or source = :source or source like :source || ':%')
"""
_OPERATIONS = """
    select id, connection, status, started_at, duration_s, api_calls, org_calls_used,
        org_calls_limit
    from run
    where started_at >= :since and started_at < :until and finished_at is not null
      and undoes is null
      and (:connection is null or connection = :connection)
      and (:source is null or source = :source)
    order by started_at, id
"""


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the viewer's time zone, from `start` up to but not including `end`, both in UTC.

    When clocks change, a day has 23 or 25 hours.
    """

    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day's records: `refused` counts refusals that began then, `not_written` is still open."""

    day: date
    records: int  # opted out
    people: int  # their distinct addresses
    refused: int
    not_written: int


@dataclass(frozen=True, slots=True)
class DayRead:
    """The new events from a source on a day."""

    day: date
    source: str
    events: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What one run cost. The org had made `used` calls of its `limit` in 24 hours when it ended."""

    run_id: str
    connection: str
    status: RunStatus
    started_at: datetime
    duration_s: float
    api_calls: int
    used: int | None = None  # None: Salesforce didn't say
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums for a period."""

    records: int  # opted out
    people: int
    runs: int
    runs_by_status: dict[RunStatus, int]
    api_calls: int


def days_between(first: date, last: date, zone: tzinfo) -> list[Day]:
    """Every day from `first` through `last`, in this time zone."""
    count = (last - first).days + 1
    return [_day(first + timedelta(days=number), zone) for number in range(count)]


def day_of(days: Sequence[Day], moment: datetime) -> Day | None:
    """The day that a moment belongs to; `days` are consecutive."""
    place = bisect_right(days, moment, key=lambda day: day.start) - 1
    return days[place] if place >= 0 and moment < days[place].end else None


def scopes_of(store: Store, connection: str | None) -> str:
    """The scopes a connection ever worked in (None: all), as a bound parameter for json_each."""
    rows = store.query(_SCOPES, {"connection": connection})
    return json_list(row["scope"] for row in rows)


def of_source(statement: str, source: str | None) -> str:
    """The statement about change rows, for the runs of one source or of all."""
    return statement if source is None else statement.replace(_ANY_SOURCE, _OF_SOURCE)


def per_day(
    store: Store,
    days: Sequence[Day],
    *,
    connection: str | None = None,
    source: str | None = None,
) -> list[DayFigures]:
    """The records of each day, in the order of `days`. Three statements, however many days."""
    scopes = scopes_of(store, connection)
    written = _written_by_day(store, days, scopes, source)
    refused = _count_by_day(store, _REFUSALS, days, scopes, source)
    unwritten = _count_by_day(store, _UNWRITTEN, days, scopes, source)
    return [
        DayFigures(day.day, records, people, refused[day.day], unwritten[day.day])
        for day, (records, people) in zip(days, written, strict=True)
    ]


def read_per_day(
    store: Store,
    days: Sequence[Day],
    *,
    connection: str | None = None,
    source: str | None = None,
) -> list[DayRead]:
    """New events by day and source, without the days that have none."""
    counts: Counter[tuple[date, str]] = Counter()
    for row in _readings(store, days, scopes_of(store, connection), source):
        day = day_of(days, from_text(row["read_at"]))
        if day is not None:
            counts[day.day, row["source"]] += row["new_events"]
    return [DayRead(day, source, events) for (day, source), events in sorted(counts.items())]


def operations(
    store: Store,
    since: datetime,
    until: datetime,
    *,
    connection: str | None = None,
    source: str | None = None,
) -> list[Operation]:
    """Duration and calls of every sync that started in the period and has ended, oldest first."""
    parameters = {
        "since": to_text(since),
        "until": to_text(until),
        "connection": connection,
        "source": source,
    }
    return [
        Operation(
            run_id=row["id"],
            connection=row["connection"],
            status=RunStatus(row["status"]),
            started_at=from_text(row["started_at"]),
            duration_s=row["duration_s"],
            api_calls=row["api_calls"],
            used=row["org_calls_used"],
            limit=row["org_calls_limit"],
        )
        for row in store.query(_OPERATIONS, parameters)
    ]


def totals(
    store: Store,
    since: datetime,
    until: datetime,
    *,
    connection: str | None = None,
    source: str | None = None,
) -> Totals:
    """What happened in a period, with every record and person counted once."""
    records, people = _written(store, since, until, scopes_of(store, connection), source)
    ended = operations(store, since, until, connection=connection, source=source)
    return Totals(
        records=records,
        people=people,
        runs=len(ended),
        runs_by_status=dict(Counter(run.status for run in ended)),
        api_calls=sum(run.api_calls for run in ended),
    )


def log_version(store: Store) -> str:
    """A key for caches that changes with every change in the log. Reads one row."""
    return str(store.revision())


def _written(
    store: Store, since: datetime, until: datetime, scopes: str, source: str | None
) -> tuple[int, int]:
    parameters = {
        "since": to_number(since),
        "until": to_number(until),
        "scopes": scopes,
        "source": source,
    }
    row = store.first_row(of_source(_WRITTEN, source), parameters)
    return (row["records"], row["people"]) if row else (0, 0)


def _written_by_day(
    store: Store, days: Sequence[Day], scopes: str, source: str | None
) -> list[tuple[int, int]]:
    """Records and people opted out on each day, in the order of `days`."""
    bounds = json.dumps([(to_number(day.start), to_number(day.end)) for day in days])
    parameters = {"days": bounds, "scopes": scopes, "source": source}
    rows = store.query(of_source(_WRITTEN_BY_DAY, source), parameters)
    return [(records, people) for records, people in (json.loads(row["counts"]) for row in rows)]


def _count_by_day(
    store: Store, statement: str, days: Sequence[Day], scopes: str, source: str | None
) -> Counter[date]:
    if not days:
        return Counter()
    since, until = to_number(days[0].start), to_number(days[-1].end)
    parameters = {"since": since, "until": until, "scopes": scopes, "source": source}
    rows = store.query(of_source(statement, source), parameters)
    found = (day_of(days, from_number(row["at"])) for row in rows)
    return Counter(day.day for day in found if day is not None)


def _readings(
    store: Store, days: Sequence[Day], scopes: str, source: str | None
) -> list[sqlite3.Row]:
    if not days:
        return []
    since, until = to_text(days[0].start), to_text(days[-1].end)
    parameters = {"since": since, "until": until, "scopes": scopes, "source": source}
    return store.query(_READINGS, parameters)


def _day(day: date, zone: tzinfo) -> Day:
    return Day(day, _midnight(day, zone), _midnight(day + timedelta(days=1), zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
