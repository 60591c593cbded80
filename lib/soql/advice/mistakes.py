"""What is wrong with a query, in words: the place, what was expected, and the remedy."""

import re
from collections.abc import Collection

from lib.errors import SoqlError
from lib.soql.advice.remedies import remedy_at

_WINDOW = 60
_MOST_WORDS = 5

_WORDS = {
    "_SELECT": "SELECT",
    "_FROM": "FROM",
    "_WHERE": "WHERE",
    "_AND": "AND",
    "_OR": "OR",
    "_NOT": "NOT",
    "IN": "IN",
    "_LIKE": "LIKE",
    "INCLUDES": "INCLUDES",
    "_TYPEOF": "TYPEOF",
    "_WHEN": "WHEN",
    "_THEN": "THEN",
    "_ELSE": "ELSE",
    "_END": "END",
    "USE_KIND": "SCOPE",
    "_USING": "USING",
    "_WITH": "WITH",
    "_GROUP_BY": "GROUP BY",
    "_HAVING": "HAVING",
    "_ORDER_BY": "ORDER BY",
    "_LIMIT": "LIMIT",
    "_OFFSET": "OFFSET",
    "ALL_ROWS": "ALL ROWS",
    "PURPOSE": "FOR VIEW",
    "_UPDATE": "UPDATE",
    "_SET_OPTIONS": "SET OPTIONS",
    "DIRECTION": "ASC or DESC",
    "NULLS": "NULLS FIRST",
    "OPERATOR": "an operator",
    "EQUAL": "=",
    "NAME": "a name",
    "GEOLOCATION": "GEOLOCATION(latitude, longitude)",
    "INTEGER": "a whole number",
    "NUMBER": "a value",
    "TEXT": "a value",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "CATEGORY_OPERATOR": "AT, ABOVE, or BELOW",
    "$END": "the end",
}
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060-\u206f\ufeff]")


class Mistake(Exception):
    """Something that Salesforce or the guard would refuse, `offset` characters into the text.

    Without a remedy of its own, it gets the remedy for the likely slip at that place.
    """

    def __init__(self, offset: int, message: str, remedy: str = "", *, kind: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.remedy = remedy
        self.kind = kind


def as_error(text: str, mistake: Mistake, *, bare: str | None = None) -> SoqlError:
    """The error that people see: the message, the line, and a caret under the place.

    `bare` is the text without its comments, which would hide the slip.
    """
    offset = min(mistake.offset, len(text))
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    shown, caret = _window(text[start : end if end >= 0 else len(text)], offset - start)
    return SoqlError(
        f"{mistake.message}\n{shown}\n{' ' * caret}^",
        remedy=mistake.remedy or remedy_at(text if bare is None else bare, offset),
        line=text.count("\n", 0, offset) + 1,
        column=offset - start + 1,
        kind=mistake.kind,
    )


def unexpected(text: str, offset: int, expected: Collection[str]) -> Mistake:
    """What is wrong where the grammar stops. `expected` are the grammar's names of tokens."""
    here = _word_at(text, offset)
    wanted = sorted({_WORDS[name] for name in expected if name in _WORDS})
    found = f"Unexpected {here}" if here else "The query ends too early"
    if wanted == ["a name"] and here:
        sentence = f"A name goes here, and {here} can't be a name."
    elif len(wanted) > _MOST_WORDS:
        sentence = f"{found}: expected another clause, or the end."
    else:
        sentence = f"{found}: expected {' or '.join(wanted)}." if wanted else f"{found}."
    return Mistake(offset, sentence, kind="token")


def _word_at(text: str, offset: int) -> str:
    if _INVISIBLE.match(text, offset) and text[offset:].strip():
        return f"an invisible character (U+{ord(text[offset]):04X})"
    match = re.compile(r"[\w.]+|\S").match(text, offset)
    return repr(match[0][:_WINDOW]) if match else ""


def _window(line: str, caret: int) -> tuple[str, int]:
    """The part of a long line around the caret, and where the caret is in that part."""
    start = max(0, caret - _WINDOW)
    shown = line[start : caret + _WINDOW].replace("\t", " ")
    return shown, caret - start
