"""A date's text as the interval it names: as wide as the text says, in UTC (rules.md, 1.1).

Nothing here guesses in a way that would move time: a text that is ambiguous, impossible, or in a
zone we do not know is no date at all, and its line counts as undated.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum

from lib.values import Interval

# What stands for "no date" in SQL Server (1900) and .NET (0001) lies before this year.
_EARLIEST_YEAR = 1990
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = "uary|ruary|ch|il|e|y|ust|t|tember|ober|ember"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_MONTH_NAME = rf"(?P<name>{'|'.join(_MONTHS)})(?:{_LONG_MONTHS})?\.?"
_DAYS = (
    r"(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
    r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})",
    rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[ -]{_MONTH_NAME}[ -](?P<year>\d{{4}})",
    rf"{_MONTH_NAME}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})",
)
_TIME = (
    r"(?:(?:,?\s+(?:at\s+)?|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<whole>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?"
    r"(?:\s?(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?)(?:\s\(?(?:UTC|GMT)\)?)?)?)?"
)
_SHAPES = tuple(re.compile(_WEEKDAY + day + _TIME, re.ASCII | re.IGNORECASE) for day in _DAYS)
_LEAST_STEP = timedelta(microseconds=1)


class Order(Enum):
    """Which of the two short numbers of `9/8/2026` is the month."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    UNKNOWN = "unknown"  # read as an interval that covers both


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads date texts of one source.

    `utc_offset` is the hours its clock is ahead of UTC, for texts without a zone of their own. A
    date that begins after `latest` cannot be when somebody unsubscribed, and is none.
    """

    utc_offset: float = 0.0
    order: Order = Order.MONTH_FIRST
    latest: datetime | None = None

    def read(self, text: str) -> Interval | None:
        """The moments that the text can mean, or `None` where it names none for sure."""
        match = _match(text)
        if match is None:
            return None
        try:
            found = self._interval(match)
        except (ValueError, OverflowError):
            return None
        if found.not_before is None or found.not_before.year < _EARLIEST_YEAR:
            return None
        return None if self.latest is not None and found.not_before > self.latest else found

    def _interval(self, match: re.Match[str]) -> Interval:
        start, width = _time_of_day(match)
        zone = _zone(match["zone"]) if match["zone"] else timezone(timedelta(hours=self.utc_offset))
        midnights = [
            datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
            for day in _days(match, self.order)
        ]
        return Interval(min(midnights) + start, max(midnights) + start + width - _LEAST_STEP)


def is_date(text: str) -> bool:
    """Whether the text has the shape of a date that names a day, in one order or the other."""
    return DateReader(order=Order.UNKNOWN).read(text) is not None


def depends_on_order(text: str) -> bool:
    """Whether the text names different days, depending on which number is the month."""
    readings = {DateReader(order=order).read(text) for order in Order}
    return len(readings) > 1


def order_of(texts: Iterable[str]) -> Order:
    """The order that the first telling text of a column proves (a number above 12)."""
    for text in texts:
        match = _match(text)
        if match is None or "first" not in match.groupdict() or match["sign"] == ".":
            continue
        first, second = int(match["first"]), int(match["second"])
        if first > 12 >= second:
            return Order.DAY_FIRST
        if second > 12 >= first:
            return Order.MONTH_FIRST
    return Order.UNKNOWN


def _match(text: str) -> re.Match[str] | None:
    trimmed = text.strip()
    return next((found for shape in _SHAPES if (found := shape.fullmatch(trimmed))), None)


def _days(match: re.Match[str], order: Order) -> list[date]:
    """The day that the text names; two of them where the order of day and month is unknown."""
    parts = match.groupdict()
    year = int(match["year"])
    if "first" not in parts:
        name = parts.get("name")
        month = _MONTHS.index(name.lower()) + 1 if name else int(match["month"])
        return [date(year, month, int(match["day"]))]
    first, second = int(match["first"]), int(match["second"])
    # With dots the day comes first wherever such dates are written.
    if match["sign"] == ".":
        order = Order.DAY_FIRST
    if order is Order.UNKNOWN and max(first, second) > 12:
        order = Order.DAY_FIRST if first > 12 else Order.MONTH_FIRST
    if order is Order.MONTH_FIRST:
        return [date(year, first, second)]
    if order is Order.DAY_FIRST:
        return [date(year, second, first)]
    return [date(year, first, second), date(year, second, first)]


def _time_of_day(match: re.Match[str]) -> tuple[timedelta, timedelta]:
    """How long after midnight, and how wide: a day, a minute, a second or a fraction of one."""
    if match["hour"] is None:
        return timedelta(0), timedelta(days=1)
    hour, minute = _hour(match), int(match["minute"])
    if match["whole"] is None:
        return _after_midnight(hour, minute), timedelta(minutes=1)
    second = int(match["whole"])
    if match["fraction"] is None:
        return _after_midnight(hour, minute, second), timedelta(seconds=1)
    digits = match["fraction"][:6]
    width = timedelta(microseconds=10 ** (6 - len(digits)))
    return _after_midnight(hour, minute, second, int(digits.ljust(6, "0"))), width


def _after_midnight(hour: int, minute: int, second: int = 0, microsecond: int = 0) -> timedelta:
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no time of a day")
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def _hour(match: re.Match[str]) -> int:
    hour, half = int(match["hour"]), match["half"]
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _zone(text: str) -> timezone:
    digits = text.upper().removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if digits in ("", "Z"):
        return UTC
    minutes = int(digits[1:3]) * 60 + int(digits[3:] or 0)
    if int(digits[3:] or 0) > 59:
        raise ValueError("no zone")
    return timezone(timedelta(minutes=-minutes if digits[0] == "-" else minutes))
