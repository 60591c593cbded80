"""Days as the viewer's zone has them, as stretches of UTC: some last 23 hours, some 25."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Day:
    """One day: from `start` to just before `end`, both in UTC."""

    day: date
    start: datetime
    end: datetime


def days_between(first: date, last: date, zone: tzinfo) -> list[Day]:
    """Every day from `first` to `last`, both included, as the zone's clocks have them."""
    count = (last - first).days + 1
    return [_day(first + timedelta(days=number), zone) for number in range(count)]


def day_of(days: Sequence[Day], moment: datetime) -> Day | None:
    """The one of these days, which follow one another, in which a moment lies."""
    place = bisect_right(days, moment, key=lambda one: one.start) - 1
    return days[place] if place >= 0 and moment < days[place].end else None


def _day(day: date, zone: tzinfo) -> Day:
    return Day(day, _midnight(day, zone), _midnight(day + timedelta(days=1), zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
