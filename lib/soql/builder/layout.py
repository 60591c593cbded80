"""A query on several lines, as people read it: each clause and each condition on its own line."""

import re

from lib.soql.render import render
from lib.soql.tree import Query

_PIECES = re.compile(
    r"'[^'\\]*(?:\\.[^'\\]*)*'|[()]| (?P<join>AND|OR) "
    r"| (?P<clause>FROM|USING|WHERE|WITH|GROUP BY|ORDER BY|LIMIT|OFFSET|ALL ROWS|FOR|UPDATE) ",
    re.DOTALL,
)


def laid_out(query: Query) -> str:
    """The text of a query with a line for each clause. What is in parentheses stays on its line."""
    text, depth, end = render(query), 0, 0
    lines: list[str] = []
    for piece in _PIECES.finditer(text):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth or not (piece["clause"] or piece["join"]):
            continue
        lines += [text[end : piece.start()], "\n  " if piece["join"] else "\n"]
        end = piece.start() + 1
    return "".join([*lines, text[end:]])
