"""When the runs of a connection start by themselves: a setting of its own, apart from secrets."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, time

from lib.clock import from_text, to_text
from lib.store.db import Store

_SAVE = """
    insert into schedule (connection, is_on, at, zone, every_minutes, set_at, set_by)
    values (:connection, :is_on, :at, :zone, :every_minutes, :now, :set_by)
    on conflict (connection) do update
    set is_on = excluded.is_on, at = excluded.at, zone = excluded.zone,
        every_minutes = excluded.every_minutes, set_at = excluded.set_at, set_by = excluded.set_by
"""
_GET = "select * from schedule where connection = :connection"
_ALL = "select * from schedule order by connection"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Daily at a time of day on the clocks of a zone, or every N minutes: just one of the two."""

    at: time | None
    zone: str  # IANA name
    every_minutes: int | None = None

    def __post_init__(self) -> None:
        if (self.at is None) == (self.every_minutes is None):
            raise ValueError("a schedule is either daily or every N minutes")


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """A connection's schedule as it was last set; switched off, it keeps its time."""

    connection: str
    schedule: Schedule
    is_on: bool
    set_at: datetime
    set_by: str


def save(store: Store, connection: str, schedule: Schedule, *, is_on: bool, set_by: str) -> None:
    """Set a connection's schedule, or switch it off."""
    row = {
        "connection": connection,
        "is_on": int(is_on),
        **columns_of(schedule),
        "now": to_text(store.now()),
        "set_by": set_by,
    }
    with store.writing():
        store.execute(_SAVE, row)


def get(store: Store, connection: str) -> StoredSchedule | None:
    """A connection's schedule, on or off; None if it never had one."""
    row = store.first_row(_GET, {"connection": connection})
    return _stored(row) if row else None


def switched_on(store: Store) -> list[StoredSchedule]:
    """All schedules that are on, by the name of their connection."""
    return [stored for stored in map(_stored, store.query(_ALL)) if stored.is_on]


def columns_of(schedule: Schedule | None) -> dict[str, object]:
    """A schedule for the columns `at`, `zone`, and `every_minutes`; all null without one."""
    if schedule is None:
        return {"at": None, "zone": None, "every_minutes": None}
    return {
        "at": f"{schedule.at:%H:%M}" if schedule.at else None,
        "zone": schedule.zone,
        "every_minutes": schedule.every_minutes,
    }


def schedule_of(row: sqlite3.Row) -> Schedule:
    """The schedule in the columns `at`, `zone`, and `every_minutes`."""
    at = time.fromisoformat(row["at"]) if row["at"] is not None else None
    return Schedule(at, row["zone"], row["every_minutes"])


def _stored(row: sqlite3.Row) -> StoredSchedule:
    return StoredSchedule(
        row["connection"],
        schedule_of(row),
        bool(row["is_on"]),
        from_text(row["set_at"]),
        row["set_by"],
    )
