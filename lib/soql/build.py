"""Functions that make queries, so that no code puts SOQL together as text."""

from collections.abc import Sequence
from datetime import date, datetime

from lib.soql.tree import (
    And,
    Boolean,
    Column,
    Comparison,
    Condition,
    Date,
    DateTime,
    Field,
    FromItem,
    Function,
    In,
    InQuery,
    Null,
    Number,
    Operator,
    Or,
    Ordering,
    Pattern,
    Query,
    Text,
    Value,
)

Plain = str | bool | int | datetime | date | None


def select(
    columns: Sequence[str],
    sobject: str,
    where: Condition | None = None,
    *,
    order_by: Sequence[str] = (),
    limit: int | None = None,
) -> Query:
    """A query for `columns` (paths allowed), in ascending order of `order_by`."""
    return Query(
        columns=tuple(Column(Field(name)) for name in columns),
        sources=(FromItem(sobject),),
        where=where,
        order=tuple(Ordering(Field(name)) for name in order_by),
        limit=limit,
    )


def count(sobject: str, where: Condition | None = None) -> Query:
    """`SELECT COUNT()`: the answer is its totalSize."""
    return Query((Column(Function("COUNT")),), (FromItem(sobject),), where=where)


def equals(field: str, value: Plain) -> Condition:
    return _compare(field, "=", value)


def differs(field: str, value: Plain) -> Condition:
    """`!=`, which for text also holds for rows without a value."""
    return _compare(field, "!=", value)


def at_least(field: str, value: Plain) -> Condition:
    return _compare(field, ">=", value)


def at_most(field: str, value: Plain) -> Condition:
    return _compare(field, "<=", value)


def above(field: str, value: Plain) -> Condition:
    return _compare(field, ">", value)


def below(field: str, value: Plain) -> Condition:
    return _compare(field, "<", value)


def like(field: str, pattern: str) -> Condition:
    """LIKE. Pass literal text through `escape_like` first."""
    return Comparison(Field(field), "LIKE", Pattern(pattern))


def any_of(field: str, values: Sequence[str]) -> Condition:
    """`IN`, with at least one value, because Salesforce refuses an empty list."""
    if not values:
        raise ValueError(f"{field} IN needs at least one value")
    return In(Field(field), tuple(Text(value) for value in values))


def any_from(field: str, query: Query) -> Condition:
    """A semi-join: the field is among the values that `query` selects."""
    return InQuery(Field(field), query)


def all_of(*conditions: Condition) -> Condition:
    """AND over at least one condition, kept flat."""
    parts = _flat(And, conditions)
    return parts[0] if len(parts) == 1 else And(parts)


def one_of(*conditions: Condition) -> Condition:
    """OR over at least one condition, kept flat."""
    parts = _flat(Or, conditions)
    return parts[0] if len(parts) == 1 else Or(parts)


def _flat(kind: type[And] | type[Or], conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    if not conditions:
        raise ValueError("at least one condition is needed")
    parts: list[Condition] = []
    for condition in conditions:
        parts += condition.parts if isinstance(condition, kind) else (condition,)
    return tuple(parts)


def _compare(field: str, operator: Operator, value: Plain) -> Condition:
    return Comparison(Field(field), operator, _value(value))


def _value(value: Plain) -> Value:
    """The literal for a plain value. A bool is also an int, and a datetime is also a date."""
    match value:
        case None:
            return Null()
        case bool():
            return Boolean(value)
        case int():
            return Number(str(value))
        case datetime():
            return DateTime(value)
        case date():
            return Date(value)
        case str():
            return Text(value)
