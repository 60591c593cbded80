"""One query or subquery over its sObject: which rows, in which order, in which shape."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import ChildRelationship, SObjectType
from lib.practice.soql.asked import Asked
from lib.practice.soql.comparable import key_of
from lib.practice.soql.conditions import Conditions, Test, is_id
from lib.practice.soql.flat import FlatColumn, flat_columns
from lib.practice.soql.groups import Groups, is_aggregate
from lib.practice.soql.meant import Meant
from lib.practice.soql.narrowing import narrowed
from lib.practice.soql.paths import Scope, unknown_child, unknown_sobject
from lib.practice.soql.records import Record, Shape, Shaped
from lib.practice.soql.scopes import scope_test
from lib.soql import tree

T = TypeVar("T")

_MOST_OFFSET = 2000
_MOST_LEVELS = 4
"""Levels of children below the root, which is the fifth."""
_LEVELS_SINCE = 58
_NO_SEMI_JOIN = frozenset(("Event", "Task"))


class Plan:
    """Compiled once; a subquery's plan serves all rows of the outer query."""

    def __init__(
        self, asked: Asked, query: tree.Query, kind: SObjectType, above: tuple[tree.Query, ...] = ()
    ) -> None:
        self._asked = asked
        self._query = query
        self._kind = kind
        self._above = above  # the queries that this one is a child of, the outermost first
        self._scope = Scope(asked, kind, query.sources)
        self._conditions = Conditions(
            asked, lambda operand: self._scope.meant(operand, "filter"), self._inner
        )
        self._check_extras()

    @property
    def is_count(self) -> bool:
        """Whether this is `SELECT COUNT()`, whose answer is a number."""
        column = self._query.columns[0]
        operand = column.operand if isinstance(column, tree.Column) else None
        return isinstance(operand, tree.Function) and not operand.arguments

    def found(self) -> list[Row]:
        """The rows that the conditions let through, in the order of creation."""
        tests = self._tests()
        rows = self._asked.rows(self._kind, narrowed(self._scope, self._query.where))
        for test in tests:
            rows = filter(test, rows)
        return list(rows)

    def count(self) -> int:
        """The answer of COUNT()."""
        if self._query.order or self._query.group:
            raise self._asked.malformed("COUNT() stands with neither ORDER BY nor GROUP BY")
        return len(cut(self._query, self.found()))

    def records(self) -> Sequence[Record]:
        """The records of the whole answer."""
        if is_aggregate(self._query):
            return self._aggregates()
        shape = Shape(self._scope, self._query, self._child)
        return Shaped(self.rows(), shape.record)

    def rows(self) -> list[Row]:
        """The rows of the answer, in its order."""
        order = self._ordering()
        return cut(self._query, order(self.found()))

    def check(self) -> None:
        """Refuse now what looking for rows would refuse."""
        self._ordering()
        self._tests()

    def flat(self) -> list[FlatColumn]:
        """The columns of an answer without nesting. Raises Refusal where it would have some."""
        return flat_columns(self._scope, self._query)

    def _aggregates(self) -> list[Record]:
        groups = Groups(self._scope, self._query)
        found = groups.grouped(self.found())
        having = self._query.group and self._query.group.having
        if having:
            over_groups = Conditions(
                self._asked, lambda operand: groups.meant(operand, "filter"), self._inner
            )
            found = list(filter(over_groups.test(having), found))
        keys = [(groups.meant(one.operand, "sort"), one) for one in self._query.order]
        found = cut(self._query, ordered(found, keys))
        groups.check_number(found)
        return [groups.record(group) for group in found]

    def _ordering(self) -> Callable[[Sequence[Row]], Sequence[Row]]:
        keys = [(self._scope.meant(one.operand, "sort"), one) for one in self._query.order]
        return lambda rows: ordered(rows, keys)

    def _tests(self) -> list[Test]:
        tests = [scope_test(self._asked, self._kind, using) for using in self._query.using]
        where = self._query.where
        parts = where.parts if isinstance(where, tree.And) else (where,)
        return tests + [self._conditions.test(part) for part in parts if part is not None]

    def _inner(self, join: tree.InQuery, left: Meant) -> frozenset[str]:
        """The ids that a semi-join's subquery selects."""
        source = join.query.sources[0]
        kind = self._asked.type(source.name)
        if kind is None:
            raise unknown_sobject(self._asked, source.name, source.at)
        if isinstance(join.operand, tree.Field) and self._scope.walk(join.operand)[0]:
            message = f"a semi-join compares a field of its own: '{join.operand.name}'"
            raise self._asked.refusal("MALFORMED_QUERY", message, join.operand.at)
        if kind.name in _NO_SEMI_JOIN:
            message = f"Entity '{kind.name}' is not supported for semi join inner selects"
            raise self._asked.refusal("MALFORMED_QUERY", message, source.at)
        if kind.name == self._kind.name:
            raise self._asked.refusal(
                "MALFORMED_QUERY",
                "The inner and outer selects should not be on the same object type",
                source.at,
            )
        inner = Plan(self._asked, join.query, kind)
        return inner._ids(left)

    def _ids(self, left: Meant) -> frozenset[str]:
        column = self._query.columns[0]
        operand = column.operand if isinstance(column, tree.Column) else None
        if not isinstance(operand, tree.Field):
            raise self._asked.malformed("a semi-join selects one id or look-up field")
        selected = self._scope.meant(operand, "select")
        for meant, is_plain in ((left, True), (selected, "." not in operand.name)):
            if not is_id(meant) or not is_plain:
                message = f"'{meant.name}' is no id or look-up field, as a semi-join needs"
                raise self._asked.refusal("MALFORMED_QUERY", message, meant.at)
        self._check_same_target(left, selected, operand)
        return frozenset(value for row in self.found() if (value := selected.get(row)))

    def _check_same_target(self, left: Meant, selected: Meant, operand: tree.Field) -> None:
        def targets(meant: Meant, own: set[str]) -> set[str]:
            return (
                set(meant.field.reference_to) if meant.field and meant.field.reference_to else own
            )

        own = {self._kind.name} if selected.type == "id" else set()
        there = targets(selected, own)
        here = targets(left, set())
        if here and there and not here & there:
            message = (
                f"The selected field '{operand.name}' in the subquery and the left operand field in"
                f" the where expression in the outer query '{left.name}' should point to the same"
                " object type"
            )
            raise self._asked.refusal("MALFORMED_QUERY", message, left.at)

    def _child(self, child: tree.Child) -> tuple[str, Callable[[Row], Any]]:
        """The name of a child relationship, and how to get the answer for one parent."""
        source = child.query.sources[0]
        relation, kind = self._relation(source)
        if is_aggregate(child.query):
            raise self._asked.malformed("only root queries support aggregate expressions")
        self._check_child(child.query)
        plan = Plan(self._asked, child.query, kind, (*self._above, self._query))
        return relation.relationship_name or "", plan._by_parent(relation.field)

    def _check_child(self, child: tree.Query) -> None:
        """How deep children may have children, and when an offset may stand among them."""
        version = int(self._asked.root.rpartition("/v")[2].partition(".")[0])
        most = _MOST_LEVELS if version >= _LEVELS_SINCE else 1
        if len(self._above) >= most:
            message = f"SOQL statements cannot have more than {most} levels of subqueries"
            raise self._asked.malformed(message)
        if child.offset is not None and self._query.limit != 1:
            message = "OFFSET stands in a subquery only where the outer query has LIMIT 1"
            raise self._asked.malformed(message)

    def _relation(self, source: tree.Source) -> tuple[ChildRelationship, SObjectType]:
        wanted = source.name.split(".")[-1].lower()
        for relation in self._kind.child_relationships:
            if (relation.relationship_name or "").lower() == wanted:
                kind = self._asked.type(relation.child_sobject)
                if kind and kind.field(relation.field):
                    return relation, kind
        raise unknown_child(self._asked, source.name.split(".")[-1], source.at)

    def _by_parent(self, lookup: str) -> Callable[[Row], Any]:
        shape = Shape(self._scope, self._query, self._child)
        families: dict[str, list[Row]] = {}
        for row in self._ordering()(self.found()):
            families.setdefault(row.get(lookup) or "", []).append(row)

        def answer(parent: Row) -> Record | None:
            rows = cut(self._query, families.get(parent["Id"], []))
            records = [shape.record(row) for row in rows]
            return (
                {"totalSize": len(records), "done": True, "records": records} if records else None
            )

        return answer

    def _check_extras(self) -> None:
        query, asked = self._query, self._asked
        if query.offset is not None and query.offset > _MOST_OFFSET:
            raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        if query.all_rows:
            raise asked.malformed("ALL ROWS not allowed in this context")
        if query.with_ or query.update or query.purpose == "UPDATE":
            raise asked.malformed("WITH, UPDATE and FOR UPDATE are not imitated here")


def ordered(things: Sequence[T], keys: Sequence[tuple[Meant, tree.Ordering]]) -> list[T]:
    """Sort by the last key first, which is safe since sorting keeps the order of equals."""
    found = list(things)
    for meant, ordering in reversed(keys):
        get, key = meant.get, key_of(meant)
        empty = [one for one in found if get(one) is None]
        found = [one for one in found if get(one) is not None]
        found.sort(key=lambda one: key(get(one)), reverse=ordering.direction == "DESC")
        found = found + empty if ordering.nulls == "LAST" else empty + found
    return found


def cut(query: tree.Query, things: Sequence[T]) -> list[T]:
    """The part that OFFSET and LIMIT leave."""
    start = query.offset or 0
    end = None if query.limit is None else start + query.limit
    return list(things[start:end])
