"""The times of a schedule, without a clock of its own.

A scheduled time is a moment in UTC that follows from the schedule alone, so every scheduler finds
the same times. A time of day that doesn't exist on a day (clocks go forward) counts an hour later;
if it exists twice (clocks go back), the first counts. No day is skipped and no day counts twice.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lib.clock import time_of_day
from lib.store.schedules import Schedule
from lib.words import counted

_JITTER_S = 60
_DAY = timedelta(days=1)


def next_time(schedule: Schedule, after: datetime) -> datetime:
    """The first scheduled time after a moment; every N minutes counts from that moment."""
    if schedule.every_minutes is not None:
        return after + timedelta(minutes=schedule.every_minutes)
    day = _local(schedule, after) - _DAY
    while (moment := _on(schedule, day)) <= after:
        day += _DAY
    return moment


def newest_time(schedule: Schedule, *, after: datetime, until: datetime) -> datetime | None:
    """The last scheduled time after one moment and until another, or None: missed ones are one."""
    if schedule.every_minutes is not None:
        step = timedelta(minutes=schedule.every_minutes)
        passed = (until - after) // step
        return after + passed * step if passed > 0 else None
    day = _local(schedule, until) + _DAY
    while (moment := _on(schedule, day)) > until:
        day -= _DAY
    return moment if moment > after else None


def gap(schedule: Schedule, now: datetime) -> timedelta:
    """How long the schedule leaves between two runs around now: 23 to 25 hours for a daily one."""
    if schedule.every_minutes is not None:
        return timedelta(minutes=schedule.every_minutes)
    upcoming = next_time(schedule, now)
    day = _local(schedule, upcoming) - _DAY
    return max(upcoming - _on(schedule, day), _DAY)


def jitter(connection: str) -> timedelta:
    """Up to a minute, always the same for a connection: not every run starts on the hour."""
    digest = hashlib.sha256(connection.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4]) % _JITTER_S)


def in_words(schedule: Schedule) -> str:
    """`every day at 7:00 AM in Europe/Zurich`, `every 15 minutes`."""
    if schedule.at is not None:
        at = time_of_day(datetime.combine(datetime.min, schedule.at))
        return f"every day at {at} in {schedule.zone}"
    minutes = schedule.every_minutes or 0
    return "every minute" if minutes == 1 else f"every {counted(minutes, 'minute', 'minutes')}"


def _local(schedule: Schedule, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)


def _on(schedule: Schedule, day: datetime) -> datetime:
    """The scheduled time on a day, in UTC."""
    assert schedule.at is not None  # noqa: S101 - the schedule is daily
    clocks = datetime.combine(day.date(), schedule.at, tzinfo=ZoneInfo(schedule.zone))
    return clocks.astimezone(UTC)
