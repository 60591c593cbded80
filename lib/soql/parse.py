"""Text → tree: one grammar (grammar.lark), read by lark's LALR parser with contextual lexer.

LALR reads in one pass and never recurses: it takes about 1 ms for a usual query, where Earley took
28 ms with the same grammar. The parser is built at the first query, which takes 0.1 s.
"""

import re
from functools import cache
from pathlib import Path
from typing import cast

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from lib.soql.advice.mistakes import Mistake, as_error, unexpected
from lib.soql.literals import word
from lib.soql.salesforce_rules import check_name
from lib.soql.transformer import Reader, mark_reserved
from lib.soql.tree import Query

# Writing a tree recurses, so a tree can't be deeper than this. No real query is.
_MOST_NESTING = 100
# A string or comment without an end goes on to the end of the text, so each character is read once.
_PIECE = re.compile(
    r"'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)|//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)|[()]",
    re.DOTALL,
)


def comment_in(text: str) -> int | None:
    """Where the first comment starts. Salesforce refuses comments, but many tools allow them."""
    pieces = (match for match in _PIECE.finditer(text) if match[0][0] == "/")
    return next((match.start() for match in pieces), None)


def parse(text: str) -> Query:
    """Read one query.

    Comments count as spaces and are not in the tree: tools allow them, but Salesforce doesn't.
    Raises SoqlError, with the place and a remedy, for what Salesforce's grammar refuses.
    """
    try:
        bare = _without_comments(text)
    except Mistake as mistake:
        raise as_error(text, mistake) from None
    try:
        return cast(Query, _parser().parse(bare))
    except Mistake as mistake:
        raise as_error(text, mistake, bare=bare) from None
    except UnexpectedInput as error:
        raise as_error(text, _earlier(error) or _mistake(bare, error), bare=bare) from None


@cache
def _parser() -> Lark:
    return Lark(
        Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=True,
        transformer=Reader(),
        lexer_callbacks={"NAME": mark_reserved, "FUNCTION": check_name},
    )


def _earlier(error: UnexpectedInput) -> Mistake | None:
    """What is wrong with a bare word before the place: in `Name = Bob Smith`, Bob is the mistake.

    Otherwise the message would blame the word after it.
    """
    last = (getattr(error, "token_history", None) or [None])[-1]
    if last is None or last.type != "WORD":
        return None
    try:
        word(last)
    except Mistake as mistake:
        return mistake
    return None


def _mistake(text: str, error: UnexpectedInput) -> Mistake:
    match error:
        case UnexpectedToken():
            at_end = error.token.type == "$END"
            offset = len(text.rstrip()) if at_end else error.token.start_pos or 0
            return unexpected(text, offset, error.accepts or error.expected)
        case UnexpectedCharacters():
            return unexpected(text, error.pos_in_stream or 0, error.allowed or ())
        case _:
            return unexpected(text, len(text), ())


def _without_comments(text: str) -> str:
    """The same text with spaces for comments, so that all places stay the same.

    Raises Mistake for parentheses that are nested too deep, and for a comment without an end.
    """
    depth = 0
    parts: list[str] = []
    done = 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth > _MOST_NESTING:
            raise Mistake(
                match.start(),
                f"More than {_MOST_NESTING} nested parentheses.",
                "Remove parentheses that change nothing.",
            )
        if piece[0] == "/":
            parts += text[done : match.start()], _spaces(match)
            done = match.end()
    return "".join((*parts, text[done:]))


def _spaces(match: re.Match[str]) -> str:
    if match[0].startswith("/*") and not match[0][2:].endswith("*/"):
        raise Mistake(
            match.start(), "The comment that starts here has no end.", "Write */ after it."
        )
    return re.sub(r"[^\n]", " ", match[0])
