"""Aggregates: groups of rows, and their records of type AggregateResult."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from lib.practice.rows import Row
from lib.practice.soql.expressions import NUMBERS, Expression, Use, key_of
from lib.practice.soql.from_clause import FromClause
from lib.practice.soql.functions import function
from lib.soql import tree
from lib.soql.keywords import AGGREGATES

Record = dict[str, Any]

_MOST_GROUPS = 2000
_MOST_KEYS_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows with the same keys; `summed` has the places of the keys that ROLLUP or CUBE omitted."""

    keys: tuple[Any, ...]
    rows: Sequence[Row]
    summed: frozenset[int] = frozenset()


def is_aggregate(query: tree.Query) -> bool:
    """Whether a query has groups or aggregate functions."""
    columns = [column.operand for column in query.columns if isinstance(column, tree.Column)]
    return query.group is not None or any(_is_aggregate_call(column) for column in columns)


def _is_aggregate_call(operand: tree.Operand) -> bool:
    if not isinstance(operand, tree.Function):
        return False
    inside = [argument for argument in operand.arguments if isinstance(argument, tree.Function)]
    return operand.name.lower() in AGGREGATES or any(map(_is_aggregate_call, inside))


def _shows(call: tree.Function) -> bool:
    """Whether a call only changes how a value is shown."""
    return call.name.lower() in ("convertcurrency", "format", "tolabel")


class Aggregates:
    """Groups rows for an aggregate query, and computes its values."""

    def __init__(self, from_clause: FromClause, query: tree.Query) -> None:
        self._from_clause = from_clause
        self._query = query
        grouping = query.group or tree.Grouping(())
        self._kind = grouping.kind
        self._keys = [from_clause.resolve(operand, "group") for operand in grouping.operands]
        self._places = {
            self._identity(operand): place for place, operand in enumerate(grouping.operands)
        }
        if self._kind and len(self._keys) > _MOST_KEYS_TOGETHER:
            raise from_clause.request.malformed("ROLLUP and CUBE take at most 3 fields")
        if not self._keys and query.limit is not None:
            message = (
                "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            )
            raise from_clause.request.malformed(message)
        self._columns = dict(self._named_columns())

    def grouped(self, rows: Sequence[Row]) -> list[RowGroup]:
        """The groups of these rows; without GROUP BY, all rows are one group."""
        return [group for places in self._key_sets() for group in self._by(places, rows)]

    def record(self, group: RowGroup) -> Record:
        """The record of one group."""
        values = {name: expression.get(group) for name, expression in self._columns.items()}
        return {"attributes": {"type": "AggregateResult"}, **values}

    def check_number(self, groups: Sequence[RowGroup]) -> None:
        """Refuse more groups than fit into one answer, because aggregates have no further pages."""
        if len(groups) > _MOST_GROUPS:
            message = (
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results"
                " to a single batch"
            )
            raise self._from_clause.request.refusal("EXCEEDED_ID_LIMIT", message, 0)

    def resolve(self, operand: tree.Operand, use: Use) -> Expression:
        """Resolve an operand for groups: a grouped field, or an aggregate."""
        if isinstance(operand, tree.Function) and operand.name.lower() in AGGREGATES:
            return self._aggregate(operand)
        place = self._places.get(self._identity(operand))
        if place is None and isinstance(operand, tree.Function) and _shows(operand):
            return function(self._from_clause.request, operand, use, self.resolve)
        if place is None:
            self._from_clause.resolve(operand, use)  # refuses an unknown name first
            name = operand.name
            which = "Ordered field" if use == "sort" else "Field"
            message = f"{which} must be grouped or aggregated: {name}"
            raise self._from_clause.request.refusal("MALFORMED_QUERY", message, operand.at)
        key = self._keys[place]
        return Expression(
            key.name, key.type, lambda group: group.keys[place], key.field, operand.at
        )

    def _named_columns(self) -> Iterable[tuple[str, Expression]]:
        names: set[str] = set()
        unnamed = 0
        for column in self._query.columns:
            if not isinstance(column, tree.Column):
                raise self._from_clause.request.malformed(
                    "subqueries do not stand beside aggregates"
                )
            expression = self.resolve(column.operand, "select")
            name = column.alias or expression.name
            if not column.alias and isinstance(column.operand, tree.Function):
                name, unnamed = f"expr{unnamed}", unnamed + 1
            if name.lower() in names:
                raise self._from_clause.request.malformed(f"duplicate alias: {name}")
            names.add(name.lower())
            yield name, expression

    def _key_sets(self) -> list[tuple[int, ...]]:
        every = tuple(range(len(self._keys)))
        if self._kind == "ROLLUP":
            return [every[:length] for length in range(len(every), -1, -1)]
        if self._kind == "CUBE":
            return [
                chosen for size in range(len(every), -1, -1) for chosen in combinations(every, size)
            ]
        return [every]

    def _by(self, places: tuple[int, ...], rows: Sequence[Row]) -> Iterable[RowGroup]:
        summed = frozenset(range(len(self._keys))) - frozenset(places)
        found: dict[tuple[Any, ...], tuple[tuple[Any, ...], list[Row]]] = {}
        gets = [(key.get, key_of(key)) for key in self._keys]
        for row in rows:
            values = tuple(
                None if place in summed else get(row) for place, (get, _) in enumerate(gets)
            )
            same = tuple(
                None if value is None else key(value)
                for value, (_, key) in zip(values, gets, strict=True)
            )
            found.setdefault(same, (values, []))[1].append(row)
        if not self._keys and not found:
            return [RowGroup((), [])]
        return [RowGroup(values, members, summed) for values, members in found.values()]

    def _identity(self, operand: tree.Operand) -> str:
        """A spelling without aliases and case, so that `c.email` is found as `Email`."""
        if isinstance(operand, tree.Function):
            known = (
                argument
                for argument in operand.arguments
                if isinstance(argument, tree.Field | tree.Function)
            )
            return f"{operand.name.lower()}({', '.join(map(self._identity, known))})"
        steps, found = self._from_clause.walk(operand)
        return ".".join([*(step.relationship for step in steps), found.name])

    def _aggregate(self, function: tree.Function) -> Expression:
        name = function.name.lower()
        inner = function.arguments[0] if function.arguments else None
        if not isinstance(inner, tree.Field):
            raise self._from_clause.request.refusal(
                "MALFORMED_QUERY", f"{function.name} takes one field", function.at
            )
        if name == "grouping":
            return self._grouping(inner, function)
        expression = self._from_clause.resolve(inner, "aggregate")
        numeric = name in ("sum", "avg")
        can = expression.field is None or expression.field.aggregatable
        if not can or (numeric and expression.type not in NUMBERS):
            message = f"field {expression.name} does not support aggregate operator {name.upper()}"
            raise self._from_clause.request.refusal("INVALID_FIELD", message, inner.at)
        kind = {"count": "int", "count_distinct": "int", "sum": "double", "avg": "double"}
        compute, get, key = _COMPUTE[name], expression.get, key_of(expression)

        def value(group: RowGroup) -> Any:
            present = (get(row) for row in group.rows)
            return compute([item for item in present if item is not None], key)

        field = expression.field if name in ("min", "max") else None
        return Expression(
            expression.name, kind.get(name, expression.type), value, field, function.at
        )

    def _grouping(self, inner: tree.Field, function: tree.Function) -> Expression:
        place = self._places.get(self._identity(inner))
        if place is None or not self._kind:
            message = "GROUPING() takes a field of ROLLUP or CUBE"
            raise self._from_clause.request.refusal("MALFORMED_QUERY", message, function.at)
        return Expression("", "int", lambda group: int(place in group.summed), None, function.at)


Compute = Callable[[list[Any], Callable[[Any], Any]], Any]

_COMPUTE: dict[str, Compute] = {
    "count": lambda values, _: len(values),
    "count_distinct": lambda values, key: len({key(value) for value in values}),
    "sum": lambda values, _: float(sum(values)) if values else None,
    "avg": lambda values, _: sum(values) / len(values) if values else None,
    "min": lambda values, key: min(values, key=key, default=None),
    "max": lambda values, key: max(values, key=key, default=None),
}
