"""The days of each date literal on a Wednesday in May."""

from datetime import UTC, date, datetime

import pytest

from lib.practice.soql.dates import DATE_FUNCTIONS, span
from lib.soql.keywords import COUNTED_DATE_LITERALS, PLAIN_DATE_LITERALS
from lib.soql.keywords import DATE_FUNCTIONS as NAMES
from lib.soql.tree import DateLiteral

NOW = datetime(2026, 5, 13, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("literal", "first", "end"),
    [
        ("YESTERDAY", "2026-05-12", "2026-05-13"),
        ("TODAY", "2026-05-13", "2026-05-14"),
        ("tomorrow", "2026-05-14", "2026-05-15"),
        ("LAST_WEEK", "2026-05-03", "2026-05-10"),
        ("THIS_WEEK", "2026-05-10", "2026-05-17"),
        ("NEXT_WEEK", "2026-05-17", "2026-05-24"),
        ("LAST_MONTH", "2026-04-01", "2026-05-01"),
        ("THIS_MONTH", "2026-05-01", "2026-06-01"),
        ("NEXT_MONTH", "2026-06-01", "2026-07-01"),
        ("LAST_90_DAYS", "2026-02-12", "2026-05-14"),
        ("NEXT_90_DAYS", "2026-05-14", "2026-08-12"),
        ("LAST_N_DAYS:1", "2026-05-12", "2026-05-14"),
        ("NEXT_N_DAYS:2", "2026-05-14", "2026-05-16"),
        ("N_DAYS_AGO:2", "2026-05-11", "2026-05-12"),
        ("LAST_N_WEEKS:2", "2026-04-26", "2026-05-10"),
        ("NEXT_N_WEEKS:1", "2026-05-17", "2026-05-24"),
        ("N_WEEKS_AGO:2", "2026-04-26", "2026-05-03"),
        ("LAST_N_MONTHS:5", "2025-12-01", "2026-05-01"),
        ("N_MONTHS_AGO:5", "2025-12-01", "2026-01-01"),
        ("THIS_QUARTER", "2026-04-01", "2026-07-01"),
        ("LAST_FISCAL_QUARTER", "2026-01-01", "2026-04-01"),
        ("NEXT_N_QUARTERS:3", "2026-07-01", "2027-04-01"),
        ("N_QUARTERS_AGO:2", "2025-10-01", "2026-01-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("NEXT_FISCAL_YEAR", "2027-01-01", "2028-01-01"),
        ("LAST_N_YEARS:2", "2024-01-01", "2026-01-01"),
        ("N_FISCAL_YEARS_AGO:1", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_date_literal_covers_these_days(literal: str, first: str, end: str) -> None:
    name, _, count = literal.partition(":")

    found = span(DateLiteral(name, int(count) if count else None), NOW)

    assert found == (date.fromisoformat(first), date.fromisoformat(end))


def test_every_date_literal_has_a_span() -> None:
    literals = [DateLiteral(name) for name in PLAIN_DATE_LITERALS]
    literals += [DateLiteral(name, 1) for name in COUNTED_DATE_LITERALS]

    assert all(first < end for first, end in (span(literal, NOW) for literal in literals))


def test_every_date_function_is_known_and_right() -> None:
    text = "2026-05-13T23:15:00.000+0000"

    assert {name: compute(text) for name, (_, compute) in DATE_FUNCTIONS.items()} == {
        "calendar_year": 2026,
        "calendar_quarter": 2,
        "calendar_month": 5,
        "fiscal_year": 2026,
        "fiscal_quarter": 2,
        "fiscal_month": 5,
        "day_in_month": 13,
        "day_in_week": 4,
        "day_in_year": 133,
        "week_in_month": 2,
        "week_in_year": 19,
        "day_only": "2026-05-13",
        "hour_in_day": 23,
    }
    assert set(DATE_FUNCTIONS) == NAMES
