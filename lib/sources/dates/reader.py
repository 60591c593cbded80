"""Reads a date's text as an interval in UTC: a day, or a second, as the text says (rules.md, 1.1).

Nothing here guesses: a text that is ambiguous, impossible, or in a
zone we don't know is no date at all, and its line counts as undated.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from lib.sources.dates.shapes import Written, written_in
from lib.values import Interval

_LEAST_STEP = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"([1-9][0-9]{8,18})(?:\.([0-9]{1,9}))?", re.ASCII)
# A whole number counted in seconds since 1970 is of this century if it lies between these.
_EARLIEST_SECOND = 946_684_800  # 2000
_LATEST_SECOND = 2_147_483_648  # 2038


class DateOrder(Enum):
    """Which of the two short numbers of `9/8/2026` is the month."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    UNKNOWN = "unknown"  # read as an interval that covers both


class Unit(Enum):
    """What a number counts since 1970, by the power of ten that makes it seconds."""

    SECONDS = 0
    MILLISECONDS = 3
    MICROSECONDS = 6
    NANOSECONDS = 9


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads date texts of one source.

    `utc_offset` is the hours its clock is ahead of UTC, for texts without a zone of their own. A
    date that starts after `latest` can't be when someone unsubscribed, and is none. Numbers
    are read only with a `unit`, which a whole column has to prove (`DateColumn`).
    """

    utc_offset: float = 0.0
    order: DateOrder = DateOrder.MONTH_FIRST
    latest: datetime | None = None
    unit: Unit | None = None

    def read(self, text: str) -> Interval | None:
        """The interval that the text means, or `None` if that isn't certain."""
        if self.unit is not None and unit_of(text, self.latest) is self.unit:
            return _since_1970(text, self.unit)
        written = written_in(text)
        if written is None:
            return None
        ahead = timedelta(hours=self.utc_offset) if written.ahead is None else written.ahead
        starts = [
            datetime(day.year, day.month, day.day, tzinfo=UTC) + written.start - ahead
            for day in days_of(written, self.order)
        ]
        possible = [start for start in starts if self.latest is None or start <= self.latest]
        if not possible:
            return None
        return Interval(min(possible), max(possible) + written.width - _LEAST_STEP)


def is_date(text: str) -> bool:
    """Whether the text has the shape of a date that names a day, in one order or the other."""
    written = written_in(text)
    return written is not None and bool(days_of(written, DateOrder.UNKNOWN))


def days_of(written: Written, order: DateOrder) -> list[date]:
    """The days that are meant: none where there is no such day, two where the order is open."""
    written_day = _day(written, written.month, written.day)
    if not written.is_open:
        return [] if written_day is None else [written_day]
    other = _day(written, written.day, written.month)
    if order is DateOrder.MONTH_FIRST:
        other = None
    if order is DateOrder.DAY_FIRST:
        written_day = None
    return list(dict.fromkeys(day for day in (written_day, other) if day is not None))


def proven_order(written: Written) -> DateOrder:
    """The order that a text proves by a number above 12, or by its weekday."""
    if not written.is_open or written.month == written.day:
        return DateOrder.UNKNOWN
    month_first = bool(days_of(written, DateOrder.MONTH_FIRST))
    if month_first == bool(days_of(written, DateOrder.DAY_FIRST)):
        return DateOrder.UNKNOWN
    return DateOrder.MONTH_FIRST if month_first else DateOrder.DAY_FIRST


def is_number(text: str) -> bool:
    """Whether the text is a whole number, as one that counts seconds would be."""
    return text.strip().isdecimal()


def unit_of(text: str, latest: datetime | None) -> Unit | None:
    """What the number would count if it were a time between 2000 and `latest`."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    limit = _LATEST_SECOND if latest is None else latest.timestamp()
    for unit in Unit:
        if _EARLIEST_SECOND <= int(match[1]) // 10**unit.value <= limit:
            return unit
    return None


def _day(written: Written, month: int, day: int) -> date | None:
    """The day, if there is one and its weekday is the one that the text names."""
    try:
        found = date(written.year, month, day)
    except ValueError:
        return None
    return found if written.weekday in (None, found.weekday()) else None


def _since_1970(text: str, unit: Unit) -> Interval:
    whole, _, fraction = text.strip().partition(".")
    digits = f"{int(whole):0{unit.value + 1}d}"
    seconds, rest = digits[: len(digits) - unit.value], digits[len(digits) - unit.value :]
    parts = (rest + fraction)[:6]
    start = _EPOCH + timedelta(seconds=int(seconds), microseconds=int(parts.ljust(6, "0")))
    width = timedelta(microseconds=10 ** (6 - len(parts)))
    return Interval(start, start + width - _LEAST_STEP)
