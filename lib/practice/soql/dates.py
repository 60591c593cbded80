"""Dates in queries: the days a date literal covers at a given time, and the date functions.

The org's zone is UTC, its weeks start on Sunday, and its fiscal year starts in January.
Source: SOQL and SOSL Reference, "Date Formats and Date Literals", "Date Functions".
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from lib.soql.tree import DateLiteral

_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_COUNTED = re.compile(r"(LAST|NEXT)_N_(\w+)S|N_(\w+)S_(AGO)")


def span(literal: DateLiteral, now: datetime) -> tuple[date, date]:
    """The first day of a date literal, and the first day after it."""
    today, name = now.date(), literal.name.upper().replace("FISCAL_", "")
    days = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
    if name in days:
        return _days(today, days[name], days[name] + 1)
    if name == "LAST_90_DAYS":
        return _days(today, -90, 1)
    if name == "NEXT_90_DAYS":
        return _days(today, 1, 91)
    if literal.count is not None:
        return _counted(name, literal.count, today)
    when, unit = name.split("_")
    begin = {"LAST": -1, "THIS": 0, "NEXT": 1}[when]
    return _unit(today, unit, begin), _unit(today, unit, begin + 1)


def _counted(name: str, count: int, today: date) -> tuple[date, date]:
    match = _COUNTED.fullmatch(name)
    if match is None:
        raise ValueError(name)
    when, unit = match[1] or match[4], match[2] or match[3]
    if when == "AGO":
        return _unit(today, unit, -count), _unit(today, unit, 1 - count)
    if when == "NEXT":
        return _unit(today, unit, 1), _unit(today, unit, count + 1)
    # Among the literals that look back, only days include the current day.
    return _unit(today, unit, -count), _unit(today, unit, 1 if unit == "DAY" else 0)


def _days(today: date, first: int, end: int) -> tuple[date, date]:
    return today + timedelta(first), today + timedelta(end)


def _unit(today: date, unit: str, ahead: int) -> date:
    """The first day of the unit that is `ahead` units after today's."""
    if unit == "DAY":
        return today + timedelta(ahead)
    if unit == "WEEK":
        return today - timedelta(today.isoweekday() % 7) + timedelta(weeks=ahead)
    months = _MONTHS[unit]
    first = (today.month - 1) // months * months
    year, month = divmod(today.year * 12 + first + ahead * months, 12)
    return date(year, month + 1, 1)


def _of(compute: Callable[[date], Any]) -> Callable[[str], Any]:
    return lambda text: compute(date.fromisoformat(text[:10]))


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _day_in_year(day: date) -> int:
    return day.timetuple().tm_yday


_YEAR = _of(lambda day: day.year)
_MONTH = _of(lambda day: day.month)
_QUARTER = _of(_quarter)

DATE_FUNCTIONS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "calendar_year": ("int", _YEAR),
    "calendar_quarter": ("int", _QUARTER),
    "calendar_month": ("int", _MONTH),
    "fiscal_year": ("int", _YEAR),
    "fiscal_quarter": ("int", _QUARTER),
    "fiscal_month": ("int", _MONTH),
    "day_in_month": ("int", _of(lambda day: day.day)),
    "day_in_week": ("int", _of(lambda day: day.isoweekday() % 7 + 1)),
    "day_in_year": ("int", _of(_day_in_year)),
    "week_in_month": ("int", _of(lambda day: (day.day + 6) // 7)),
    "week_in_year": ("int", _of(lambda day: (_day_in_year(day) + 6) // 7)),
    "day_only": ("date", lambda text: text[:10]),
    "hour_in_day": ("int", lambda text: int(text[11:13] or 0)),
}
"""By lower-case name: the type of the result, and how to compute it from the text of a date."""
