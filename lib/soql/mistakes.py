"""What is wrong with a query, in words: the place, what was expected, the next thing to try."""

import re
from collections.abc import Collection

from lib.errors import SoqlError

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
    "DIRECTION": "ASC or DESC",
    "NULLS": "NULLS FIRST",
    "OPERATOR": "an operator",
    "EQUAL": "=",
    "NAME": "a name",
    "INTEGER": "a whole number",
    "NUMBER": "a value",
    "TEXT": "a value",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "CATEGORY_OPERATOR": "AT, ABOVE or BELOW",
    "$END": "the end",
}

# (what stands at the mistake, what stands before it, remedy)
_SLIPS = (
    (r"==", r"", "SOQL compares with one =."),
    (r"=\s*=", r"", "SOQL compares with one =."),
    (r"=", r"=\s*$", "SOQL compares with one =."),
    (r"[\"“”‘’`]", r"", "Put text between single straight quotes: 'text'."),
    (r"'", r"", "The text that begins here is not closed: end it with a single quote."),
    (r"\*", r"", "SOQL has no *: name the fields, or use FIELDS(STANDARD)."),
    (r";", r"", "Leave out the semicolon."),
    (r"(--|//|/\*)", r"", "SOQL has no comments: take it out."),
    (r":", r"", "A bound variable of Apex means nothing here: write its value."),
    (r",", r"", "Take out the comma, or put another name or value behind it."),
    (r"from\b", r",\s*$", "Take out the comma before FROM."),
    (r"\)", r",\s*$", "Take out the comma before the parenthesis."),
    (r"\)", r"\(\s*$", "Put at least one value or name between the parentheses."),
    (r"\)", r"", "Take the parenthesis out, or open it further left."),
    (r"\Z", r"\S", "The end is missing: complete the query, or take its last word out."),
    (r"(update|insert|delete|merge)\b", r"^\s*$", "SOQL only reads: begin with SELECT."),
    (r"", r"^\s*$", "A query begins with SELECT."),
    (r"where\b", r"where\b.*$", "A query has one WHERE: join the conditions with AND."),
    (r"(and|or)\b", r"", "Put parentheses round each group where AND and OR meet."),
    (r"not\b", r"(and|or)\s*$", "Put NOT and its condition in parentheses: (NOT …)."),
    (r"not\b", r"not\s*$", "Put the inner NOT in parentheses: NOT (NOT …)."),
    (r"is\b", r"", "SOQL has no IS: write = null or != null."),
    (r"between\b", r"", "SOQL has no BETWEEN: write field >= one AND field <= other."),
    (r"distinct\b", r"", "SOQL has no DISTINCT: use GROUP BY or COUNT_DISTINCT()."),
    (r"(left|right|inner|outer|join)\b", r"", "SOQL has no JOIN: use paths such as Account.Name."),
)


class Mistake(Exception):
    """Something Salesforce would refuse, `offset` characters into the text.

    Without a remedy of its own it gets the one for the slip that the place looks like.
    """

    def __init__(self, offset: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.remedy = remedy


def as_error(text: str, mistake: Mistake) -> SoqlError:
    """The error that people see: the sentence, the line, and a caret under the place."""
    offset = min(mistake.offset, len(text))
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    shown, caret = _window(text[start : end if end >= 0 else len(text)], offset - start)
    return SoqlError(
        f"{mistake.message}\n{shown}\n{' ' * caret}^",
        remedy=mistake.remedy or _remedy(text, offset),
        line=text.count("\n", 0, offset) + 1,
        column=offset - start + 1,
    )


def unexpected(text: str, offset: int, expected: Collection[str]) -> Mistake:
    """What to say where the grammar could not go on; `expected` are its names of tokens."""
    here = _word_at(text, offset)
    wanted = sorted({_WORDS[name] for name in expected if name in _WORDS})
    found = f"Unexpected {here}" if here else "The query ends too early"
    if len(wanted) > _MOST_WORDS:
        return Mistake(offset, f"{found}: expected another clause, or the end.")
    return Mistake(offset, f"{found}: expected {' or '.join(wanted)}." if wanted else f"{found}.")


def _remedy(text: str, offset: int) -> str:
    before, here = text[max(0, offset - 200) : offset], text[offset:]
    for at, ahead, remedy in _SLIPS:
        if re.match(at, here, re.IGNORECASE) and re.search(
            ahead, before, re.IGNORECASE | re.DOTALL
        ):
            return remedy
    return "Compare with the order of SOQL's clauses, and look at what stands before this place."


def _word_at(text: str, offset: int) -> str:
    match = re.compile(r"[\w.]+|\S").match(text, offset)
    return repr(match[0][:_WINDOW]) if match else ""


def _window(line: str, caret: int) -> tuple[str, int]:
    """The part of a long line round the caret, and where the caret is in it."""
    start = max(0, caret - _WINDOW)
    shown = line[start : caret + _WINDOW].replace("\t", " ")
    return shown, caret - start
