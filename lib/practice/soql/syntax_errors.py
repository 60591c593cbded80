"""A query that does not parse: our parser's error in the words of Salesforce's parser.

Salesforce's parser counts columns from 0 (other refusals count from 1), puts the caret one to the
left of the token, and gives no place if the query starts wrong or ends too early. All of this comes
from recorded answers.
"""

import re

from lib.errors import SoqlError
from lib.practice.soql.query_request import pointed, pointed_left

_TOKEN = re.compile(r"[\w.]+|\S")
_QUOTED = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
_IN_NO_TOKEN = re.compile(r"[\"`%@#]|[^\x00-\x7f]")
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=\s)")
# SET OPTIONS (…) ends a query, so the wrong token is the token after it.
_OPTIONS = re.compile(r"OPTIONS\s*\([^()]*\)\s*(?=\S)", re.IGNORECASE)


def malformed(text: str, error: SoqlError) -> str:
    """The message for a query that the parser refused with this error."""
    at = _offset(text, error)
    sentence = error.message.splitlines()[0]
    if error.kind == "escape":
        return _bad_literal(text, at)
    zone = _missing_zone(text, at)
    if zone is not None:
        return _bad_character(text, zone)
    if error.kind == "token":
        return _bad_token(text, at)
    return pointed(text, at, sentence)


def unexpected(text: str, at: int) -> str:
    """The message for an unexpected token, or for the end of the query."""
    token = _TOKEN.match(text, at)
    sentence = f"unexpected token: '{token[0] if token else '<EOF>'}'"
    return pointed_left(text, at, sentence) if token and at else sentence


def _offset(text: str, error: SoqlError) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1


def _missing_zone(text: str, at: int) -> int | None:
    """The space after a time without a zone, if the error is at that time or right after it.

    Usually the space was a plus sign that the client did not encode.
    """
    for moment in _WITHOUT_ZONE.finditer(text):
        if moment.start() == at or text[moment.end() : at].isspace():
            return moment.end()
    return None


def _bad_token(text: str, at: int) -> str:
    if text[at : at + 1] == "'":
        return _in_lexer(text, len(text), "mismatched character '<EOF>' expecting '''")
    if _IN_NO_TOKEN.match(text, at):
        return _bad_character(text, at)
    options = _OPTIONS.match(text, at)
    return unexpected(text, options.end() if options else at)


def _bad_character(text: str, at: int) -> str:
    return _in_lexer(text, at, f"no viable alternative at character '{text[at]}'")


def _in_lexer(text: str, at: int, sentence: str) -> str:
    row, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at) - 1
    return pointed_left(text, at, f"line {row}:{column} {sentence}")


def _bad_literal(text: str, at: int) -> str:
    """`at` is the place of a backslash within quotes."""
    literal = next(
        quoted for quoted in _QUOTED.finditer(text) if quoted.start() < at < quoted.end()
    )
    if text[at + 1] in "uU":
        kind, sequence = "unicode sequence.", f"\\u{text[at + 2 : at + 6]}"
    else:
        kind, sequence = "character sequence", text[at : at + 2]
    sentence = (
        f"Invalid string literal {literal[0]}. Illegal {kind} '{sequence}' in string literal."
    )
    return pointed_left(text, literal.start(), sentence)
