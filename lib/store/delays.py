"""How long people waited from unsubscribe to opt-out, where that is known (rules.md, 8).

The wait starts when the person asked. If that is only known as an interval, the wait has two
bounds, and we show the upper one ("at most 24 hours"). Unsubscribes that came before the
connection's first run, or may have, are left out. So are late arrivals: their unsubscribe was
handled long before the record came.
"""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.figures import scopes_of

# A record's wait ends when its box is first set after the event was read. The first run's records
# don't count: their unsubscribes are older than the run.
_DELAYS = """
    with first_run as (
        select scope, min(started_at) as started_at, min(finished_at) as finished_at from run
        where scope in (select value from json_each(:scopes))
          and status in ('succeeded', 'partial')
        group by scope
    ),
    ticked as (
        select change.run_id, change.scope, change.record_id, change.settled_at, (
            select event.id from event indexed by event_by_entry
            where event.scope = change.scope and event.entry = change.address
              and event.first_seen_at <= change.settled_at and event.state <> 'withdrawn'
            order by event.first_seen_at desc, event.not_after desc
            limit 1
        ) as event_id
        from change indexed by change_updated
        join first_run
            on first_run.scope = change.scope and change.settled_at > first_run.finished_at
        where change.outcome = 'updated' and change.is_undo = 0 and change.arrived_at is null
          and change.settled_at >= :since and change.settled_at < :until
    )
    select ticked.run_id, ticked.settled_at,
        max(0.0, (julianday(ticked.settled_at) - julianday(not_before)) * 86400) as at_most_s,
        max(0.0, (julianday(ticked.settled_at) - julianday(not_after)) * 86400) as at_least_s
    from ticked
    join event on event.id = ticked.event_id
    join first_run on first_run.scope = ticked.scope
    where event.not_before >= first_run.started_at
      and not exists (
          select 1 from change as earlier indexed by change_by_record
          where earlier.scope = ticked.scope and earlier.record_id = ticked.record_id
            and earlier.outcome = 'updated' and earlier.is_undo = 0
            and earlier.settled_at >= event.first_seen_at
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


_Row = tuple[str, str, float, float]  # run id, settled at, at most, at least


def delays_per_run(
    store: Store, since: datetime, until: datetime, *, connection: str | None = None
) -> list[RunDelay]:
    """The waits that ended with each run, oldest run first."""
    by_run: dict[str, list[_Row]] = {}
    for row in _rows(store, since, until, connection):
        by_run.setdefault(row[0], []).append(row)
    return [_of_run(by_run[run_id]) for run_id in sorted(by_run)]


def delay_summary(
    store: Store, since: datetime, until: datetime, *, connection: str | None = None
) -> DelaySummary | None:
    """The median and the slowest wait in a period; None if no wait is known."""
    rows = _rows(store, since, until, connection)
    if not rows:
        return None
    slowest = rows[-1]
    return DelaySummary(len(rows), rows[len(rows) // 2][2], slowest[2], from_text(slowest[1]))


def _of_run(rows: list[_Row]) -> RunDelay:
    """The waits of one run; `rows` are sorted by their upper bound."""
    return RunDelay(
        run_id=rows[0][0],
        ended_at=from_text(max(row[1] for row in rows)),
        records=len(rows),
        at_most_s=rows[-1][2],
        median_at_most_s=rows[len(rows) // 2][2],
        at_least_s=rows[-1][3],
    )


def _rows(store: Store, since: datetime, until: datetime, connection: str | None) -> list[_Row]:
    parameters = {
        "since": to_text(since),
        "until": to_text(until),
        "scopes": scopes_of(store, connection),
    }
    return [
        (row["run_id"], row["settled_at"], row["at_most_s"], row["at_least_s"])
        for row in store.query(_DELAYS, parameters)
    ]
