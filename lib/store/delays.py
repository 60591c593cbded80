"""How long people waited from unsubscribe to opt-out, where that is known (rules.md, 8).

The clock starts when it was asked. Where that is an interval the wait has bounds, and the upper
one is what may be said ("at most 24 h"). What was asked before the connection's first run, or may
have been, is left out.
"""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.scopes import scopes_of

# An event's records are those ticked after it was read and before the address's next event;
# each counts the first time.
_DELAYS = """
    with first_run as (
        select scope, min(started_at) as started_at from run
        where scope in (select value from json_each(:scopes))
          and status in ('succeeded', 'partial')
        group by scope
    ),
    asked as (
        select event.id, event.scope, event.entry, event.not_before, event.not_after,
            event.first_seen_at,
            coalesce((
                select min(next.first_seen_at) from event as next
                where next.scope = event.scope and next.entry = event.entry
                  and next.first_seen_at > event.first_seen_at and next.state <> 'withdrawn'
            ), '9999') as next_seen_at
        from event indexed by event_by_day
        join first_run on first_run.scope = event.scope
        where event.scope in (select value from json_each(:scopes))
          and event.first_seen_at >= first_run.started_at
          and event.not_before >= first_run.started_at
          and event.state = 'done' and not event.is_domain
    ),
    ticked as (
        select change.run_id, asked.not_before, asked.not_after,
            min(change.settled_at) as settled_at
        from asked
        join change indexed by change_by_address
            on change.scope = asked.scope and change.address = asked.entry
        where change.outcome = 'updated'
          and change.settled_at >= asked.first_seen_at and change.settled_at < asked.next_seen_at
        group by asked.id, change.record_id
    )
    select run_id, settled_at,
        max(0.0, (julianday(settled_at) - julianday(not_before)) * 86400) as at_most_s,
        max(0.0, (julianday(settled_at) - julianday(not_after)) * 86400) as at_least_s
    from ticked
    where settled_at >= :since and settled_at < :until
    order by at_most_s
"""


@dataclass(frozen=True, slots=True)
class RunDelay:
    """The waits that one run ended: `at_most_s` of the slowest record, and of the middle one."""

    run_id: str
    ended_at: datetime
    records: int
    at_most_s: float
    median_at_most_s: float
    at_least_s: float


@dataclass(frozen=True, slots=True)
class DelaySummary:
    """The waits of a period, each as its upper bound in seconds."""

    records: int
    median_at_most_s: float
    slowest_at_most_s: float
    slowest_ended_at: datetime


_Row = tuple[str, str, float, float]  # run id, settled at, at most, at least


def delays_per_run(
    store: Store, since: datetime, until: datetime, *, connection: str | None = None
) -> list[RunDelay]:
    """The waits by the run that ended them, the oldest run first."""
    by_run: dict[str, list[_Row]] = {}
    for row in _rows(store, since, until, connection):
        by_run.setdefault(row[0], []).append(row)
    return [_of_run(by_run[run_id]) for run_id in sorted(by_run)]


def delay_summary(
    store: Store, since: datetime, until: datetime, *, connection: str | None = None
) -> DelaySummary | None:
    """The middle and the slowest wait of a period; None when none is known."""
    rows = _rows(store, since, until, connection)
    if not rows:
        return None
    slowest = rows[-1]
    return DelaySummary(len(rows), rows[len(rows) // 2][2], slowest[2], from_text(slowest[1]))


def _of_run(rows: list[_Row]) -> RunDelay:
    """One run's waits, which come ordered by their upper bound."""
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
