"""What Salesforce refuses although its grammar would let it pass; in its own words where known.

Source: SOQL and SOSL Reference, "Comparison Operators" (semi-joins), "COUNT()", "Using Aliases".
"""

from collections.abc import Iterable, Sequence

from lib.soql import tree
from lib.soql.mistakes import Mistake
from lib.soql.words import FUNCTIONS

_MOST_SEMI_JOINS = 2


def check_semi_joins(where: tree.Condition | None) -> None:
    """A WHERE holds at most two semi-joins."""
    joins = _semi_joins(where)
    if len(joins) > _MOST_SEMI_JOINS:
        raise Mistake(
            _place(joins[-1]),
            f"At most {_MOST_SEMI_JOINS} subqueries may stand in one WHERE.",
            "Split the query.",
        )


def refuse_nested_semi_joins(conditions: Iterable[tree.Condition]) -> None:
    """For what stands in parentheses, behind NOT or beside OR."""
    for condition in conditions:
        for join in _semi_joins(condition):
            raise Mistake(
                _place(join),
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not"
                " in nested WHERE expressions.",
                "Take it out of the parentheses, and join it to the rest with AND.",
            )


def check_semi_join(query: tree.Query, operand: tree.Operand) -> None:
    """A semi-join selects one field, and holds no other semi-join."""
    if isinstance(operand, tree.Function):
        raise Mistake(
            operand.at or 0, "A subquery of IN selects one field.", "Select an id or a look-up."
        )
    for inner in _semi_joins(query.where):
        raise Mistake(
            _place(inner),
            "A subquery of IN may not hold another one.",
            "Ask for the inner ids first, and put them in as values.",
        )


def _semi_joins(condition: tree.Condition | None) -> list[tree.InQuery]:
    """The semi-joins of one level: deeper ones were refused when that level was read."""
    parts = condition.parts if isinstance(condition, tree.And) else (condition,)
    return [part for part in parts if isinstance(part, tree.InQuery)]


def _place(join: tree.InQuery) -> int:
    return join.operand.at or 0


def check_columns(columns: Sequence[tree.Selected], group: tree.Grouping | None) -> None:
    """COUNT() stands alone: it makes the answer a number. Plain fields take no alias."""
    for column in columns:
        if not isinstance(column, tree.Column):
            continue
        operand, alone = column.operand, len(columns) == 1 and not column.alias
        if isinstance(operand, tree.Field) and column.alias and group is None:
            raise Mistake(
                operand.at or 0,
                "only aggregate expressions use field aliasing",
                _remedy_of_alias(operand, column.alias),
            )
        if isinstance(operand, tree.Function) and not operand.arguments and not alone:
            raise Mistake(
                operand.at or 0,
                "COUNT() stands alone in SELECT.",
                "Count beside other columns with COUNT(Id).",
            )


def _remedy_of_alias(field: tree.Field, alias: str) -> str:
    """SELECT DISTINCT Name reads like a field and its alias; that slip has a remedy of its own."""
    if field.name.lower() == "distinct":
        return ""
    return f"Leave {alias} out, or put a comma before it."


def check_function(function: tree.Function) -> None:
    """Known functions only, each with its one field; COUNT() may go without."""
    name, place = function.name.lower(), function.at or 0
    if name not in FUNCTIONS:
        raise Mistake(place, f"SOQL has no function {function.name}().", "Check its spelling.")
    if len(function.arguments) != 1 and (function.arguments or name != "count"):
        raise Mistake(place, f"{function.name}() takes one field.", "Give it one field.")


def refuse_count(operand: tree.Operand) -> None:
    """COUNT() without a field is for SELECT alone."""
    if isinstance(operand, tree.Function) and not operand.arguments:
        raise Mistake(operand.at or 0, "COUNT() is for SELECT only.", "Write COUNT(Id) here.")
