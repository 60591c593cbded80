"""The columns of a CSV answer: a list of texts for each column.

A column is computed for many rows at once, so that a million rows do not take minutes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import Field
from lib.practice.soql.expressions import Expression, Get
from lib.practice.soql.fields_function import names_of_fields
from lib.practice.soql.from_clause import FromClause, Step, read
from lib.soql import tree

Values = Callable[[Sequence[Row]], Sequence[Any]]

_ZONE = "+0000"


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """A column's title, and its values for some rows: texts, numbers, or None for empty."""

    title: str
    type: str
    values: Values


def csv_columns(from_clause: FromClause, query: tree.Query) -> list[CsvColumn]:
    """The columns of a SELECT list of fields and functions. Raises Refusal."""
    found: dict[str, CsvColumn] = {}
    for selected in query.columns:
        for column in _columns(from_clause, query, selected):
            if column.title.lower() in found:
                raise Refusal("INVALID_FIELD", f"duplicate field selected: {column.title}")
            found[column.title.lower()] = column
    return list(found.values())


def _columns(
    from_clause: FromClause, query: tree.Query, selected: tree.Selected
) -> list[CsvColumn]:
    match selected:
        case tree.Column(tree.Field() as path, None):
            return [_of_path(from_clause, path)]
        case tree.Column(tree.Field() as path):
            message = "only aggregate expressions use field aliasing"
            raise from_clause.request.refusal("MALFORMED_QUERY", message, path.at)
        case tree.Column(tree.Function() as function) if function.name.lower() == "fields":
            paths = [tree.Field(name) for name in names_of_fields(from_clause, query, function)]
            every = [_of_path(from_clause, path) for path in paths]
            return [column for column in every if column.type not in ("address", "location")]
        case tree.Column(tree.Function() as function, alias):
            expression = from_clause.resolve(function, "select")
            return [_of_call(expression, alias or expression.name)]
        case _:
            raise from_clause.request.malformed("only fields can be told as flat columns")


def _of_path(from_clause: FromClause, path: tree.Field) -> CsvColumn:
    steps, field = from_clause.walk(path)
    title = ".".join([*(step.relationship for step in steps), field.name])
    if steps:
        get = _through(steps, read(steps[-1].kinds, field))
        return CsvColumn(title, field.type, _written(field.type, get))
    return CsvColumn(title, field.type, _stored(field))


def _of_call(expression: Expression, title: str) -> CsvColumn:
    return CsvColumn(title, expression.type, _written(expression.type, expression.get))


def _through(steps: Sequence[Step], get: Get) -> Get:
    """The value at the end of a path; None after an empty lookup."""
    parents = [step.get for step in steps]

    def value(row: Row) -> Any:
        found: Row | None = row
        for parent in parents:
            found = parent(found)
            if found is None:
                return None
        return get(found)

    return value


def _stored(field: Field) -> Values:
    """Read directly from the rows without a function call per row, as most columns are."""
    name = field.name
    if field.type == "boolean":
        return lambda rows: ["true" if row.get(name) else "false" for row in rows]
    if field.type == "datetime":
        return lambda rows: [moment(row.get(name)) for row in rows]
    return lambda rows: [row.get(name) for row in rows]


def _written(kind: str, get: Get) -> Values:
    if kind == "boolean":
        return lambda rows: [_truth(get(row)) for row in rows]
    if kind == "datetime":
        return lambda rows: [moment(get(row)) for row in rows]
    return lambda rows: [get(row) for row in rows]


def _truth(value: bool | None) -> str | None:
    return None if value is None else "true" if value else "false"


def moment(text: str | None) -> str | None:
    """A time as in Bulk results: with `Z` as its zone."""
    return text.removesuffix(_ZONE) + "Z" if text else None
