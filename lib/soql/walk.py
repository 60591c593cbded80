"""Ways through a tree: what is inside a condition, and the fields inside an operand."""

from collections.abc import Iterator

from lib.soql.tree import (
    And,
    Comparison,
    Condition,
    Field,
    Function,
    In,
    Includes,
    InQuery,
    Not,
    Operand,
    Or,
    Query,
    Sum,
)


def conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """The conditions that must all hold, from nested ANDs too; none without a condition."""
    match condition:
        case None:
            return
        case And(parts):
            for part in parts:
                yield from conjuncts(part)
        case _:
            yield condition


def fields_in(operand: Operand) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """Each field of an operand, and the functions around it in lower case, the outermost first."""
    match operand:
        case Field():
            yield operand, ()
        case Function(name, arguments):
            for argument in arguments:
                if isinstance(argument, Field | Function):
                    for field, functions in fields_in(argument):
                        yield field, (name.lower(), *functions)


def operands_in(condition: Condition | None) -> Iterator[Operand]:
    """Everything that a condition compares, except inside semi-joins, which are other queries."""
    for part in _simple(condition):
        match part:
            case Sum(left=left, right=right):
                yield from (left, right)
            case Comparison(operand=operand) | In(operand=operand):
                yield operand
            case InQuery(operand=operand) | Includes(operand=operand):
                yield operand


def joined_in(condition: Condition | None) -> Iterator[Query]:
    """The queries of the semi-joins in a condition, but not those inside these."""
    for part in _simple(condition):
        if isinstance(part, InQuery):
            yield part.query


def _simple(condition: Condition | None) -> Iterator[Condition]:
    """The conditions in a condition that have no others inside."""
    match condition:
        case None:
            return
        case And(parts) | Or(parts):
            for part in parts:
                yield from _simple(part)
        case Not(part):
            yield from _simple(part)
        case _:
            yield condition
