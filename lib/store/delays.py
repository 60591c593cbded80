"""How long people waited from unsubscribe to opt-out, where that is known (rules.md, 8).

The wait starts when the person asked. If that is only known as an interval, the wait has two
bounds, and we show the upper one ("at most 24 hours"). Unsubscribes that came before the
connection's first run, or may have, are left out. So are late arrivals: their unsubscribe was
handled long before the record came.
"""

from dataclasses import dataclass
from datetime import datetime

from lib.store.db import Store
from lib.store.figures import of_source, scopes_of
from lib.store.terms import from_number, to_number

# A record's wait ends when its box is first set after the event was read. The first run's records
# don't count: their unsubscribes are older than the run.
_DELAYS = """
    with first_run as (
        select scope.id as scope, min(started_at) as started_at, min(finished_at) as finished_at
        from run
        join term as scope on scope.text = run.scope
        where run.scope in (select value from json_each(:scopes))
          and status in ('succeeded', 'partial')
        group by scope.id
    ),
    since_first_run as (
        select scope,
            strftime('%s', substr(started_at, 1, 19)) * 1000000 + substr(started_at, 21, 6)
                as started_at,
            strftime('%s', substr(finished_at, 1, 19)) * 1000000 + substr(finished_at, 21, 6)
                as finished_at
        from first_run
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
        from change_row indexed by change_updated
        join since_first_run as first_run
            on first_run.scope = change_row.scope
            and change_row.settled_at > first_run.finished_at
        where change_row.outcome = 'updated' and change_row.is_undo = 0
          and change_row.arrived_at is null
          and change_row.settled_at >= :since and change_row.settled_at < :until
          -- any source
    )
    select run.text as run_id, ticked.settled_at,
        max(0.0, (ticked.settled_at - event_row.not_before) / 1e6) as at_most_s,
        max(0.0, (ticked.settled_at - event_row.not_after) / 1e6) as at_least_s
    from ticked
    join event_row on event_row.id = ticked.event_id
    join term as run on run.id = ticked.run
    where event_row.not_before >= ticked.started_at
      and not exists (
          select 1 from change_row as earlier indexed by change_by_record
          where earlier.scope = ticked.scope and earlier.record_id = ticked.record_id
            and earlier.outcome = 'updated' and earlier.is_undo = 0
            and earlier.settled_at >= event_row.first_seen_at
            and earlier.settled_at < ticked.settled_at
      )
    order by at_most_s
"""


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


_Row = tuple[str, int, float, float]  # run id, settled at, at most, at least


def delays(
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
    rows = _rows(store, since, until, connection, source)
    by_run: dict[str, list[_Row]] = {}
    for row in rows:
        by_run.setdefault(row[0], []).append(row)
    return [_of_run(by_run[run_id]) for run_id in sorted(by_run)], _summary(rows)


def _summary(rows: list[_Row]) -> DelaySummary | None:
    if not rows:
        return None
    slowest = rows[-1]
    return DelaySummary(len(rows), rows[len(rows) // 2][2], slowest[2], from_number(slowest[1]))


def _of_run(rows: list[_Row]) -> RunDelay:
    """The waits of one run; `rows` are sorted by their upper bound."""
    return RunDelay(
        run_id=rows[0][0],
        ended_at=from_number(max(row[1] for row in rows)),
        records=len(rows),
        at_most_s=rows[-1][2],
        median_at_most_s=rows[len(rows) // 2][2],
        at_least_s=rows[-1][3],
    )


def _rows(
    store: Store, since: datetime, until: datetime, connection: str | None, source: str | None
) -> list[_Row]:
    parameters = {
        "since": to_number(since),
        "until": to_number(until),
        "scopes": scopes_of(store, connection),
        "source": source,
    }
    return [
        (row["run_id"], row["settled_at"], row["at_most_s"], row["at_least_s"])
        for row in store.query(of_source(_DELAYS, source), parameters)
    ]
