"""When the next scheduled run is due, even when the clock is set forward or back."""

from datetime import UTC, datetime, time, timedelta

import pytest

from lib.cli.timetable import Timetable

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def daily(at: time, now: datetime) -> Timetable:
    return Timetable(at=at, every_minutes=None, now=now)


@pytest.mark.parametrize(
    ("at", "minutes", "words"),
    [
        (time(7), None, "daily at 07:00"),
        (None, 1, "every minute"),
        (None, 15, "every 15 minutes"),
        (None, 1440, "every 1,440 minutes"),
    ],
)
def test_it_says_when_it_runs(at, minutes, words):
    assert Timetable(at=at, every_minutes=minutes).in_words() == words


def test_a_daily_run_is_due_once_a_day():
    timetable = daily(time(13), NOON)

    assert not timetable.is_due(NOON)
    assert timetable.wait_s(NOON) == 3600
    assert timetable.is_due(NOON + HOUR)
    assert not timetable.is_due(NOON + HOUR)
    assert timetable.is_due(NOON + 25 * HOUR)


def test_a_clock_set_forward_past_the_time_makes_the_run_due_at_once():
    timetable = daily(time(13), NOON)

    assert timetable.is_due(NOON + 5 * HOUR)


def test_a_clock_set_back_by_days_does_not_keep_the_run_waiting_for_days():
    timetable = daily(time(13), NOON)
    earlier = NOON - timedelta(days=3)

    assert not timetable.is_due(earlier)
    assert timetable.is_due(earlier + HOUR)


def test_every_n_minutes_starts_at_once_and_ignores_clock_changes():
    stopwatch = Stopwatch()
    timetable = Timetable(at=None, every_minutes=15, monotonic=stopwatch, now=NOON)

    assert timetable.is_due(NOON)
    assert not timetable.is_due(NOON + 100 * HOUR)
    stopwatch.seconds += 15 * 60
    assert timetable.is_due(NOON - 100 * HOUR)
