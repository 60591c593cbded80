"""Turns rows into the records of an answer: columns in the order of SELECT, parents nested."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import SObjectType
from lib.practice.soql.expressions import Get
from lib.practice.soql.fields_function import names_of_fields
from lib.practice.soql.from_clause import FromClause, Step, read
from lib.practice.soql.functions import innermost, with_innermost
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

Record = dict[str, Any]
Children = Callable[[tree.Child], tuple[str, Callable[[Row], Any]]]


@dataclass(slots=True)
class _Level:
    """What SELECT takes from a row: values by column, and rows after lookups."""

    kinds: tuple[SObjectType, ...]
    is_polymorphic: bool = False
    values: dict[str, Get] = field(default_factory=dict)
    parents: dict[str, tuple[Step, "_Below"]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Below:
    """What SELECT takes after a lookup; with TYPEOF, it depends on the sObject there."""

    otherwise: _Level | None
    by_prefix: Mapping[str, _Level] = field(default_factory=dict)

    def level(self, row: Row) -> _Level | None:
        """What SELECT takes from a row there; `None` for nothing."""
        return self.by_prefix.get(row["Id"][:3], self.otherwise)


class RecordShape:
    """The form of the records of a SELECT list."""

    def __init__(self, from_clause: FromClause, query: tree.Query, children: Children) -> None:
        self._from_clause = from_clause
        self._query = query
        self._children = children
        self._unnamed = 0
        self._level = _Level((from_clause.kind,))
        for column in query.columns:
            self._add(column)

    def record(self, row: Row) -> Record:
        """The record of one row."""
        return _record(self._from_clause.request, self._level, row)

    def _add(self, column: tree.Selected) -> None:
        match column:
            case tree.Column(tree.Field() as path, None):
                self._add_path(self._level, path)
            case tree.Column(tree.Field() as path):
                message = "only aggregate expressions use field aliasing"
                raise self._from_clause.request.refusal("MALFORMED_QUERY", message, path.at)
            case tree.Column(tree.Function() as function, alias):
                self._add_function(function, alias)
            case tree.Child():
                name, get = self._children(column)
                self._put(self._level, name, get)
            case tree.TypeOf():
                self._add_typeof(column)

    def _add_path(self, level: _Level, path: tree.Field, start: Step | None = None) -> None:
        steps, found = self._from_clause.walk(path, start)
        for step in steps:
            level = self._below(level, step)
        self._put(level, found.name, read(level.kinds, found))

    def _below(self, level: _Level, step: Step) -> _Level:
        if step.relationship not in level.parents:
            self._put_below(level, step, _Below(_Level(step.kinds, step.is_polymorphic)))
        below = level.parents[step.relationship][1]
        if below.otherwise is None or below.by_prefix:
            raise _twice(step.relationship)
        return below.otherwise

    def _add_function(self, function: tree.Function, alias: str | None) -> None:
        if function.name.lower() == "fields":
            for name in names_of_fields(self._from_clause, self._query, function):
                self._add_path(self._level, tree.Field(name))
        elif alias or function.name.lower() == "distance":
            expression = self._from_clause.resolve(function, "select")
            self._put(self._level, alias or self._next_name(), expression.get)
        else:
            self._add_call(self._level, function)

    def _add_call(self, level: _Level, function: tree.Function, start: Step | None = None) -> None:
        """A call without an alias replaces its field, after the same lookups."""
        inner = innermost(function)
        if inner is None:
            self._from_clause.resolve(function, "select")  # refuses
            return
        steps, found = self._from_clause.walk(inner, start)
        for step in steps:
            level = self._below(level, step)
        at = steps[-1] if steps else start or Step("", level.kinds, lambda row: row)
        call = with_innermost(function, tree.Field(found.name, inner.at))
        self._put(level, found.name, self._from_clause.resolve(call, "select", at).get)

    def _add_typeof(self, node: tree.TypeOf) -> None:
        *on_the_way, last = self._from_clause.step_to(node.field)
        if not last.is_polymorphic:
            message = f"TYPEOF takes a look-up that may lead to several objects: {node.field.name}"
            raise self._from_clause.request.refusal("MALFORMED_QUERY", message, node.field.at)
        level = self._level
        for step in on_the_way:
            level = self._below(level, step)
        by_prefix = dict(self._branch(last, when) for when in node.whens)
        otherwise = None
        if node.otherwise:
            otherwise = _Level(last.kinds, is_polymorphic=True)
            self._add_operands(otherwise, node.otherwise, last)
        self._put_below(level, last, _Below(otherwise, by_prefix))

    def _branch(self, step: Step, when: tree.When) -> tuple[str, _Level]:
        kind = next(
            (target for target in step.kinds if target.name.lower() == when.sobject.lower()), None
        )
        if kind is None:
            message = f"{step.relationship} cannot lead to {when.sobject}"
            raise self._from_clause.request.malformed(message)
        level = _Level((kind,))
        self._add_operands(level, when.fields, Step(step.relationship, (kind,), step.get))
        return kind.key_prefix, level

    def _add_operands(self, level: _Level, operands: Sequence[tree.Operand], start: Step) -> None:
        for operand in operands:
            if isinstance(operand, tree.Field):
                self._add_path(level, operand, start)
            else:
                self._add_call(level, operand, start)

    def _next_name(self) -> str:
        self._unnamed += 1
        return f"expr{self._unnamed - 1}"

    def _put(self, level: _Level, name: str, get: Get) -> None:
        if name in level.values or name in level.parents:
            raise _twice(name)
        level.values[name] = get
        level.order.append(name)

    def _put_below(self, level: _Level, step: Step, below: _Below) -> None:
        if step.relationship in level.parents:
            raise _twice(step.relationship)
        level.parents[step.relationship] = (step, below)
        level.order.append(step.relationship)


def _twice(name: str) -> Refusal:
    return Refusal("INVALID_FIELD", f"duplicate field selected: {name}")


class LazyRecords(Sequence[Record]):
    """Rows that become records only when they are read, so a page costs only its own rows."""

    def __init__(self, rows: Sequence[Row], record: Callable[[Row], Record]) -> None:
        self.rows = rows
        self._record = record

    @overload
    def __getitem__(self, place: int) -> Record: ...

    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...

    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return [self._record(row) for row in self.rows[place]]
        return self._record(self.rows[place])

    def __len__(self) -> int:
        return len(self.rows)


def _record(request: QueryRequest, level: _Level, row: Row) -> Record:
    record: Record = {"attributes": _attributes(request, level, row)}
    for name in level.order:
        if name in level.values:
            record[name] = level.values[name](row)
        else:
            step, below = level.parents[name]
            parent = step.get(row)
            wanted = None if parent is None else below.level(parent)
            record[name] = None if wanted is None else _record(request, wanted, parent)
    return record


def _attributes(request: QueryRequest, level: _Level, row: Row) -> dict[str, str]:
    """After a lookup that can lead to several sObjects, the type is `Name`; the URL shows which."""
    fits = (kind for kind in level.kinds if row["Id"].startswith(kind.key_prefix))
    attributes = request.attributes(next(fits, level.kinds[0]), row)
    return {**attributes, "type": "Name"} if level.is_polymorphic else attributes
