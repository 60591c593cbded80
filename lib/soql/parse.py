"""Text → tree: one grammar (grammar.lark), read by lark's LALR parser with contextual lexer.

LALR because it reads in one pass and never recurses: about 1 ms for a usual query, where
Earley took 28 ms over the same grammar. The parser is built at the first query (0.1 s).
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
from lib.soql.transformer import Reader, told_apart
from lib.soql.tree import Query

# Writing a tree recurses, so a tree is never deeper than this. Nobody means more.
_MOST_NESTING = 100
# A string or comment that nobody closes goes on to the end: so each character is read once.
_PIECE = re.compile(
    r"'(?:[^'\\]++|\\.)*+(?:'|\\?\Z)|//[^\n]*|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|[()]", re.DOTALL
)


def comment_in(text: str) -> int | None:
    """Where the first comment begins; Salesforce takes none, though tools do."""
    pieces = (match for match in _PIECE.finditer(text) if match[0][0] == "/")
    return next((match.start() for match in pieces), None)


def parse(text: str) -> Query:
    """Read one query.

    Comments count as blanks: tools let people write them, Salesforce does not, and no tree holds
    one. Raises SoqlError, with the place and a remedy, for what Salesforce's grammar refuses.
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
        lexer_callbacks={"NAME": told_apart, "FUNCTION": check_name},
    )


def _earlier(error: UnexpectedInput) -> Mistake | None:
    """What is wrong with a bare word before the place, which otherwise what follows it would be
    blamed for: in `Name = Bob Smith`, Bob is.
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
    """The same text with blanks for comments, so that all places stay the same.

    Raises Mistake where parentheses stand too deep, and for a comment without an end.
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
            parts += text[done : match.start()], _blank(match)
            done = match.end()
    return "".join((*parts, text[done:]))


def _blank(match: re.Match[str]) -> str:
    if match[0].startswith("/*") and not match[0][2:].endswith("*/"):
        raise Mistake(
            match.start(), "The comment that starts here has no end.", "Write */ after it."
        )
    return re.sub(r"[^\n]", " ", match[0])
