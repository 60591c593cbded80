"""Parses a date's text into day, time, and precision. Nothing is decided here.

A text that no shape fits completely, or that is impossible or in an unknown zone, says nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache

from lib.sources.dates.vocabulary import ARTICLES, MONTHS, WEEKDAYS, ZONES

# What stands for "no date" in SQL Server (1900) and .NET (0001), or for "never" (9999), is beyond.
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2199
_LONGEST = 100  # characters; JavaScript's form has about 70
_MOST_HOURS_FROM_UTC = 14

_SIGNS = {0x00B0: "o", 0x2010: "-", 0x2011: "-", 0x2013: "-", 0x2212: "-", 0x2019: "'"}
_UNSEEN = dict.fromkeys((0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, 0xFEFF))
_AROUND = " =\"'"  # what spreadsheets protect a text with

_OFFSET = r"(?:utc|gmt)?\s?[+-]\d{1,2}(?::?\d{2})?"
_ZONE = rf"(?:\s?\(?(?:(?P<offset>{_OFFSET})|(?P<zone>[a-z]{{1,4}}))\)?)"
# After an offset, the zone's name only repeats it.
_NAMED_ZONE = rf"(?:{_ZONE}(?:\s?\([^()]*\)|\s?\[[^\[\]]*\]|\s[a-z]{{3,4}})?)?"
_SECONDS = r"(?P<whole>\d{2})(?:[.,:](?P<fraction>\d{1,9}))?"
_CLOCK = (
    rf"(?P<hour>\d{{1,2}})(?:(?:[:.]|\s?h\s?)(?P<minute>\d{{2}})"
    rf"(?:(?:[:.]|\s?m(?:in)?\s?){_SECONDS}(?:\s?s)?)?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\.?|\s?(?P<hours>uhr|hrs|h)(?![a-z]))?"
)
_BEFORE_CLOCK = r"(?:,?\s(?:(?:at|um|a|a las?|as|alle|alle ore|ore|om|kl\.?|-|@)\s)?|t|(?<=\d{4}):)"
_TIME = rf"(?:{_BEFORE_CLOCK}{_CLOCK}{_NAMED_ZONE})?"
_WEEKDAY = r"(?:(?P<weekday>[a-z]{2,10}(?:-feira)?)\.?,?\s)?(?:(?P<article>[a-z]{2,3})\s)?"
_NAME = r"(?P<name>[a-z]{3,10})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_NTH = r"(?:st|nd|rd|th|er|re|e|\.?[oa])?\.?"
_OF = r"(?:(?:de|del|di|of)\s)?"

_SHAPES = (
    # 2026-11-25T04:19:32Z
    rf"{_WEEKDAY}(?P<year>\d{{4}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}})"
    rf"{_TIME}",
    # 11/25/2026, 4:19 AM and 25.11.26 04:19
    rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<sign>[-/]|\.\s?)(?P<second>\d{{1,2}})(?P=sign){_YEAR}"
    rf"{_TIME}",
    # 20261125T041932
    rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})"
    rf"(?:[t\s]?(?P<hour>\d{{2}}):?(?P<minute>\d{{2}})(?::?{_SECONDS})?{_NAMED_ZONE})?",
    # 25. November 2026, 25 de noviembre de 2026, 25-Nov-26
    rf"{_WEEKDAY}(?P<day>\d{{1,2}}){_NTH}[\s/-]?{_OF}{_NAME},?[\s/-]?{_OF}{_YEAR}{_TIME}",
    # Nov 25, 2026
    rf"{_WEEKDAY}{_NAME}[\s-](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-](?P<year>\d{{4}}){_TIME}",
    # 2026-Nov-25
    rf"(?P<year>\d{{4}})[\s/-]{_NAME}[\s/-](?P<day>\d{{1,2}}){_TIME}",
    # Wed Nov 25 04:19:32 UTC 2026
    rf"{_WEEKDAY}{_NAME}\s(?P<day>\d{{1,2}})\s{_CLOCK}{_ZONE}?\s(?P<year>\d{{4}})",
)
# What services write, and so most of all dates. The shapes would say the same, more slowly.
_USUAL = re.compile(r"(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)", re.ASCII)
_SECOND = timedelta(seconds=1)
_HAS_DIGITS = re.compile(r"[^0-9]{0,30}[0-9]")


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it is written; `first` and `second` are day and month where their order is open.

    `start` is how long after midnight, `width` how exact that is, `ahead` how far its clock is
    ahead of UTC (`None` where the text doesn't say).
    """

    year: int
    month: int
    day: int
    is_open: bool  # month and day may be the other way round
    weekday: int | None
    start: timedelta
    width: timedelta
    ahead: timedelta | None


@cache  # compiled when it's needed: all of them take longer than most of a start
def _compiled(shape: str) -> re.Pattern[str]:
    return re.compile(shape, re.ASCII)


@lru_cache(maxsize=4096)  # a file names the same days again and again
def written_in(text: str) -> Written | None:
    """What the text says; `None` if it isn't a date."""
    plain = _plain(text)
    if len(plain) > _LONGEST or not _HAS_DIGITS.match(plain):
        return None
    if usual := _USUAL.fullmatch(plain):
        year, month, day, hour, minute, second = map(int, usual.groups())
        if _EARLIEST_YEAR <= year <= _LATEST_YEAR and hour < 24 and minute < 60 and second < 60:
            start = timedelta(hours=hour, minutes=minute, seconds=second)
            return Written(year, month, day, False, None, start, _SECOND, None)
    for shape in _SHAPES:
        if match := _compiled(shape).fullmatch(plain):
            try:
                return _written(match, match.groupdict())
            except (ValueError, KeyError):
                continue
    return None


def _plain(text: str) -> str:
    """The text in lower case, without accents, quotes around it, and blanks that are no blank."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SIGNS).translate(_UNSEEN))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(text.lower().strip(_AROUND).split())


def _written(match: re.Match[str], parts: dict[str, str | None]) -> Written:
    """Raises ValueError or KeyError for what isn't possible or not known."""
    year = _year(match["year"], parts.get("sign"))
    if "first" in parts:
        month, day = int(match["first"]), int(match["second"])
        if match["sign"][0] == ".":  # the day comes first wherever such dates are written
            month, day = day, month
    else:
        month = MONTHS[match["name"]] if "name" in parts else int(match["month"])
        day = int(match["day"])
    start, width = _time_of_day(parts)
    return Written(
        year=year,
        month=month,
        day=day,
        is_open="first" in parts and match["sign"][0] != ".",
        weekday=_weekday(parts),
        start=start,
        width=width,
        ahead=_ahead(parts),
    )


def _year(text: str, sign: str | None) -> int:
    """The year; 90 to 99 are the last century. Which part of `25-11-26` is the year is open."""
    year = int(text.lstrip("'"))
    if len(text) < 4:
        if sign == "-":
            raise ValueError("this may begin with the year")
        year += 1900 if year >= _EARLIEST_YEAR % 100 else 2000
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise ValueError("a year that stands for none")
    return year


def _weekday(parts: dict[str, str | None]) -> int | None:
    article, name = parts.get("article"), parts.get("weekday")
    if article is not None and article not in ARTICLES:
        raise ValueError("no article")
    return None if name is None or name in ARTICLES else WEEKDAYS[name]


def _time_of_day(parts: dict[str, str | None]) -> tuple[timedelta, timedelta]:
    """How long after midnight, and how wide: a day, an hour, a minute, a second or less."""
    if parts["hour"] is None:
        return timedelta(0), timedelta(days=1)
    hour, half = int(parts["hour"]), parts.get("half")
    if half is not None:
        hour = _hour_of_day(hour, half)
    if parts["minute"] is None:
        if half is None and parts.get("hours") is None:
            raise ValueError("a number alone is no time")
        return _after_midnight(hour), timedelta(hours=1)
    minute = int(parts["minute"])
    if parts["whole"] is None:
        return _after_midnight(hour, minute), timedelta(minutes=1)
    second, fraction = int(parts["whole"]), parts["fraction"]
    if fraction is None:
        return _after_midnight(hour, minute, second), timedelta(seconds=1)
    digits = fraction[:6]
    width = timedelta(microseconds=10 ** (6 - len(digits)))
    return _after_midnight(hour, minute, second, int(digits.ljust(6, "0"))), width


def _after_midnight(hour: int, minute: int = 0, second: int = 0, microsecond: int = 0) -> timedelta:
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no time of a day")
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def _hour_of_day(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half == "p" else 0)


def _ahead(parts: dict[str, str | None]) -> timedelta | None:
    if name := parts.get("zone"):
        return timedelta(hours=ZONES[name])
    offset = parts.get("offset")
    if offset is None:
        return None
    digits = offset.removeprefix("utc").removeprefix("gmt").strip().replace(":", "")
    hours, minutes = (digits[1:-2], digits[-2:]) if len(digits) > 3 else (digits[1:], "0")
    if int(hours) > _MOST_HOURS_FROM_UTC or int(minutes) > 59:
        raise ValueError("no zone")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return -ahead if digits[0] == "-" else ahead
