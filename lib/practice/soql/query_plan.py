"""A query or subquery of an sObject: which rows, in which order, in which form."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from lib.practice.ids import normalized
from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import ChildRelationship, SObjectType
from lib.practice.soql.aggregates import Aggregates, is_aggregate
from lib.practice.soql.conditions import Conditions, Test, is_id
from lib.practice.soql.csv_columns import CsvColumn, csv_columns
from lib.practice.soql.expressions import Expression, key_of
from lib.practice.soql.from_clause import FromClause, unknown_child, unknown_sobject
from lib.practice.soql.query_request import QueryRequest
from lib.practice.soql.record_shape import LazyRecords, Record, RecordShape
from lib.practice.soql.using_scope import scope_test
from lib.soql import tree

T = TypeVar("T")

_MOST_OFFSET = 2000
_MOST_LEVELS = 4
"""Levels of child subqueries below the root query."""
_LEVELS_SINCE = 58
_NO_SEMI_JOIN = frozenset(("Event", "Task"))


class QueryPlan:
    """A compiled query; a subquery is compiled once for all rows of the outer query."""

    def __init__(
        self,
        request: QueryRequest,
        query: tree.Query,
        kind: SObjectType,
        above: tuple[tree.Query, ...] = (),
    ) -> None:
        self._request = request
        self._query = query
        self._kind = kind
        self._above = above  # the queries around this subquery, outermost first
        self._from_clause = FromClause(request, kind, query.sources)
        self._conditions = Conditions(
            request, lambda operand: self._from_clause.resolve(operand, "filter"), self._inner
        )
        self._check_extras()

    @property
    def is_count(self) -> bool:
        """Whether this is `SELECT COUNT()`, whose answer is a number."""
        column = self._query.columns[0]
        operand = column.operand if isinstance(column, tree.Column) else None
        return isinstance(operand, tree.Function) and not operand.arguments

    def found(self) -> list[Row]:
        """The rows that meet the conditions, in the order of creation."""
        tests = self._tests()
        rows = self._request.rows(self._kind, _candidates(self._from_clause, self._query.where))
        for test in tests:
            rows = filter(test, rows)
        return list(rows)

    def count(self) -> int:
        """The answer of COUNT()."""
        if self._query.order or self._query.group:
            raise self._request.malformed("COUNT() stands with neither ORDER BY nor GROUP BY")
        return len(limited(self._query, self.found()))

    def records(self) -> Sequence[Record]:
        """The records of the whole answer."""
        if is_aggregate(self._query):
            return self._aggregates()
        shape = RecordShape(self._from_clause, self._query, self._child)
        return LazyRecords(self.rows(), shape.record)

    def rows(self) -> list[Row]:
        """The rows of the answer, in its order."""
        order = self._ordering()
        return limited(self._query, order(self.found()))

    def check(self) -> None:
        """Raise the refusals that finding rows would raise."""
        self._ordering()
        self._tests()

    def csv_columns(self) -> list[CsvColumn]:
        """The columns of a CSV answer. Raises Refusal if the answer has nested records."""
        return csv_columns(self._from_clause, self._query)

    def _aggregates(self) -> list[Record]:
        groups = Aggregates(self._from_clause, self._query)
        found = groups.grouped(self.found())
        having = self._query.group and self._query.group.having
        if having:
            over_groups = Conditions(
                self._request, lambda operand: groups.resolve(operand, "filter"), self._inner
            )
            found = list(filter(over_groups.test(having), found))
        keys = [
            (groups.resolve(ordering.operand, "sort"), ordering) for ordering in self._query.order
        ]
        found = limited(self._query, ordered(found, keys))
        groups.check_number(found)
        return [groups.record(group) for group in found]

    def _ordering(self) -> Callable[[Sequence[Row]], Sequence[Row]]:
        keys = [
            (self._from_clause.resolve(ordering.operand, "sort"), ordering)
            for ordering in self._query.order
        ]
        return lambda rows: ordered(rows, keys)

    def _tests(self) -> list[Test]:
        tests = [scope_test(self._request, self._kind, using) for using in self._query.using]
        where = self._query.where
        parts = where.parts if isinstance(where, tree.And) else (where,)
        return tests + [self._conditions.test(part) for part in parts if part is not None]

    def _inner(self, join: tree.InQuery, left: Expression) -> frozenset[str]:
        """The ids that the subquery of a semi-join selects."""
        source = join.query.sources[0]
        kind = self._request.type(source.name)
        if kind is None:
            raise unknown_sobject(self._request, source.name, source.at)
        if isinstance(join.operand, tree.Field) and self._from_clause.walk(join.operand)[0]:
            message = f"a semi-join compares a field of its own: '{join.operand.name}'"
            raise self._request.refusal("MALFORMED_QUERY", message, join.operand.at)
        if kind.name in _NO_SEMI_JOIN:
            message = f"Entity '{kind.name}' is not supported for semi join inner selects"
            raise self._request.refusal("MALFORMED_QUERY", message, source.at)
        if kind.name == self._kind.name:
            raise self._request.refusal(
                "MALFORMED_QUERY",
                "The inner and outer selects should not be on the same object type",
                source.at,
            )
        inner = QueryPlan(self._request, join.query, kind)
        return inner._ids(left)

    def _ids(self, left: Expression) -> frozenset[str]:
        column = self._query.columns[0]
        operand = column.operand if isinstance(column, tree.Column) else None
        if not isinstance(operand, tree.Field):
            raise self._request.malformed("a semi-join selects one id or look-up field")
        selected = self._from_clause.resolve(operand, "select")
        for expression, is_plain in ((left, True), (selected, "." not in operand.name)):
            if not is_id(expression) or not is_plain:
                message = f"'{expression.name}' is no id or look-up field, as a semi-join needs"
                raise self._request.refusal("MALFORMED_QUERY", message, expression.at)
        self._check_same_target(left, selected, operand)
        return frozenset(value for row in self.found() if (value := selected.get(row)))

    def _check_same_target(
        self, left: Expression, selected: Expression, operand: tree.Field
    ) -> None:
        def targets(expression: Expression, own: set[str]) -> set[str]:
            return (
                set(expression.field.reference_to)
                if expression.field and expression.field.reference_to
                else own
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
            raise self._request.refusal("MALFORMED_QUERY", message, left.at)

    def _child(self, child: tree.Child) -> tuple[str, Callable[[Row], Any]]:
        """The name of a child relationship, and how to get a parent's children."""
        source = child.query.sources[0]
        relation, kind = self._relation(source)
        if is_aggregate(child.query):
            raise self._request.malformed("only root queries support aggregate expressions")
        self._check_child(child.query)
        plan = QueryPlan(self._request, child.query, kind, (*self._above, self._query))
        return relation.relationship_name or "", plan._by_parent(relation.field)

    def _check_child(self, child: tree.Query) -> None:
        """Refuse subqueries that are nested too deep, or have an OFFSET they cannot have."""
        version = int(self._request.root.rpartition("/v")[2].partition(".")[0])
        most = _MOST_LEVELS if version >= _LEVELS_SINCE else 1
        if len(self._above) >= most:
            message = f"SOQL statements cannot have more than {most} levels of subqueries"
            raise self._request.malformed(message)
        if child.offset is not None and self._query.limit != 1:
            message = "OFFSET stands in a subquery only where the outer query has LIMIT 1"
            raise self._request.malformed(message)

    def _relation(self, source: tree.FromItem) -> tuple[ChildRelationship, SObjectType]:
        wanted = source.name.split(".")[-1].lower()
        for relation in self._kind.child_relationships:
            if (relation.relationship_name or "").lower() == wanted:
                kind = self._request.type(relation.child_sobject)
                if kind and kind.field(relation.field):
                    return relation, kind
        raise unknown_child(self._request, source.name.split(".")[-1], source.at)

    def _by_parent(self, lookup: str) -> Callable[[Row], Any]:
        shape = RecordShape(self._from_clause, self._query, self._child)
        families: dict[str, list[Row]] = {}
        for row in self._ordering()(self.found()):
            families.setdefault(row.get(lookup) or "", []).append(row)

        def answer(parent: Row) -> Record | None:
            rows = limited(self._query, families.get(parent["Id"], []))
            records = [shape.record(row) for row in rows]
            return (
                {"totalSize": len(records), "done": True, "records": records} if records else None
            )

        return answer

    def _check_extras(self) -> None:
        query, request = self._query, self._request
        if query.offset is not None and query.offset > _MOST_OFFSET:
            raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        if query.all_rows:
            raise request.malformed("ALL ROWS not allowed in this context")
        if query.with_ or query.update or query.purpose == "UPDATE":
            raise request.malformed("WITH, UPDATE and FOR UPDATE are not imitated here")


def ordered(things: Sequence[T], keys: Sequence[tuple[Expression, tree.Ordering]]) -> list[T]:
    """Sorted by all keys. Sorting is stable, so the last key is sorted first."""
    found = list(things)
    for expression, ordering in reversed(keys):
        get, key = expression.get, key_of(expression)
        empty = [item for item in found if get(item) is None]
        found = [item for item in found if get(item) is not None]
        found.sort(key=lambda item: key(get(item)), reverse=ordering.direction == "DESC")
        found = found + empty if ordering.nulls == "LAST" else empty + found
    return found


def limited(query: tree.Query, things: Sequence[T]) -> list[T]:
    """The part within OFFSET and LIMIT."""
    start = query.offset or 0
    end = None if query.limit is None else start + query.limit
    return list(things[start:end])


def _candidates(from_clause: FromClause, where: tree.Condition | None) -> list[Row] | None:
    """The rows that a condition on ids or addresses allows, from an index; `None` for all rows.

    This only saves time: every row still has to meet the whole WHERE."""
    for field, texts in _indexed_texts(from_clause, where):
        tables, sobject = from_clause.request.view.tables, from_clause.kind.name
        if field.lower() == "id":
            rows = tables.rows(sobject)
            ids = {normalized(text) or "" for text in texts}
            return [rows[record_id] for record_id in sorted(ids) if record_id in rows]
        return tables.with_texts(sobject, field, texts)
    return None


def _indexed_texts(
    from_clause: FromClause, where: tree.Condition | None
) -> Iterator[tuple[str, list[str]]]:
    """Id and email fields that a top-level AND limits to certain texts, and the texts."""
    parts = where.parts if isinstance(where, tree.And) else (where,)
    for part in parts:
        match part:
            case tree.Comparison(tree.Field() as path, "=", tree.Text(text)):
                texts = [text]
            case tree.In(tree.Field() as path, values, False):
                texts = [value.value for value in values if isinstance(value, tree.Text)]
                if len(texts) < len(values):
                    continue
            case _:
                continue
        steps, field = from_clause.walk(path)
        # Empty text matches rows without a value, which are not in an index.
        if not steps and field.type in ("id", "email") and all(texts):
            yield field.name, [text.lower() if field.type == "email" else text for text in texts]
