"""What a whole column of dates decides that one of its texts leaves open."""

import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sources.dates import DateColumn, DateOrder, DateReader
from lib.values import Interval

NOW = datetime(2026, 11, 26, tzinfo=UTC)
MOMENT = datetime(2026, 11, 25, 4, 19, 32, tzinfo=UTC)
LEAST = timedelta(microseconds=1)


def column_of(texts: Iterable[str]) -> DateColumn:
    column = DateColumn(NOW)
    for text in texts:
        column.look_at(text)
    return column


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2026", "13/4/2026", ""], DateOrder.DAY_FIRST),
        (["3/4/2026", "4/13/2026"], DateOrder.MONTH_FIRST),
        (["13/4/2026", "4/13/2026"], DateOrder.UNKNOWN),
        (["3/4/2026", "2026-12-13", "13.4.2026"], DateOrder.UNKNOWN),
        (["Wed, 3/4/2026", "5/6/2026"], DateOrder.MONTH_FIRST),
        (["3/4/2026"] * 12_000 + ["13/4/2026"], DateOrder.DAY_FIRST),
    ],
)
def test_a_single_telling_date_proves_the_order_of_its_column(
    texts: list[str], order: DateOrder
) -> None:
    assert column_of(texts).order is order
    assert column_of(texts).reader().order is order


def test_an_open_order_is_read_as_both_days() -> None:
    found = column_of(["3/4/2026", "5/5/2026"]).reader(2.0).read("3/4/2026")

    day, until = datetime(2026, 3, 3, 22, tzinfo=UTC), datetime(2026, 4, 3, 22, tzinfo=UTC)
    assert found == Interval(day, until - LEAST)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("1795580372", timedelta(seconds=1)),
        (" 1795580372.0 ", timedelta(milliseconds=100)),
        ("1795580372000", timedelta(milliseconds=1)),
        ("1795580372000000", LEAST),
        ("1795580372000000000", LEAST),
    ],
)
def test_seconds_since_1970_are_read_where_the_whole_column_counts_them(
    text: str, width: timedelta
) -> None:
    column = column_of([text, "", "0", "NULL", "-"])

    assert column.reader(5.0).read(text) == Interval(MOMENT, MOMENT + width - LEAST)
    assert (column.read_count, column.unread_count, column.holds_dates) == (1, 0, True)


@pytest.mark.parametrize(
    "others",
    [["42"], ["1795580372000"], ["1900000000"], ["12345678901234567890"], ["100000000"]],
)
def test_numbers_that_are_not_all_times_of_one_kind_are_no_dates(others: list[str]) -> None:
    column = column_of(["1795580372", *others])

    assert column.unit is None
    assert column.reader().read("1795580372") is None
    assert (column.read_count, column.unread_count) == (0, 2)
    assert column.unread_samples == ["1795580372", *others]


def test_a_number_after_the_reading_is_no_time() -> None:
    assert DateColumn(NOW).unit is None
    assert column_of(["1795580372"]).reader().read("1800000000") is None


def test_what_is_not_understood_is_counted_and_the_first_three_are_kept() -> None:
    column = column_of(["2026-11-25", "soon", "", "n/a", "later", "25-11-26", "some day"])

    assert (column.read_count, column.unread_count) == (1, 4)
    assert column.unread_samples == ["soon", "later", "25-11-26"]
    assert not column.holds_dates


def test_a_column_without_a_value_holds_no_dates() -> None:
    column = column_of(["", "0000-00-00", "NULL"])

    assert (column.read_count, column.unread_count, column.holds_dates) == (0, 0, False)


def test_a_long_column_needs_no_more_memory_than_a_short_one() -> None:
    column = column_of([])
    for n in range(5_000):
        column.look_at(str(n))  # fills the cache of texts
    tracemalloc.start()
    for n in range(5_000, 20_000):
        column.look_at(f"2026-11-25T04:19:32.{n:06}Z")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert column.read_count == 15_000
    assert peak < 4_000_000


@given(st.lists(st.dates(min_value=datetime(2000, 1, 1).date(), max_value=NOW.date())))
def test_no_date_of_a_column_is_read_as_another_day(days: list[datetime]) -> None:
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        reader = column_of(day.strftime(form) for day in days).reader()

        for day in days:
            found = reader.read(day.strftime(form))
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            assert found is not None
            assert found.not_before is not None
            assert found.not_before <= start < found.not_after


@given(st.lists(st.text()))
def test_no_text_breaks_a_column(texts: list[str]) -> None:
    column = column_of(texts)

    assert column.read_count + column.unread_count <= len(texts)
    assert isinstance(column.reader(), DateReader)
    assert len(column.unread_samples) == min(3, column.unread_count)
