"""Queries that fit the grammar and that Salesforce refuses, with its own message if we know it.

Source: SOQL and SOSL Reference, "Comparison Operators" (semi-joins), "COUNT()", "GROUP BY",
"Using Aliases with GROUP BY", "Aggregate Functions", "FIELDS()", "Location-Based SOQL Queries".
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from lark import Token

from lib.soql import tree
from lib.soql.advice.mistakes import Mistake
from lib.soql.keywords import (
    AGGREGATES,
    FIELD_SETS,
    FUNCTIONS,
    NOT_SCOPES,
    RESERVED,
    STATISTICS,
    UNITS_OF_DISTANCE,
)
from lib.soql.walk import operands_in

_MOST_SEMI_JOINS = 2
_MOST_SUBTOTALS = 3


def check_where(where: tree.Condition) -> None:
    """A WHERE has at most two semi-joins, and no function that needs all rows of a group."""
    for operand in operands_in(where):
        refuse_in(operand, "WHERE")
        if isinstance(operand, tree.Function) and not AGGREGATES.isdisjoint(_names(operand)):
            raise Mistake(
                operand.at or 0,
                f"{operand.name}() is known only after WHERE, once the rows are grouped.",
                "Put this condition after GROUP BY: … GROUP BY … HAVING COUNT(Id) > 1.",
            )
    joins = _semi_joins(where)
    if len(joins) > _MOST_SEMI_JOINS:
        raise Mistake(
            _place(joins[-1]),
            f"A WHERE can have at most {_MOST_SEMI_JOINS} subqueries.",
            "Split the query.",
        )


def refuse_nested_semi_joins(conditions: Iterable[tree.Condition]) -> None:
    """For conditions in parentheses, after NOT, or next to OR."""
    for condition in conditions:
        for join in _semi_joins(condition):
            raise Mistake(
                _place(join),
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not"
                " in nested WHERE expressions.",
                "Move it out of the parentheses, and join it to the rest with AND.",
            )


def check_semi_join(query: tree.Query, operand: tree.Operand) -> None:
    """A semi-join selects one field, and has no semi-join inside."""
    if isinstance(operand, tree.Function):
        raise Mistake(
            operand.at or 0, "A subquery after IN selects one field.", "Select an ID or a lookup."
        )
    for inner in _semi_joins(query.where):
        raise Mistake(
            _place(inner),
            "A subquery after IN can't contain another subquery.",
            "Get the inner IDs first, and put them in as values.",
        )


def _semi_joins(condition: tree.Condition | None) -> list[tree.InQuery]:
    """The semi-joins of one level. Deeper semi-joins were refused when that level was read."""
    parts = condition.parts if isinstance(condition, tree.And) else (condition,)
    return [part for part in parts if isinstance(part, tree.InQuery)]


def _place(join: tree.InQuery) -> int:
    return join.operand.at or 0


def check_query(query: tree.Query) -> None:
    """COUNT() must be alone and ungrouped, because its answer is a number. A plain field has an
    alias only if rows are grouped.
    """
    for column in query.columns:
        if isinstance(column, tree.Column):
            if isinstance(column.operand, tree.Function):
                _check_count(column.operand, query)
            elif column.alias and query.group is None:
                raise Mistake(
                    column.operand.at or 0,
                    "only aggregate expressions use field aliasing",
                    _remedy_of_alias(column.operand, column.alias),
                )

    for join in _semi_joins(query.where):
        _refuse_same_object(query.sources[0], join.query.sources[0])


def _refuse_same_object(outer: tree.FromItem, inner: tree.FromItem) -> None:
    if outer.name.lower() == inner.name.lower():
        raise Mistake(
            inner.at or 0,
            "The inner and outer selects should not be on the same object type",
            f"Put the conditions on {inner.name} in the outer WHERE.",
        )


def _check_count(function: tree.Function, query: tree.Query) -> None:
    if function.arguments:
        return
    if len(query.columns) > 1:
        raise Mistake(
            function.at or 0,
            "COUNT() must be alone in SELECT.",
            "To count next to other columns, use COUNT(Id).",
        )
    if query.group or query.order:
        clause = "GROUP BY" if query.group else "ORDER BY"
        raise Mistake(
            function.at or 0,
            f"COUNT() doesn't work with {clause}.",
            f"Write COUNT(Id) instead, or remove {clause}.",
        )


def _remedy_of_alias(field: tree.Field, alias: str) -> str:
    """SELECT DISTINCT Name looks like a field with an alias, but has a remedy of its own."""
    if field.name.lower() in ("distinct", "top"):
        return ""
    return f"Leave out {alias}, or put a comma before it."


def check_column(operand: tree.Operand, alias: Token | None) -> None:
    """COUNT() takes no alias."""
    if alias and isinstance(operand, tree.Function) and not operand.arguments:
        raise Mistake(
            alias.start_pos or 0,
            "COUNT() takes no alias.",
            f"Write COUNT(Id) {alias}, or leave out {alias}.",
        )


def check_name(name: Token) -> Token:
    """Called for each FUNCTION that lark reads: a reserved word, or a function of SOQL."""
    if name.lower() in RESERVED:
        return name.update(type="RESERVED")
    if name.lower() not in FUNCTIONS:
        raise Mistake(name.start_pos or 0, f"SOQL has no function {name}().", _remedy_of_name(name))
    return name


def _remedy_of_name(name: str) -> str:
    if name.lower() == "geolocation":
        return "It works only inside DISTANCE(field, GEOLOCATION(latitude, longitude), 'km')."
    near = get_close_matches(name.lower(), sorted(FUNCTIONS), n=1, cutoff=0.75)
    if near:
        return f"Did you mean {near[0]}()?"
    return "Remove it. SOQL groups, counts, and formats, but doesn't calculate."


def check_function(function: tree.Function) -> None:
    """A function takes one field, or one function of a field. COUNT() can be empty."""
    name, place, arguments = function.name.lower(), function.at or 0, function.arguments
    if len(arguments) != 1 and (arguments or name != "count"):
        raise Mistake(place, f"{function.name}() takes one field.", "Give it one field.")
    if name == "fields":
        _check_fields(function)
    for inner in arguments:
        if isinstance(inner, tree.Function):
            _check_inner(inner)


def _check_fields(function: tree.Function) -> None:
    which = function.arguments[0]
    if not isinstance(which, tree.Field) or which.name.lower() not in FIELD_SETS:
        raise Mistake(
            function.at or 0,
            "FIELDS() takes ALL, STANDARD, or CUSTOM.",
            "Write FIELDS(STANDARD), for example, or name the fields one by one.",
        )


def _check_inner(inner: tree.Function) -> None:
    """A function inside another: not COUNT() or DISTANCE(), and without a third function inside."""
    if len(inner.arguments) != 1 or inner.name.lower() == "fields":
        raise Mistake(
            inner.at or 0,
            f"{inner.name}() can't be inside another function.",
            "Move it out of the other function.",
        )
    for third in inner.arguments:
        if isinstance(third, tree.Function):
            raise Mistake(
                third.at or 0,
                "Functions can be at most two levels deep.",
                f"Remove {third.name}() or a function around it.",
            )


def check_distance(function: tree.Function, unit: tree.Text) -> None:
    if unit.value.strip().lower() not in UNITS_OF_DISTANCE:
        raise Mistake(
            function.at or 0, f"{unit.value!r} isn't a unit.", "Use 'mi' or 'km' as the unit."
        )


def check_grouping(grouping: tree.Grouping) -> None:
    """ROLLUP and CUBE take at most three fields, and no rows are grouped by a distance."""
    for operand in grouping.operands:
        refuse_in(operand, "GROUP BY")
        if isinstance(operand, tree.Function) and operand.name.lower() == "distance":
            raise Mistake(
                operand.at or 0,
                "You can't group rows by DISTANCE().",
                "Sort by it with ORDER BY, or filter by it in WHERE.",
            )
    if grouping.kind and len(grouping.operands) > _MOST_SUBTOTALS:
        raise Mistake(
            grouping.operands[_MOST_SUBTOTALS].at or 0,
            f"{grouping.kind} takes at most {_MOST_SUBTOTALS} fields.",
            "Remove some fields.",
        )


def check_scope(name: Token) -> None:
    if name.lower() in NOT_SCOPES or "." in name:
        raise Mistake(
            name.start_pos or 0,
            f"{name} isn't a scope.",
            "Write everything, mine, mine_and_my_groups, team, delegated, my_territory, or"
            " my_team_territory.",
        )


def check_statistics(name: Token) -> None:
    if name.lower() not in STATISTICS:
        raise Mistake(
            name.start_pos or 0,
            f"{name} can't come after UPDATE here.",
            "SOQL only reads. It has only UPDATE TRACKING and UPDATE VIEWSTAT.",
        )


def refuse_in(operand: tree.Operand, clause: str) -> None:
    """COUNT() without a field and FIELDS() work only in SELECT."""
    if not isinstance(operand, tree.Function):
        return
    if not operand.arguments:
        raise Mistake(operand.at or 0, "COUNT() works only in SELECT.", "Write COUNT(Id) here.")
    if operand.name.lower() == "fields":
        raise Mistake(
            operand.at or 0, "FIELDS() works only in SELECT.", f"Name the fields in {clause}."
        )


def check_having(having: tree.Condition | None) -> None:
    for operand in operands_in(having):
        refuse_in(operand, "HAVING")


def _names(function: tree.Function) -> Iterator[str]:
    yield function.name.lower()
    for argument in function.arguments:
        if isinstance(argument, tree.Function):
            yield from _names(argument)
