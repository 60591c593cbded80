"""Times as people say them: the clock in AM and PM, the date when it isn't today, the distance."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.ui.times import day_and_time, distance, exact, when

NOW = datetime(2026, 3, 8, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 8, 7, 2, tzinfo=UTC), "7:02 AM"),
        (datetime(2026, 3, 8, 0, 5, tzinfo=UTC), "12:05 AM"),
        (datetime(2026, 3, 8, 12, 0, tzinfo=UTC), "12:00 PM"),
        (datetime(2026, 3, 7, 23, 59, tzinfo=UTC), "yesterday at 11:59 PM"),
        (datetime(2026, 3, 9, 7, 0, tzinfo=UTC), "tomorrow at 7:00 AM"),
        (datetime(2026, 3, 3, 7, 2, tzinfo=UTC), "Mar 3 at 7:02 AM"),
        (datetime(2025, 11, 24, 7, 2, tzinfo=UTC), "Nov 24, 2025 at 7:02 AM"),
    ],
)
def test_a_moment_reads_as_people_say_it(moment, words):
    assert exact(moment, now=NOW) == words


def test_where_the_day_matters_today_is_named_too():
    assert day_and_time(NOW, now=NOW) == "today at 12:30 PM"
    assert day_and_time(NOW + timedelta(days=1), now=NOW) == "tomorrow at 12:30 PM"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=47), "47 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=5), "5 days ago"),
        (-timedelta(days=5), "in 5 days"),
    ],
)
def test_a_distance_is_in_whole_words_that_agree_with_the_number(ago, words):
    assert distance(NOW - ago, now=NOW) == words


def test_a_moment_and_its_distance_go_together():
    assert when(NOW - timedelta(hours=3), now=NOW) == "9:30 AM, 3 hours ago"
