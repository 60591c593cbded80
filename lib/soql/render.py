"""Tree → text: one function per node. Quoting and parentheses happen here and nowhere else.

A node without a function raises TypeError, so that nothing is dropped silently.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import singledispatch

from lib.soql import tree
from lib.soql.keywords import ESCAPES

# A form feed is written as \u000c, because not every reader of SOQL knows \f, as the manual does.
_ESCAPED = {char: f"\\{letter}" for letter, char in ESCAPES.items() if char not in '"\f'}
# Not every tool keeps control characters. Halves of a surrogate pair aren't valid UTF-8.
_MUST_ESCAPE = re.compile(r"['\\\x00-\x1f\ud800-\udfff]")
_MUST_ESCAPE_IN_PATTERN = re.compile(r"['\x00-\x1f\ud800-\udfff]")


@singledispatch
def render(node: object) -> str:
    """Write a node as SOQL on one line: keywords in capitals, names as they are."""
    raise TypeError(f"no way to write {type(node).__name__} as SOQL")


def escape_like(text: str) -> str:
    r"""Return `text` as a LIKE pattern that matches only this text."""
    return re.sub(r"[\\%_]", r"\\\g<0>", text)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _ESCAPED.get(char) or f"\\u{ord(char):04x}"


def _list(nodes: Iterable[object]) -> str:
    return ", ".join(map(render, nodes))


def _with_suffix(text: str, alias: str | None) -> str:
    return f"{text} {alias}" if alias else text


@render.register
def _(node: tree.Field) -> str:
    return node.name


@render.register
def _(node: tree.Function) -> str:
    return f"{node.name}({_list(node.arguments)})"


@render.register
def _(node: tree.Text) -> str:
    return f"'{_MUST_ESCAPE.sub(_escape, node.value)}'"


@render.register
def _(node: tree.Pattern) -> str:
    return f"'{_MUST_ESCAPE_IN_PATTERN.sub(_escape, node.value)}'"


@render.register(tree.Number)
@render.register(tree.Currency)
def _(node: tree.Number | tree.Currency) -> str:
    return node.text


@render.register
def _(node: tree.Boolean) -> str:
    return "true" if node.value else "false"


@render.register
def _(node: tree.Null) -> str:  # noqa: ARG001 - the type says it all
    return "null"


@render.register
def _(node: tree.Date) -> str:
    return node.value.isoformat()


@render.register
def _(node: tree.DateTime) -> str:
    return _moment(node.value)


def _moment(value: datetime) -> str:
    text = value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return text.replace("+00:00", "Z") if value.utcoffset() == UTC.utcoffset(None) else text


@render.register
def _(node: tree.Time) -> str:
    text = node.value.isoformat(timespec="milliseconds")
    return text if node.value.tzinfo else f"{text}Z"


@render.register
def _(node: tree.DateLiteral) -> str:
    return node.name if node.count is None else f"{node.name}:{node.count}"


@render.register
def _(node: tree.Comparison) -> str:
    return f"{render(node.operand)} {node.operator} {render(node.value)}"


@render.register
def _(node: tree.Sum) -> str:
    left = f"{render(node.left)} {node.sign} {render(node.right)}"
    return f"{left} {node.operator} {render(node.value)}"


@render.register
def _(node: tree.In) -> str:
    return f"{render(node.operand)} {_in(node.negated)} ({_list(node.values)})"


@render.register
def _(node: tree.InQuery) -> str:
    return f"{render(node.operand)} {_in(node.negated)} ({render(node.query)})"


def _in(negated: bool) -> str:
    return "NOT IN" if negated else "IN"


@render.register
def _(node: tree.Includes) -> str:
    word = "EXCLUDES" if node.negated else "INCLUDES"
    return f"{render(node.operand)} {word} ({_list(node.values)})"


@render.register
def _(node: tree.And) -> str:
    return " AND ".join(map(_enclosed, node.parts))


@render.register
def _(node: tree.Or) -> str:
    return " OR ".join(map(_enclosed, node.parts))


@render.register
def _(node: tree.Not) -> str:
    return f"NOT {_enclosed(node.part)}"


def _enclosed(node: tree.Condition) -> str:
    """Salesforce needs parentheses wherever AND, OR, and NOT meet."""
    text = render(node)
    return f"({text})" if isinstance(node, tree.And | tree.Or | tree.Not) else text


@render.register
def _(node: tree.Column) -> str:
    return _with_suffix(render(node.operand), node.alias)


@render.register
def _(node: tree.Child) -> str:
    return _with_suffix(f"({render(node.query)})", node.alias)


@render.register
def _(node: tree.When) -> str:
    return f"WHEN {node.sobject} THEN {_list(node.fields)}"


@render.register
def _(node: tree.TypeOf) -> str:
    parts = ["TYPEOF", render(node.field), *map(render, node.whens)]
    if node.otherwise:
        parts.append(f"ELSE {_list(node.otherwise)}")
    return _with_suffix(" ".join([*parts, "END"]), node.alias)


@render.register
def _(node: tree.FromItem) -> str:
    return _with_suffix(node.name, node.alias)


@render.register
def _(node: tree.Using) -> str:
    return f"{node.kind} {node.name}"


@render.register
def _(node: tree.Category) -> str:
    names = node.names[0] if len(node.names) == 1 else f"({', '.join(node.names)})"
    return f"{render(node.field)} {node.operator} {names}"


@render.register
def _(node: tree.WithCategories) -> str:
    return f"DATA CATEGORY {' AND '.join(map(render, node.categories))}"


@render.register
def _(node: tree.WithMode) -> str:
    return f"{node.name} ({_options(node.options)})" if node.options else node.name


def _options(options: Iterable[tree.Option]) -> str:
    return ", ".join(f"{key} = {render(value)}" for key, value in options)


@render.register
def _(node: tree.WithValue) -> str:
    return f"{node.name} = {render(node.value)}"


@render.register
def _(node: tree.Grouping) -> str:
    keys = _list(node.operands)
    text = f"{node.kind}({keys})" if node.kind else keys
    return text if node.having is None else f"{text} HAVING {render(node.having)}"


@render.register
def _(node: tree.Ordering) -> str:
    text = _with_suffix(render(node.operand), node.direction)
    return f"{text} NULLS {node.nulls}" if node.nulls else text


@render.register
def _(node: tree.Query) -> str:
    clauses = [
        f"SELECT {_list(node.columns)}",
        f"FROM {_list(node.sources)}",
        node.using and f"USING {_list(node.using)}",
        node.where and f"WHERE {render(node.where)}",
        *(f"WITH {render(clause)}" for clause in node.with_),
        node.group and f"GROUP BY {render(node.group)}",
        node.order and f"ORDER BY {_list(node.order)}",
        None if node.limit is None else f"LIMIT {node.limit}",
        None if node.offset is None else f"OFFSET {node.offset}",
        node.bind and f"BIND {_options(node.bind)}",
        node.all_rows and "ALL ROWS",
        node.purpose in ("VIEW", "REFERENCE") and f"FOR {node.purpose}",
        node.update and f"UPDATE {', '.join(node.update)}",
        node.options and f"SET OPTIONS ({_options(node.options)})",
        node.purpose == "UPDATE" and "FOR UPDATE",
    ]
    return " ".join(clause for clause in clauses if clause)
