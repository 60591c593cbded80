"""Literals: from their text to their value. What Salesforce refuses is refused here."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from lark import Token

from lib.soql import tree
from lib.soql.advice.mistakes import Mistake
from lib.soql.keywords import COUNTED_DATE_LITERALS, ESCAPES, PLAIN_DATE_LITERALS, RESERVED

_QUOTED = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
# The two halves of a surrogate pair are a single character, so they are read together.
_SPECIAL = re.compile(
    r"\\[uU]([Dd][89ABab][0-9A-Fa-f]{2})\\[uU]([Dd][C-Fc-f][0-9A-Fa-f]{2})"
    r"|\\[uU]([0-9A-Fa-f]{4})|\\(.)|([\r\n])",
    re.DOTALL,
)
_CLOCK = r"(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)"
_TIME = re.compile(_CLOCK, re.ASCII)
_MOMENT = re.compile(rf"(\d{{4}}-\d\d-\d\d)T{_CLOCK}", re.ASCII)
_LARGEST = 2**31 - 1
_NO_OFFSET = timedelta()
_YEARS = range(1700, 4001)


def text(token: Token) -> tree.Text:
    return tree.Text(_unescape(token, _offset(token), kept=""))


def pattern(token: Token) -> tree.Pattern:
    return tree.Pattern(_unescape(token, _offset(token), kept="\\%_"))


def texts(token: Token) -> Iterator[tree.Text]:
    """Each string in a token such as `'a', 'b'`."""
    start = _offset(token)
    for match in _QUOTED.finditer(token):
        yield tree.Text(_unescape(match[0], start + match.start(), kept=""))


def _unescape(quoted: str, offset: int, *, kept: str) -> str:
    """The text between the quotes. Escapes of the characters in `kept` stay as they are."""
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
            raise Mistake(place, "There's a line break inside text.", r"Write it as \n.")
        if letter in kept:
            return match[0]
        if letter.lower() not in ESCAPES:
            raise Mistake(
                place,
                f"\\{letter} has no meaning in SOQL text.",
                r"Write a backslash as \\. SOQL knows \n \r \t \b \f \" \' \uXXXX, "
                r"and after LIKE also \_ \%.",
                kind="escape",
            )
        return ESCAPES[letter.lower()]

    return _SPECIAL.sub(meant, inner)


def without_spaces(token: Token) -> str:
    """A sign and its number, or both signs of <=, can have spaces between them."""
    return re.sub(r"\s", "", token)


def whole(token: Token) -> int:
    """A number of rows."""
    digits = without_spaces(token).lstrip("+0") or "0"
    if len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST:
        raise Mistake(_offset(token), "This number is too large.", f"Use at most {_LARGEST}.")
    return int(digits)


def word(token: Token) -> tree.DateLiteral:
    """A date literal. Any other bare word is text without its quotes."""
    name, _, count = without_spaces(token).partition(":")
    upper = name.upper()
    if not count and upper in PLAIN_DATE_LITERALS:
        return tree.DateLiteral(name)
    if upper in COUNTED_DATE_LITERALS:
        return tree.DateLiteral(name, _count(token, name, count))
    if token.lower() in RESERVED:
        raise Mistake(_offset(token), f"Unexpected {str(token)!r}: expected a value.", kind="token")
    shown = token[:60]
    if count:
        raise Mistake(
            _offset(token), f"{shown!r} isn't a value.", _remedy_of_count(name), kind="token"
        )
    raise Mistake(
        _offset(token),
        f"{shown!r} isn't a value. The right side is never a field.",
        f"Put text in single quotes: '{shown}'.",
        kind="token",
    )


def _count(token: Token, name: str, count: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", count):
        return int(count)
    problem = "a number of at most nine digits, without a sign" if count else "a number"
    raise Mistake(_offset(token), f"{name} needs {problem}.", f"Write {name}:30, for example.")


def _remedy_of_count(name: str) -> str:
    if name.upper() in PLAIN_DATE_LITERALS:
        return f"{name} takes no number. Leave it out, or use a literal such as LAST_N_DAYS:30."
    return "Put text in single quotes."


def moment(token: Token) -> tree.Date | tree.DateTime:
    """A date, or a date and time with a zone. The calendar must have it, from 1700 to 4000."""
    try:
        value = _date_or_datetime(token)
    except ValueError:
        raise Mistake(
            _offset(token),
            f"{token[:60]!r} isn't a date.",
            "Write 2026-01-31 or 2026-01-31T23:01:01Z (or …+01:00), without quotes.",
        ) from None
    if value.year not in _YEARS:
        raise Mistake(_offset(token), f"{token} is out of range.", "Use a year from 1700 to 4000.")
    return tree.DateTime(value) if isinstance(value, datetime) else tree.Date(value)


def _date_or_datetime(literal: str) -> date | datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", literal, re.ASCII):
        return date.fromisoformat(literal)
    match = _MOMENT.fullmatch(literal.upper())
    if match is None:
        raise ValueError(literal)
    return datetime.fromisoformat(f"{match[1]}T{_clock(*match.groups()[1:])}")


def _clock(clock: str, fraction: str | None, zone: str) -> str:
    """A time as Python reads it: six digits of fraction, and a colon in the zone."""
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{clock}{(fraction or '.0').ljust(7, '0')[:7]}{zone}"


def time_of_day(token: Token) -> tree.Time:
    """A time. In UTC it has no zone, because SOQL always writes times with Z."""
    try:
        match = _TIME.fullmatch(token.upper())
        if match is None:
            raise ValueError(token)
        value = time.fromisoformat(_clock(*match.groups()))
        return tree.Time(value.replace(tzinfo=None) if value.utcoffset() == _NO_OFFSET else value)
    except ValueError:
        raise Mistake(
            _offset(token), f"{token[:60]!r} isn't a time of day.", "Write 23:01:01.000Z."
        ) from None


def _offset(token: Token) -> int:
    return token.start_pos or 0
