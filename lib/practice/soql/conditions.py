"""WHERE and HAVING, compiled once into functions that test rows without reading the tree."""

import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from lib.practice.refusal import Refusal
from lib.practice.soql.dates import span
from lib.practice.soql.expressions import (
    IDS,
    NOT_TEXT,
    NUMBERS,
    Expression,
    Get,
    day_text,
    key_of,
    literal_key,
    unfit,
)
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

Test = Callable[[Any], bool]
Resolve = Callable[[tree.Operand], Expression]
Inner = Callable[[tree.InQuery, Expression], frozenset[str]]

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Conditions:
    """Compiles the conditions of one query; `inner` answers its semi-joins."""

    def __init__(self, request: QueryRequest, resolve: Resolve, inner: Inner) -> None:
        self._request = request
        self._resolve = resolve
        self._inner = inner

    def test(self, condition: tree.Condition) -> Test:
        """A test of rows, or of groups if `resolve` gives groups' values. Raises Refusal."""
        match condition:
            case tree.And(parts):
                return _all([self.test(part) for part in parts])
            case tree.Or(parts):
                return _any([self.test(part) for part in parts])
            case tree.Not(part):
                return _not(self.test(part))
            case tree.Comparison():
                return self._comparison(condition, self._resolve(condition.operand))
            case tree.In(operand, values, negated):
                return self._in(self._resolve(operand), values, negated)
            case tree.InQuery(operand, _, negated):
                expression = self._resolve(operand)
                return _among(expression.get, self._inner(condition, expression), negated)
            case tree.Includes():
                return self._includes(condition)
            case tree.Sum():
                return self._comparison(condition, self._total(condition))

    def _total(self, node: tree.Sum) -> Expression:
        """One field plus or minus another; None where either is empty."""
        left, right = self._resolve(node.left), self._resolve(node.right)
        for expression in (left, right):
            if expression.type not in NUMBERS:
                raise self._invalid_operator(expression)
        first, second, sign = left.get, right.get, 1 if node.sign == "+" else -1

        def total(row: Any) -> Any:
            values = first(row), second(row)
            return None if None in values else values[0] + sign * values[1]

        return Expression(f"{left.name} {node.sign} {right.name}", "double", total, None, left.at)

    def _comparison(self, node: tree.Comparison | tree.Sum, expression: Expression) -> Test:
        if expression.type == "distance" and node.operator not in ("<", ">"):
            raise self._invalid_operator(expression)
        if node.operator == "LIKE":
            return self._like(expression, node.value)
        if isinstance(node.value, tree.DateLiteral):
            return self._against_days(expression, node.operator, node.value)
        return self._against_value(expression, node.operator, node.value)

    def _against_value(self, expression: Expression, sign: str, value: tree.Value) -> Test:
        key, wanted, get = (
            key_of(expression),
            literal_key(self._request, expression, value),
            expression.get,
        )
        if expression.type == "boolean":
            wanted = bool(wanted)  # null means false
        if sign in ("=", "!="):
            return _among_keys(get, key, frozenset([wanted]), negated=sign == "!=")
        if expression.type == "boolean" or wanted is None:
            raise self._invalid_operator(expression)
        holds = _ORDERED[sign]
        return lambda row: (value := get(row)) is not None and holds(key(value), wanted)

    def _against_days(self, expression: Expression, sign: str, literal: tree.DateLiteral) -> Test:
        first, end = self._bounds(expression, literal)
        get = expression.get
        tests: dict[str, Callable[[str], bool]] = {
            "=": lambda value: first <= value < end,
            "<": lambda value: value < first,
            "<=": lambda value: value < end,
            ">": lambda value: value >= end,
            ">=": lambda value: value >= first,
        }
        if sign == "!=":
            return lambda row: (value := get(row)) is None or not first <= value < end
        holds = tests[sign]
        return lambda row: (value := get(row)) is not None and holds(value)

    def _bounds(self, expression: Expression, literal: tree.DateLiteral) -> tuple[str, str]:
        if expression.type not in ("date", "datetime"):
            raise unfit(self._request, expression)
        try:
            first, end = span(literal, self._request.now)
        except (OverflowError, ValueError):
            raise self._request.refusal(
                "MALFORMED_QUERY", "the date literal leaves the calendar", expression.at
            ) from None
        return day_text(expression.type, first), day_text(expression.type, end)

    def _like(self, expression: Expression, value: tree.Value) -> Test:
        if expression.type in NOT_TEXT:
            raise self._invalid_operator(expression)
        if not isinstance(value, tree.Pattern):
            raise unfit(self._request, expression)
        key, get = key_of(expression), expression.get
        matches = _pattern(key(value.value)).fullmatch
        return lambda row: (value := get(row)) is not None and matches(key(value)) is not None

    def _in(self, expression: Expression, values: tuple[tree.Value, ...], negated: bool) -> Test:
        days = [value for value in values if isinstance(value, tree.DateLiteral)]
        plain = [value for value in values if not isinstance(value, tree.DateLiteral)]
        keys = frozenset(literal_key(self._request, expression, value) for value in plain)
        if expression.type == "boolean":
            keys = frozenset(bool(key) for key in keys)
        among = _among_keys(expression.get, key_of(expression), keys, negated=False)
        tests = [among, *(self._against_days(expression, "=", day) for day in days)]
        test = _any(tests) if days else among
        return _not(test) if negated else test

    def _includes(self, node: tree.Includes) -> Test:
        expression = self._resolve(node.operand)
        if expression.type != "multipicklist":
            raise self._invalid_operator(expression)
        wanted = [
            _choices(literal_key(self._request, expression, value) or "") for value in node.values
        ]
        get = expression.get

        def included(row: Any) -> bool:
            chosen = _choices((get(row) or "").lower())
            return any(group <= chosen for group in wanted)

        return _not(included) if node.negated else included

    def _invalid_operator(self, expression: Expression) -> Refusal:
        return self._request.refusal(
            "INVALID_QUERY_FILTER_OPERATOR", "invalid operator", expression.at
        )


def is_id(expression: Expression) -> bool:
    """Whether an expression holds record ids, as both sides of a semi-join must."""
    return expression.type in IDS


def _choices(text: str) -> frozenset[str]:
    return frozenset(choice.strip() for choice in text.split(";") if choice.strip())


def _pattern(like: str) -> re.Pattern[str]:
    """LIKE's pattern as a regular expression. Repeated % count once, to keep matching fast."""
    expression = {"%": ".*", "_": "."}
    tokens = re.findall(r"\\.|%+|.", like, re.DOTALL)
    parts = (
        expression.get(token[0]) or re.escape(token.removeprefix("\\") or token) for token in tokens
    )
    return re.compile("".join(parts), re.DOTALL)


def _among(get: Get, ids: frozenset[str], negated: bool) -> Test:
    if negated:
        return lambda row: get(row) not in ids
    return lambda row: get(row) in ids


def _among_keys(get: Get, key: Callable[[Any], Any], keys: Iterable[Any], *, negated: bool) -> Test:
    """Whether a value is among `keys`; None stands for rows without a value."""
    wanted = frozenset(keys)
    null_is_in = None in wanted

    def found(row: Any) -> bool:
        value = get(row)
        return null_is_in if value is None else key(value) in wanted

    return _not(found) if negated else found


def _all(tests: list[Test]) -> Test:
    return lambda row: all(test(row) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda row: any(test(row) for test in tests)


def _not(test: Test) -> Test:
    return lambda row: not test(row)
