"""From rows to the records of an answer: columns in the order asked, parents nested."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import SObjectType
from lib.practice.soql_asked import Asked
from lib.practice.soql_paths import Get, Scope, Step, read
from lib.soql import tree

Record = dict[str, Any]
Children = Callable[[tree.Child], tuple[str, Callable[[Row], Any]]]

_MOST_WITH_ALL_FIELDS = 200


@dataclass(slots=True)
class _Level:
    """What is asked of one row: values by column, and rows behind look-ups."""

    kinds: tuple[SObjectType, ...]
    is_polymorphic: bool = False
    values: dict[str, Get] = field(default_factory=dict)
    parents: dict[str, tuple[Step, "_Level"]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


class Shape:
    """The shape of the records that one SELECT list asks for."""

    def __init__(self, scope: Scope, query: tree.Query, children: Children) -> None:
        self._scope = scope
        self._query = query
        self._children = children
        self._level = _Level((scope.kind,))
        for column in query.columns:
            self._add(column)

    def record(self, row: Row) -> Record:
        """The record of one row."""
        return _record(self._scope.asked, self._level, row)

    def _add(self, column: tree.Selected) -> None:
        match column:
            case tree.Column(tree.Field() as path, None):
                self._add_path(path)
            case tree.Column(tree.Field() as path):
                message = "only aggregate expressions use field aliasing"
                raise self._scope.asked.refusal("MALFORMED_QUERY", message, path.at)
            case tree.Column(tree.Function() as function, alias):
                self._add_function(function, alias)
            case tree.Child():
                name, get = self._children(column)
                self._put(self._level, name, get)
            case tree.TypeOf():
                raise self._scope.asked.malformed("TYPEOF is not imitated here")

    def _add_path(self, path: tree.Field) -> None:
        steps, found = self._scope.walk(path)
        level = self._level
        for step in steps:
            level = self._below(level, step)
        self._put(level, found.name, read(level.kinds, found))

    def _below(self, level: _Level, step: Step) -> _Level:
        if step.relationship not in level.parents:
            below = _Level(step.kinds, step.is_polymorphic)
            level.parents[step.relationship] = (step, below)
            level.order.append(step.relationship)
        return level.parents[step.relationship][1]

    def _add_function(self, function: tree.Function, alias: str | None) -> None:
        if function.name.lower() == "fields":
            for name in names_of_fields(self._scope, self._query, function):
                self._add_path(tree.Field(name))
            return
        if function.name.lower() not in ("tolabel", "converttimezone"):
            message = f"{function.name} is not imitated here"
            raise self._scope.asked.refusal("MALFORMED_QUERY", message, function.at)
        meant = self._scope.meant(function, "select")
        self._put(self._level, alias or meant.name, meant.get)

    def _put(self, level: _Level, name: str, get: Get) -> None:
        if name in level.values:
            raise Refusal("INVALID_FIELD", f"duplicate field selected: {name}")
        level.values[name] = get
        level.order.append(name)


class Shaped(Sequence[Record]):
    """Rows that become records when somebody looks: a page costs what is on it."""

    def __init__(self, rows: Sequence[Row], record: Callable[[Row], Record]) -> None:
        self._rows = rows
        self._record = record

    @overload
    def __getitem__(self, place: int) -> Record: ...

    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...

    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return [self._record(row) for row in self._rows[place]]
        return self._record(self._rows[place])

    def __len__(self) -> int:
        return len(self._rows)


def names_of_fields(scope: Scope, query: tree.Query, function: tree.Function) -> Sequence[str]:
    """The fields that a call of FIELDS() stands for. Raises Refusal."""
    which = function.arguments[0]
    name = which.name.upper() if isinstance(which, tree.Field) else ""
    if name not in ("ALL", "STANDARD", "CUSTOM"):
        message = "FIELDS() takes ALL, STANDARD or CUSTOM"
        raise scope.asked.refusal("MALFORMED_QUERY", message, function.at)
    limit = query.limit
    if name != "STANDARD" and (limit is None or limit > _MOST_WITH_ALL_FIELDS):
        message = "The SOQL FIELDS function must have a LIMIT of at most 200"
        raise scope.asked.malformed(message)
    every = scope.kind.fields.values()
    names = [one.name for one in every if name == "ALL" or one.custom == (name == "CUSTOM")]
    if not names:
        message = (
            "'FIELDS(...)' expansion function must result in at least one field being selected."
        )
        raise scope.asked.malformed(message)
    return names


def _record(asked: Asked, level: _Level, row: Row) -> Record:
    record: Record = {"attributes": _attributes(asked, level, row)}
    for name in level.order:
        if name in level.values:
            record[name] = level.values[name](row)
        else:
            step, below = level.parents[name]
            parent = step.get(row)
            record[name] = None if parent is None else _record(asked, below, parent)
    return record


def _attributes(asked: Asked, level: _Level, row: Row) -> dict[str, str]:
    """A look-up that may lead to several sObjects says `Name`, and the address tells which."""
    fits = (one for one in level.kinds if row["Id"].startswith(one.key_prefix))
    attributes = asked.attributes(next(fits, level.kinds[0]), row)
    return {**attributes, "type": "Name"} if level.is_polymorphic else attributes
