"""What SELECT brings into an answer: each field with its path and its column, and FIELDS()."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.soql.keywords import AGGREGATES
from lib.soql.names import FieldPath, FromNames
from lib.soql.tree import Child, Column, Field, Function, Query, TypeOf
from lib.soql.walk import fields_in

NUMBERS = AGGREGATES - {"min", "max"}
"""Functions that return a number for any field."""

_FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class SelectedField:
    """One field that a query selects.

    `column` is its name in the answer. `functions` are those around it, the outermost first.
    """

    path: FieldPath
    column: str
    functions: tuple[str, ...] = ()
    in_type_of: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the field itself is selected, and not the result of a function or TYPEOF."""
        return not self.functions and not self.in_type_of

    @property
    def shows_value(self) -> bool:
        """Whether the answer shows the field's value."""
        return not NUMBERS.intersection(self.functions)


def is_figures(query: Query) -> bool:
    """Whether the answer has counts and groups instead of rows of people."""
    return query.group is not None or any(
        isinstance(column, Column) and _is_aggregate(column) for column in query.columns
    )


def selected_fields(names: FromNames, query: Query) -> Iterator[SelectedField]:
    """Every field that SELECT names, without those of subqueries and FIELDS()."""
    grouped, unnamed = is_figures(query), 0
    for column in query.columns:
        match column:
            case Column(Field() as field, alias):
                path = names.resolve(field)
                yield SelectedField(path, alias or (path.name if grouped else path.column))
            case Column(Function() as function, alias) if fields_function(column) is None:
                name = alias or f"expr{unnamed}"
                unnamed += alias is None
                for field, functions in fields_in(function):
                    yield SelectedField(names.resolve(field), name, functions)
            case TypeOf():
                yield from _fields_of_type_of(names, column)


def field_sets(query: Query) -> frozenset[str]:
    """The arguments of FIELDS() in SELECT: `all`, `standard`, `custom`. Usually none."""
    found = (fields_function(column) for column in query.columns if isinstance(column, Column))
    return frozenset(field_set for field_set in found if field_set is not None)


def is_in_field_sets(sets: frozenset[str], field: str) -> bool:
    """Whether FIELDS() with these arguments includes a field of the row itself."""
    kind = "custom" if field.lower().endswith(("__c", "__pc")) else "standard"
    return bool(sets & {"all", kind})


def fields_function(column: Column) -> str | None:
    """`all`, `standard` or `custom` if the column is FIELDS(…)."""
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
            inside = any(AGGREGATES.intersection(names) for _, names in fields_in(column.operand))
            return inside or (name.lower() == "count" and not arguments)
        case _:
            return False


def _fields_of_type_of(names: FromNames, type_of: TypeOf) -> Iterator[SelectedField]:
    """The fields of each branch. Those of ELSE can be of anything the lookup leads to."""
    start = names.resolve(type_of.field)
    steps = (*start.steps, start.name)
    for when in type_of.whens:
        for operand in when.fields:
            yield from _branch(names, operand, steps, when.sobject, type_of)
    for operand in type_of.otherwise:
        yield from _branch(names, operand, steps, None, type_of)


def _branch(
    names: FromNames,
    operand: Field | Function,
    steps: tuple[str, ...],
    sobject: str | None,
    of: TypeOf,
) -> Iterator[SelectedField]:
    for field, functions in fields_in(operand):
        path = names.resolve_in_branch(field, steps, sobject, of.field.at)
        column = ".".join((*steps, field.name))
        yield SelectedField(path, column, functions, in_type_of=True)
