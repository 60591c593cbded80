"""Literals: from what stands in the text to what is meant, refusing what Salesforce refuses."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from lark import Token

from lib.soql import tree
from lib.soql.mistakes import Mistake
from lib.soql.words import COUNTED_DATE_LITERALS, ESCAPES, PLAIN_DATE_LITERALS

_QUOTED = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
# Two halves of a surrogate pair are one character, so they are read together.
_SPECIAL = re.compile(
    r"\\u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})"
    r"|\\u([0-9A-Fa-f]{4})|\\(.)|([\r\n])",
    re.DOTALL,
)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_YEARS = range(1700, 4001)


def text(token: Token) -> tree.Text:
    return tree.Text(_unescape(token, _offset(token), kept=""))


def pattern(token: Token) -> tree.Pattern:
    return tree.Pattern(_unescape(token, _offset(token), kept="\\%_"))


def texts(token: Token) -> Iterator[tree.Text]:
    """Each string of a run such as `'a', 'b'`."""
    start = _offset(token)
    for match in _QUOTED.finditer(token):
        yield tree.Text(_unescape(match[0], start + match.start(), kept=""))


def _unescape(quoted: str, offset: int, *, kept: str) -> str:
    """The text between the quotes; escapes of the characters in `kept` stay as they are."""
    inner = quoted[1:-1]
    if "\\" not in inner and "\n" not in inner and "\r" not in inner:
        return inner

    def meant(match: re.Match[str]) -> str:
        high, low, unit, letter, line_break = match.groups()
        if high:
            return bytes.fromhex(high + low).decode("utf-16-be")
        if unit:
            return chr(int(unit, 16))
        place = offset + 1 + match.start()
        if line_break:
            raise Mistake(place, "A line break inside text.", r"Write it as \n.")
        if letter in kept:
            return match[0]
        if letter not in ESCAPES:
            raise Mistake(
                place,
                f"\\{letter} means nothing in SOQL text.",
                r"A backslash is \\; known are \n \r \t \b \f \" \' \uXXXX, and behind LIKE \_ \%.",
            )
        return ESCAPES[letter]

    return _SPECIAL.sub(meant, inner)


def word(token: Token) -> tree.DateLiteral:
    """A date literal; any other bare word is somebody's forgotten quotes."""
    name, _, count = re.sub(r"\s", "", token).partition(":")
    upper = name.upper()
    if not count and upper in PLAIN_DATE_LITERALS:
        return tree.DateLiteral(name)
    if upper in COUNTED_DATE_LITERALS:
        if re.fullmatch(r"\+?\d+", count):
            return tree.DateLiteral(name, int(count))
        raise Mistake(_offset(token), f"{name} needs a number.", f"Write {name}:30, for example.")
    raise Mistake(
        _offset(token),
        f"{token[:60]!r} is no value: the right side is never a field.",
        f"Text goes between single quotes: '{token[:60]}'.",
    )


def moment(token: Token) -> tree.Date | tree.DateTime:
    """A date or a moment that the calendar knows, with a zone, from 1700 to 4000."""
    try:
        value = _date_or_datetime(token)
    except ValueError:
        raise Mistake(
            _offset(token),
            f"{token[:60]!r} is no date.",
            "Write 2026-01-31 or 2026-01-31T23:01:01Z (or …+01:00), without quotes.",
        ) from None
    if value.year not in _YEARS:
        raise Mistake(_offset(token), f"{token} is out of range.", "Use a year from 1700 to 4000.")
    return tree.DateTime(value) if isinstance(value, datetime) else tree.Date(value)


def _date_or_datetime(literal: str) -> date | datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", literal, re.ASCII):
        return date.fromisoformat(literal)
    match = _MOMENT.fullmatch(literal)
    if match is None:
        raise ValueError(literal)
    day, clock, fraction, zone = match.groups()
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return datetime.fromisoformat(f"{day}T{clock}{(fraction or '.0').ljust(7, '0')[:7]}{zone}")


def time_of_day(token: Token) -> tree.Time:
    try:
        if not re.fullmatch(r"\d\d:\d\d:\d\d(\.\d{1,3})?Z", token, re.ASCII):
            raise ValueError(token)
        clock, _, fraction = token[:-1].partition(".")
        return tree.Time(time.fromisoformat(f"{clock}.{fraction.ljust(6, '0')}"))
    except ValueError:
        raise Mistake(
            _offset(token), f"{token!r} is no time of day.", "Write 23:01:01.000Z."
        ) from None


def _offset(token: Token) -> int:
    return token.start_pos or 0
