"""Where a query can't be read any further: the words before that position, and its clause."""

import re
from dataclasses import dataclass

# The clauses in their order; ROLLUP, CUBE, and HAVING belong to GROUP.
CLAUSES = {
    "select": "SELECT",
    "from": "FROM",
    "using": "USING SCOPE",
    "where": "WHERE",
    "with": "WITH",
    "group": "GROUP BY",
    "having": "HAVING",
    "order": "ORDER BY",
    "limit": "LIMIT",
    "offset": "OFFSET",
    "bind": "BIND",
    "for": "FOR VIEW",
    "update": "UPDATE TRACKING",
}
OPERATORS = frozenset("=<>!")
CONNECTIVES = frozenset(("and", "or"))
# A name comes after these, so a keyword there is probably meant as a name.
BEFORE_NAMES = frozenset(("select", "from", "by", "scope", "typeof", "when", "then", "else"))
_TOKEN = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'?|[\w.]+|[^\s\w]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a query goes wrong. Words and signs are in lower case.

    `here` is the text from the position on, and `word` its first word or sign. `trail` are the
    words and signs before it inside the same parentheses, and `opener` is the word before those
    parentheses. `depth` is how many parentheses are open, and `touches` says that there is no space
    before the position.
    """

    here: str
    word: str
    trail: tuple[str, ...]
    opener: str
    depth: int
    touches: bool

    @property
    def previous(self) -> str:
        return self.trail[-1] if self.trail else ""

    @property
    def clause(self) -> str:
        """The clause that the position belongs to."""
        return next((word for word in reversed(self.trail) if word in CLAUSES), "")

    @property
    def shown(self) -> str:
        """The word at the position as its author wrote it."""
        return self.here[: len(self.word)][:40]


def position_at(text: str, offset: int) -> Position:
    """The position `offset` characters into a text without comments."""
    here = text[offset:]
    found = _TOKEN.match(here)
    word = found[0].lower() if found else ""
    levels: list[list[str]] = [[]]
    for match in _TOKEN.finditer(text[:offset]):
        piece = match[0].lower()
        if piece == "(":
            levels.append([])
        elif piece == ")" and len(levels) > 1:
            levels.pop()
            levels[-1].append("()")
        else:
            levels[-1].append(piece)
    outer = levels[-2] if len(levels) > 1 else []
    return Position(
        here=here,
        word=word,
        trail=tuple(levels[-1]),
        opener=outer[-1] if outer else "",
        depth=len(levels) - 1,
        touches=bool(text[offset - 1 : offset].strip()),
    )
