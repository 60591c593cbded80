"""Where a query cannot be read on: the words before the place, and the clause it belongs to."""

import re
from dataclasses import dataclass

# The clauses in their order; ROLLUP, CUBE and HAVING belong to GROUP.
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
_TOKEN = re.compile(r"'(?:[^'\\]++|\\.)*+'?|[\w.]+|[^\s\w]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it went wrong; words and signs are in small letters.

    `trail` are those before the place between the same parentheses, `opener` is the one before
    these, `depth` how many parentheses are open, `touches` whether no blank stands before it.
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
        """The clause that the place belongs to."""
        return next((word for word in reversed(self.trail) if word in CLAUSES), "")

    @property
    def shown(self) -> str:
        """The word at the place as its author wrote it."""
        return self.here[: len(self.word)][:40]


def place_at(text: str, offset: int) -> Place:
    """The place `offset` characters into a text without comments."""
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
    return Place(
        here=here,
        word=word,
        trail=tuple(levels[-1]),
        opener=outer[-1] if outer else "",
        depth=len(levels) - 1,
        touches=bool(text[offset - 1 : offset].strip()),
    )
