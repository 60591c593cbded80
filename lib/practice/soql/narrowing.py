"""Conditions that name ids or addresses: the rows they can be about, found by an index.

A short cut and nothing else: every row found so still passes the whole of WHERE.
"""

from collections.abc import Iterator

from lib.practice.ids import normalised
from lib.practice.rows import Row
from lib.practice.soql.paths import Scope
from lib.soql import tree


def narrowed(scope: Scope, where: tree.Condition | None) -> list[Row] | None:
    """The rows that one part of a top-level AND leaves possible; `None`: they can be any."""
    for field, texts in _named(scope, where):
        tables, sobject = scope.asked.view.tables, scope.kind.name
        if field.lower() == "id":
            rows = tables.rows(sobject)
            ids = {normalised(text) or "" for text in texts}
            return [rows[one] for one in sorted(ids) if one in rows]
        return tables.with_texts(sobject, field, texts)
    return None


def _named(scope: Scope, where: tree.Condition | None) -> Iterator[tuple[str, list[str]]]:
    """Fields of ids and addresses, and the texts that they must be one of."""
    parts = where.parts if isinstance(where, tree.And) else (where,)
    for part in parts:
        match part:
            case tree.Comparison(tree.Field() as path, "=", tree.Text(text)):
                texts = [text]
            case tree.In(tree.Field() as path, values, False):
                texts = [one.value for one in values if isinstance(one, tree.Text)]
                if len(texts) < len(values):
                    continue
            case _:
                continue
        steps, field = scope.walk(path)
        # An empty text asks for rows without a value, which no index knows.
        if not steps and field.type in ("id", "email") and all(texts):
            yield field.name, [text.lower() if field.type == "email" else text for text in texts]
