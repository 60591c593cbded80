"""What a query's SELECT and GROUP BY bring out: each field with its place and its column."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.soql.keywords import AGGREGATES
from lib.soql.names import Place, Scope
from lib.soql.tree import Child, Column, Field, Function, Query, TypeOf
from lib.soql.walk import fields_in

NUMBERS = AGGREGATES - {"min", "max"}
"""Functions that hand out a number, whatever they are given."""

_FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Use:
    """One field that a query selects.

    `column` is its name in the answer, `functions` what stands round it, the outermost first.
    """

    place: Place
    column: str
    functions: tuple[str, ...] = ()
    in_type_of: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the field itself is selected, and not what a function makes of it."""
        return not self.functions and not self.in_type_of

    @property
    def hands_out_value(self) -> bool:
        """Whether the value can be read in the answer."""
        return not NUMBERS.intersection(self.functions)


def is_figures(query: Query) -> bool:
    """Whether the answer is counts and groups: figures, and no rows of people."""
    return query.group is not None or any(
        isinstance(column, Column) and _is_aggregate(column) for column in query.columns
    )


def uses_of(scope: Scope, query: Query) -> Iterator[Use]:
    """Every field that SELECT names, subqueries and FIELDS() left out."""
    grouped, unnamed = is_figures(query), 0
    for column in query.columns:
        match column:
            case Column(Field() as field, alias):
                place = scope.place(field)
                yield Use(place, alias or (place.name if grouped else place.column))
            case Column(Function() as function, alias) if fields_function(column) is None:
                name = alias or f"expr{unnamed}"
                unnamed += alias is None
                for field, functions in fields_in(function):
                    yield Use(scope.place(field), name, functions)
            case TypeOf():
                yield from _uses_of_type_of(scope, column)


def brought_by_fields(query: Query) -> frozenset[str]:
    """The arguments of FIELDS() in SELECT: `all`, `standard`, `custom`; mostly none."""
    found = (fields_function(column) for column in query.columns if isinstance(column, Column))
    return frozenset(one for one in found if one is not None)


def is_brought(brought: frozenset[str], field: str) -> bool:
    """Whether FIELDS() with these arguments brings a field of the row itself."""
    kind = "custom" if field.lower().endswith(("__c", "__pc")) else "standard"
    return bool(brought & {"all", kind})


def fields_function(column: Column) -> str | None:
    """`all`, `standard` or `custom` where the column is FIELDS(…)."""
    match column.operand:
        case Function(name, (Field(argument),)) if name.lower() == _FIELDS:
            return argument.lower()
        case _:
            return None


def children_of(query: Query) -> Iterator[tuple[int, Child]]:
    """The subqueries in SELECT, with their positions."""
    for position, column in enumerate(query.columns):
        if isinstance(column, Child):
            yield position, column


def _is_aggregate(column: Column) -> bool:
    match column.operand:
        case Function(name, arguments):
            inside = any(AGGREGATES.intersection(round_) for _, round_ in fields_in(column.operand))
            return inside or (name.lower() == "count" and not arguments)
        case _:
            return False


def _uses_of_type_of(scope: Scope, type_of: TypeOf) -> Iterator[Use]:
    """The fields of each branch; those of ELSE belong to whatever the look-up may lead to."""
    start = scope.place(type_of.field)
    steps = (*start.steps, start.name)
    for when in type_of.whens:
        for operand in when.fields:
            yield from _branch(scope, operand, steps, when.sobject, type_of)
    for operand in type_of.otherwise:
        yield from _branch(scope, operand, steps, None, type_of)


def _branch(
    scope: Scope, operand: Field | Function, steps: tuple[str, ...], sobject: str | None, of: TypeOf
) -> Iterator[Use]:
    for field, functions in fields_in(operand):
        place = scope.branch(field, steps, sobject, of.field.at)
        yield Use(place, ".".join((*steps, field.name)), functions, in_type_of=True)
