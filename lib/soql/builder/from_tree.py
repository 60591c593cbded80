"""Tree → the builder's model, or words for the parts that the builder can't show.

The model turns three forms into equivalents: campaign conditions come last, IN with a single
campaign or status becomes `=`, and parentheses around a single part or the whole are dropped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from lib.soql import tree
from lib.soql.builder.model import (
    LINKS,
    Condition,
    ConditionGroup,
    Match,
    Membership,
    Model,
    Operator,
    Order,
)

_WILD = re.compile(r"(%?)((?:[^%_\\]|\\[\\%_])+)(%?)", re.DOTALL)
_LIKES = {
    ("", "%"): Operator.BEGINS,
    ("%", ""): Operator.ENDS,
    ("%", "%"): Operator.CONTAINS,
}
_QUOTED = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BeyondPart:
    """A part the builder can't show. It is at `at`, or where the clause `keyword` starts."""

    words: str
    at: int | None = None
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Beyond:
    """Why a query stays SOQL: at least one part, in the order of the clauses."""

    parts: tuple[BeyondPart, ...]


@dataclass(slots=True)
class _Reader:
    beyond: list[BeyondPart] = field(default_factory=list)

    def refuse(self, words: str, at: int | None = None, keyword: str = "") -> None:
        self.beyond.append(BeyondPart(words, at, keyword))


def from_query(query: tree.Query) -> Model | Beyond:
    """The model of a query. `to_query` turns it into the same tree, except for the forms above."""
    reader = _Reader()
    sobject = _sobject(reader, query)
    columns = tuple(name for column in query.columns if (name := _column(reader, column)))
    match, parts, memberships = _where(reader, sobject, query.where)
    order = tuple(order for key in query.order if (order := _order(reader, key)))
    _other_clauses(reader, query)
    if reader.beyond:
        return Beyond(tuple(reader.beyond))
    return Model(sobject, columns, match, parts, memberships, order, query.limit)


def place_of(text: str, part: BeyondPart) -> tuple[int, int]:
    """Line and column of a part in the text of its query, both from 1."""
    at = part.at if part.at is not None else _clause(text, part.keyword)
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def _clause(text: str, keyword: str) -> int:
    """Where a clause starts, outside strings. The last match counts, as subqueries come before."""
    blank = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    pattern = r"\b" + r"\s+".join(map(re.escape, keyword.split())) + r"\b"
    found = list(re.finditer(pattern, blank, re.IGNORECASE)) if keyword else []
    return found[-1].start() if found else 0


def _sobject(reader: _Reader, query: tree.Query) -> str:
    source, *more = query.sources
    if source.alias:
        reader.refuse(f"an alias after FROM ({source.alias})", source.at)
    if more:
        reader.refuse("more than one name after FROM", more[0].at)
    return source.name


def _column(reader: _Reader, column: tree.Selected) -> str | None:
    match column:
        case tree.Column(tree.Field() as operand, None):
            return operand.name
        case tree.Column(tree.Function() as call):
            reader.refuse(f"a function in SELECT ({call.name})", call.at)
        case tree.Column(operand, alias):
            reader.refuse(f"an alias in SELECT ({alias})", operand.at)
        case tree.Child(query):
            reader.refuse("a subquery in SELECT", query.sources[0].at)
        case tree.TypeOf(of):
            reader.refuse("TYPEOF in SELECT", of.at)
        case _:
            assert_never(column)
    return None


def _order(reader: _Reader, key: tree.Ordering) -> Order | None:
    if isinstance(key.operand, tree.Field):
        return Order(key.operand.name, key.direction, key.nulls)
    reader.refuse(f"a function in ORDER BY ({key.operand.name})", key.operand.at)
    return None


def _other_clauses(reader: _Reader, query: tree.Query) -> None:
    for words, keyword in _clauses_beyond(query):
        reader.refuse(words, None, keyword)
    rest = replace(
        query, where=None, order=(), limit=None, using=(), with_=(), group=None, offset=None,
        bind=(), all_rows=False, purpose="", update=(), options=(),
    )  # fmt: skip
    if rest != tree.Query(query.columns, query.sources):
        reader.refuse("this kind of clause")


def _clauses_beyond(query: tree.Query) -> Iterator[tuple[str, str]]:
    """The clauses that the builder can't show: in words, and the keyword they start with."""
    yield from ((f"USING {use.kind}", "USING") for use in query.using)
    whole = {
        "WITH": query.with_,
        "GROUP BY": query.group is not None,
        "OFFSET": query.offset is not None,
        "BIND": query.bind,
        "ALL ROWS": query.all_rows,
    }
    yield from ((keyword, keyword) for keyword, is_there in whole.items() if is_there)
    if query.purpose:
        yield f"FOR {query.purpose}", "FOR"
    if query.update:
        yield f"UPDATE {query.update[0]}", "UPDATE"
    if query.options:
        yield "SET OPTIONS", "SET OPTIONS"


def _where(
    reader: _Reader, sobject: str, where: tree.Condition | None
) -> tuple[Match, tuple[Condition | ConditionGroup, ...], tuple[Membership, ...]]:
    nodes = where.parts if isinstance(where, tree.And) else () if where is None else (where,)
    joins = [node for node in nodes if isinstance(node, tree.InQuery)]
    others = [node for node in nodes if not isinstance(node, tree.InQuery)]
    found = [_membership(reader, sobject, join) for join in joins]
    memberships = [membership for membership in found if membership]
    match, inner = _opened(others[0]) if len(others) == 1 else (Match.ALL, tuple(others))
    parts = [part for node in inner if (part := _part(reader, node))]
    return match, tuple(parts), tuple(memberships)


def _opened(node: tree.Condition) -> tuple[Match, tuple[tree.Condition, ...]]:
    """How the parts of a group are combined, and the parts."""
    match node:
        case tree.And(parts):
            return Match.ALL, parts
        case tree.Or(parts):
            return Match.ANY, parts
        case tree.Not(part) if _like(node) is None:
            return Match.NONE, part.parts if isinstance(part, tree.Or) else (part,)
        case _:
            return Match.ALL, (node,)


def _part(reader: _Reader, node: tree.Condition) -> Condition | ConditionGroup | None:
    match, inner = _opened(node)
    if inner == (node,):
        return _condition(reader, node)
    conditions = [_inner_condition(reader, part) for part in inner]
    return ConditionGroup(match, tuple(each for each in conditions if each is not None))


def _inner_condition(reader: _Reader, node: tree.Condition) -> Condition | None:
    if isinstance(node, tree.And | tree.Or) or (isinstance(node, tree.Not) and not _like(node)):
        reader.refuse("a group inside a group", _first_place(node), "WHERE")
        return None
    return _condition(reader, node)


def _condition(reader: _Reader, node: tree.Condition) -> Condition | None:
    if (like := _like(node)) is not None:
        return like
    match node:
        case tree.Sum(left):
            reader.refuse("a sum of two fields in a condition", left.at)
        case tree.InQuery(operand):
            reader.refuse("a subquery after IN inside a group", operand.at)
        case tree.Comparison(tree.Function() as call) | tree.In(tree.Function() as call):
            reader.refuse(f"a function in a condition ({call.name})", call.at)
        case tree.Comparison(tree.Field() as operand, "LIKE"):
            reader.refuse("LIKE null", operand.at)
        case tree.Comparison(tree.Field() as operand, operator, value):
            return Condition(operand.name, Operator(operator), (value,))
        case tree.In(tree.Field() as operand, values, negated):
            listing = Operator.NOT_ONE_OF if negated else Operator.ONE_OF
            return Condition(operand.name, listing, values)
        case tree.Includes(tree.Field() as operand, values, negated):
            listing = Operator.EXCLUDES if negated else Operator.INCLUDES
            return Condition(operand.name, listing, values)
        case _:
            reader.refuse("this kind of condition", _first_place(node), "WHERE")
    return None


def _like(node: tree.Condition) -> Condition | None:
    """The condition for a LIKE: one of the builder's text operators, or else a pattern."""
    match node:
        case tree.Not(tree.Comparison(tree.Field(), "LIKE") as inner):
            like = _like(inner)
            if like is None or like.operator is not Operator.CONTAINS:
                return None
            return replace(like, operator=Operator.CONTAINS_NOT)
        case tree.Comparison(tree.Field() as operand, "LIKE", tree.Pattern() as pattern):
            found = _WILD.fullmatch(pattern.value)
            operator = _LIKES.get((found[1], found[3])) if found else None
            if found is None or operator is None:
                return Condition(operand.name, Operator.LIKE, (pattern,))
            text = re.sub(r"\\(.)", r"\1", found[2], flags=re.DOTALL)
            return Condition(operand.name, operator, (tree.Text(text),))
        case _:
            return None


def _membership(reader: _Reader, sobject: str, join: tree.InQuery) -> Membership | None:
    own, theirs = LINKS.get(sobject.lower(), ("", ""))
    found = _campaigns_and_statuses(join.query)
    if (
        found is None
        or not isinstance(join.operand, tree.Field)
        or join.operand.name.lower() != own.lower()
        or _only_column(join.query) != theirs.lower()
    ):
        reader.refuse(
            "a subquery after IN, other than the members of a campaign", join.operand.at, "IN"
        )
        return None
    return Membership(*found, negated=join.negated)


def _only_column(query: tree.Query) -> str | None:
    match query.columns:
        case (tree.Column(tree.Field() as operand, None),):
            return operand.name.lower()
        case _:
            return None


def _campaigns_and_statuses(query: tree.Query) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The campaigns and statuses of a subquery that selects only members by them."""
    plain = tree.Query(query.columns, query.sources, where=query.where)
    if query != plain or query.sources != (replace(query.sources[0], alias=None),):
        return None
    if query.sources[0].name.lower() != "campaignmember":
        return None
    where = query.where
    nodes = where.parts if isinstance(where, tree.And) else (where,)
    asked = dict(_texts(node) for node in nodes)
    if len(asked) < len(nodes) or not {"campaignid"} <= asked.keys() <= {"campaignid", "status"}:
        return None
    return asked["campaignid"], asked.get("status", ())


def _texts(node: tree.Condition | None) -> tuple[str, tuple[str, ...]]:
    """The field (lower case) and the texts it can equal; "" for any other condition."""
    match node:
        case tree.Comparison(tree.Field() as operand, "=", tree.Text(value)):
            return operand.name.lower(), (value,)
        case tree.In(tree.Field() as operand, values, False):
            texts = tuple(value.value for value in values if isinstance(value, tree.Text))
            return (operand.name.lower(), texts) if len(texts) == len(values) else ("", ())
        case _:
            return "", ()


def _first_place(node: tree.Condition) -> int | None:
    match node:
        case tree.And(parts) | tree.Or(parts):
            return _first_place(parts[0])
        case tree.Not(part):
            return _first_place(part)
        case tree.Sum(left):
            return left.at
        case _:
            return node.operand.at
