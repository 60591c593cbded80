"""The processes that start runs on schedule: dashboards, `sync.py schedule`, and timers.

Each renews its row every minute. A row that isn't renewed is from a process that was killed. A
timer (a line of cron, for example) renews its row each time it looks.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.schedules import Schedule, columns_of, schedule_of

RENEWED_EVERY_S = 60.0

_SILENT = timedelta(seconds=3 * RENEWED_EVERY_S)
_TIMER_SILENT = timedelta(minutes=15)
_FORGOTTEN = timedelta(days=8)

_ANNOUNCE = """
    insert into scheduler (id, kind, host, connection, at, zone, every_minutes, started_at, seen_at)
    values (:id, :kind, :host, :connection, :at, :zone, :every_minutes, :now, :now)
    on conflict (id) do update
    set seen_at = excluded.seen_at
"""
_LEAVE = "delete from scheduler where id = :id"
_CONNECTION = "select connection from scheduler where id = :id"
_FORGET = "delete from scheduler where seen_at < :before"
_ALL = "select * from scheduler order by started_at, id"


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A process that starts runs: of one connection by a schedule of its own, or all by theirs.

    A timer with a connection follows the stored schedule of that connection alone.
    """

    id: str
    kind: Literal["dashboard", "command", "timer"]
    host: str
    connection: str | None = None  # None, as the schedule: all, by the schedules that are stored
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class SeenScheduler:
    """A scheduler and when it last gave a sign of life."""

    scheduler: Scheduler
    started_at: datetime
    seen_at: datetime
    is_alive: bool


def announce(store: Store, scheduler: Scheduler) -> None:
    """Give a sign of life. It doesn't count as a change of the log (`Store.revision`)."""
    row = {
        "id": scheduler.id,
        "kind": scheduler.kind,
        "host": scheduler.host,
        "connection": scheduler.connection,
        **columns_of(scheduler.schedule),
        "now": to_text(store.now()),
    }
    store.execute(_ANNOUNCE, row)
    store.execute(_FORGET, {"before": to_text(store.now() - _FORGOTTEN)})


def connection_of(store: Store, scheduler: Scheduler) -> str | None:
    """The connection it starts runs of, under its present name: it may have been renamed."""
    row = store.first_row(_CONNECTION, {"id": scheduler.id})
    return row["connection"] if row else scheduler.connection


def leave(store: Store, scheduler_id: str) -> None:
    """Note that a scheduler has ended as it should."""
    store.execute(_LEAVE, {"id": scheduler_id})


def seen(store: Store) -> list[SeenScheduler]:
    """All schedulers that are running, and those that were killed in the last days."""
    return [_seen(row, store.now()) for row in store.query(_ALL)]


def _seen(row: sqlite3.Row, now: datetime) -> SeenScheduler:
    has_own = row["at"] is not None or row["every_minutes"] is not None
    schedule = schedule_of(row) if has_own else None
    scheduler = Scheduler(row["id"], row["kind"], row["host"], row["connection"], schedule)
    seen_at = from_text(row["seen_at"])
    is_alive = abs(now - seen_at) <= (_TIMER_SILENT if row["kind"] == "timer" else _SILENT)
    return SeenScheduler(scheduler, from_text(row["started_at"]), seen_at, is_alive)
