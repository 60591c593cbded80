"""How long people waited from unsubscribe to opt-out, where that is known (rules.md, 8).

The wait starts when the person asked. If that is only known as an interval, the wait has two
bounds, and we show the upper one ("at most 24 hours"). Unsubscribes that came before the
connection's first run, or may have, are left out. So are late arrivals: their unsubscribe was
handled long before the record came.

Worked out once, at the end of a run, and kept in whole minutes: a year can have a million waits.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.store.db import Store
from lib.store.figures import scopes_of
from lib.store.terms import from_number, to_number

# A record's wait ends when its box is first set after the event was read. The first run's records
# don't count: their unsubscribes are older than the run.
_KEEP = """
    insert or replace into run_wait (run_id, ended_at, counts)
    with good_run as (
        select scope.id as scope, min(started_at) as started_at, min(finished_at) as finished_at
        from run
        join term as scope on scope.text = run.scope
        where status in ('succeeded', 'partial')
        group by scope.id
    ),
    first_run as materialized (
        select scope,
            strftime('%s', substr(started_at, 1, 19)) * 1000000 + substr(started_at, 21, 6)
                as started_at,
            strftime('%s', substr(finished_at, 1, 19)) * 1000000 + substr(finished_at, 21, 6)
                as finished_at
        from good_run
    ),
    ticked as (
        select change_row.run, change_row.scope, change_row.record_id, change_row.settled_at,
            first_run.started_at, (
            select event_row.id from event_row indexed by event_by_entry
            where event_row.entry = change_row.address and event_row.scope = change_row.scope
              and event_row.first_seen_at <= change_row.settled_at
              and event_row.state <> 'withdrawn'
            order by event_row.first_seen_at desc, event_row.not_after desc
            limit 1
        ) as event_id
        from term as the_run
        cross join change_row indexed by change_by_outcome
            on change_row.run = the_run.id and change_row.outcome = 'updated'
        join first_run
            on first_run.scope = change_row.scope
            and change_row.settled_at > first_run.finished_at
        where the_run.text in (:run_id, (select undoes from run where id = :run_id))
          and change_row.is_undo = 0 and change_row.arrived_at is null
    ),
    waited as (
        select ticked.run, ticked.settled_at,
            max(0, ticked.settled_at - event_row.not_before + 59999999) / 60000000 as at_most,
            max(0, ticked.settled_at - event_row.not_after) / 60000000 as at_least
        from ticked
        join event_row on event_row.id = ticked.event_id
        where event_row.not_before >= ticked.started_at
          and not exists (
              select 1 from change_row as earlier indexed by change_by_record
              where earlier.scope = ticked.scope and earlier.record_id = ticked.record_id
                and earlier.outcome = 'updated' and earlier.is_undo = 0
                and earlier.settled_at >= event_row.first_seen_at
                and earlier.settled_at < ticked.settled_at
          )
    ),
    counted as (
        select run, at_most, max(at_least) as at_least, count(*) as records,
            max(settled_at) as ended_at
        from waited
        group by run, at_most
    )
    select run.text, max(ended_at), json_group_array(json_array(at_most, records, at_least))
    from counted
    join term as run on run.id = counted.run
    group by run.text
"""
_FORGET = """
    delete from run_wait
    where run_id in (:run_id, (select undoes from run where id = :run_id))
"""
_KEPT = """
    select run_wait.* from run_wait
    join run on run.id = run_wait.run_id
    where run_wait.ended_at >= :since and run_wait.ended_at < :until
      and run.scope in (select value from json_each(:scopes))
      and (:source is null or run.source = :source)
    order by run_wait.run_id
"""
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class RunDelay:
    """The waits that ended with a run: `at_most_s` of the slowest record, and the median."""

    run_id: str
    ended_at: datetime
    records: int
    at_most_s: float
    median_at_most_s: float
    at_least_s: float


@dataclass(frozen=True, slots=True)
class DelaySummary:
    """The waits in a period, as upper bounds in seconds."""

    records: int
    median_at_most_s: float
    slowest_at_most_s: float
    slowest_ended_at: datetime


def keep(store: Store, run_id: str) -> None:
    """Work out the waits that ended with a run, in the caller's transaction.

    And those of the run that it takes back: a file's unsubscribes may be withdrawn.
    """
    store.execute(_FORGET, {"run_id": run_id})
    store.execute(_KEEP, {"run_id": run_id})


def of_period(
    store: Store,
    since: datetime,
    until: datetime,
    *,
    connection: str | None = None,
    source: str | None = None,
) -> tuple[list[RunDelay], DelaySummary | None]:
    """The waits that ended with each run of a period, oldest run first, and all of them together.

    No summary if no wait is known.
    """
    parameters = {
        "since": to_number(since),
        "until": to_number(until),
        "scopes": scopes_of(store, connection),
        "source": source,
    }
    rows = store.query(_KEPT, parameters)
    found = [_of_run(row, _counts(row)) for row in rows]
    return found, _summary(found, [_counts(row) for row in rows])


_Counts = Sequence[tuple[int, int, int]]  # minutes at most, records, minutes at least


def _counts(row: sqlite3.Row) -> _Counts:
    """The shortest waits first."""
    return sorted(tuple(each) for each in json.loads(row["counts"]))


def _of_run(row: sqlite3.Row, counts: _Counts) -> RunDelay:
    return RunDelay(
        run_id=row["run_id"],
        ended_at=from_number(row["ended_at"]),
        records=sum(records for _, records, _ in counts),
        at_most_s=counts[-1][0] * _MINUTE_S,
        median_at_most_s=_median((minutes, records) for minutes, records, _ in counts) * _MINUTE_S,
        at_least_s=counts[-1][2] * _MINUTE_S,
    )


def _summary(found: Sequence[RunDelay], counts: Iterable[_Counts]) -> DelaySummary | None:
    if not found:
        return None
    together: Counter[int] = Counter()
    for each in counts:
        for minutes, records, _ in each:
            together[minutes] += records
    slowest = max(found, key=lambda delay: (delay.at_most_s, delay.ended_at))
    return DelaySummary(
        records=together.total(),
        median_at_most_s=_median(sorted(together.items())) * _MINUTE_S,
        slowest_at_most_s=slowest.at_most_s,
        slowest_ended_at=slowest.ended_at,
    )


def _median(counts: Iterable[tuple[int, int]]) -> int:
    """The value in the middle; of two, the larger."""
    known = list(counts)
    left = sum(records for _, records in known) // 2
    for value, records in known:
        if left < records:
            return value
        left -= records
    return 0
