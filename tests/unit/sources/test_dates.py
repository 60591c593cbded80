"""Dates as intervals: as wide as the text says, and none where the text is not sure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sources.dates import DateReader, Order, depends_on_order, is_date, order_of
from lib.values import Interval

LEAST = timedelta(microseconds=1)


def between(start: str, width: timedelta) -> Interval:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return Interval(begin, begin + width - LEAST)


@pytest.mark.parametrize(
    ("text", "start", "width"),
    [
        ("9/30/2026", "2026-09-30", timedelta(days=1)),
        ("2026-09-30", "2026-09-30", timedelta(days=1)),
        ("2026/09/30", "2026-09-30", timedelta(days=1)),
        ("30.9.2026", "2026-09-30", timedelta(days=1)),
        ("30 Sep 2026", "2026-09-30", timedelta(days=1)),
        ("September 30th, 2026", "2026-09-30", timedelta(days=1)),
        ("9/30/2026 4:05 PM", "2026-09-30 16:05", timedelta(minutes=1)),
        ("2026-09-30 16:05", "2026-09-30 16:05", timedelta(minutes=1)),
        ("9/30/2026 4:05:00 PM", "2026-09-30 16:05", timedelta(seconds=1)),
        ("9/30/2026 12:05:00 a.m.", "2026-09-30 00:05", timedelta(seconds=1)),
        ("9/30/2026 12:05:00 PM", "2026-09-30 12:05", timedelta(seconds=1)),
        ("2026-09-30T16:05:00", "2026-09-30 16:05", timedelta(seconds=1)),
        ("2026-09-30T16:05:00.25", "2026-09-30 16:05:00.25", timedelta(milliseconds=10)),
        ("2026-09-30T16:05:00.1234567", "2026-09-30 16:05:00.123456", LEAST),
        ("2026-09-30T16:05:00Z", "2026-09-30 16:05", timedelta(seconds=1)),
        ("2026-09-30T16:05:00.5-04:00", "2026-09-30 20:05:00.5", timedelta(milliseconds=100)),
        ("2026-09-30 16:05:00 UTC", "2026-09-30 16:05", timedelta(seconds=1)),
        ("Wed, 30 Sep 2026 16:05:00 +0200", "2026-09-30 14:05", timedelta(seconds=1)),
        ("  2026-09-30  ", "2026-09-30", timedelta(days=1)),
    ],
)
def test_a_date_is_as_wide_as_its_text_says(text: str, start: str, width: timedelta) -> None:
    assert DateReader().read(text) == between(start, width)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "42",
        "1700000000",
        "16:05",
        "2026-02-30",
        "13/13/2026",
        "30/9/2026",  # a day first, where the month comes first
        "9/30/26",
        "2026-09-30T24:00:00",
        "2026-09-30T16:60",
        "2026-09-30T16:05:61",
        "9/30/2026 16:05:00 PM",
        "2026-09-30 16:05 EST",  # a zone that means several
        "2026-09-30T16:05:00+99:99",
        "1/1/1900",  # SQL Server's word for nothing
        "0001-01-01T00:00:00",  # and that of .NET
        "2026-09-30 and more",
        "\u0663/\u0663/\u0662\u0660\u0662\u0666",
    ],
)
def test_a_text_that_is_not_sure_is_no_date(text: str) -> None:
    assert DateReader().read(text) is None


def test_hours_ahead_of_utc_are_taken_off_where_the_text_has_no_zone() -> None:
    assert DateReader(utc_offset=-5).read("9/30/2026 4:05:00 PM") == between(
        "2026-09-30 21:05", timedelta(seconds=1)
    )
    assert DateReader(utc_offset=5.5).read("2026-09-30") == between(
        "2026-09-29 18:30", timedelta(days=1)
    )
    assert DateReader(utc_offset=-5).read("2026-09-30T16:05:00Z") == between(
        "2026-09-30 16:05", timedelta(seconds=1)
    )


def test_a_date_after_the_latest_possible_one_is_none() -> None:
    reader = DateReader(latest=datetime(2026, 9, 30, 12, tzinfo=UTC))

    assert reader.read("2026-09-30") is not None
    assert reader.read("2026-10-01") is None


def test_a_date_of_unknown_order_covers_both_readings() -> None:
    reader = DateReader(order=Order.UNKNOWN)

    assert reader.read("3/4/2026") == Interval(
        datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC) - LEAST
    )
    assert reader.read("30/9/2026") == between("2026-09-30", timedelta(days=1))
    assert reader.read("9/30/2026") == between("2026-09-30", timedelta(days=1))
    assert reader.read("5/5/2026 16:05") == between("2026-05-05 16:05", timedelta(minutes=1))


def test_one_number_above_twelve_proves_the_order_of_a_column() -> None:
    assert order_of(["3/4/2026", "", "13/4/2026", "4/13/2026"]) is Order.DAY_FIRST
    assert order_of(["3/4/2026", "4/13/2026"]) is Order.MONTH_FIRST
    assert order_of(["3/4/2026", "2026-12-13", "13.4.2026"]) is Order.UNKNOWN


def test_only_short_dates_with_two_possible_months_depend_on_the_order() -> None:
    assert depends_on_order("3/4/2026")
    assert depends_on_order("3-4-2026 16:05")
    assert not depends_on_order("3/3/2026 ")
    assert not depends_on_order("2026-03-04")
    assert not depends_on_order("3.4.2026")
    assert is_date("13/4/2026")
    assert is_date("4/13/2026")
    assert not is_date("Smith")


@given(
    st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2199, 12, 30)),
    st.sampled_from([-14.0, -5.0, 0.0, 5.5, 12.75, 14.0]),
    st.sampled_from(["%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d", "%m/%d/%Y"]),
)
def test_the_true_moment_lies_in_the_interval_of_its_text(
    moment: datetime, offset: float, form: str
) -> None:
    found = DateReader(utc_offset=offset).read(moment.strftime(form))

    true_moment = moment.replace(tzinfo=UTC) - timedelta(hours=offset)
    assert found is not None
    assert found.not_before is not None
    assert found.not_before <= true_moment <= found.not_after


@given(st.text() | st.from_regex(r"[0-9/:.+ TZapm-]{1,30}"), st.sampled_from(Order))
def test_no_text_breaks_the_reader(text: str, order: Order) -> None:
    found = DateReader(order=order).read(text)

    assert found is None or (found.not_before is not None and found.not_before <= found.not_after)
