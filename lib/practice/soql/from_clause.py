"""The names of a query's FROM, and the values they stand for: fields, lookup paths, functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.schema import Field, SObjectType
from lib.practice.soql import name_fields
from lib.practice.soql.expressions import Expression, Get, Use
from lib.practice.soql.functions import function
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

_MOST_STEPS = 5
# Use → flag of the field, the word for it, the code of the refusal.
_REFUSED_USE = {
    "filter": ("filterable", "filtered", "INVALID_FIELD"),
    "sort": ("sortable", "sorted", "MALFORMED_QUERY"),
    "group": ("groupable", "grouped", "INVALID_FIELD"),
}
_HINT = (
    "If you are attempting to use a custom {what}, be sure to append the '__{end}' after the"
    " {name}. Please reference your WSDL or the describe call for the appropriate names."
)


@dataclass(frozen=True, slots=True)
class Step:
    """A lookup in a path: its relationship name, and the sObjects it can lead to.

    A polymorphic lookup leads to the fields of `Name` (name_fields.py).
    """

    relationship: str
    kinds: tuple[SObjectType, ...]
    get: Get
    is_polymorphic: bool = False


class FromClause:
    """The names in a FROM clause, and the meaning of the paths that start there."""

    def __init__(
        self, request: QueryRequest, kind: SObjectType, sources: tuple[tree.FromItem, ...]
    ) -> None:
        self.request = request
        self.kind = kind
        self._aliases: dict[str, tuple[str, ...]] = {
            kind.name.lower(): (),
            sources[0].name.lower(): (),
        }
        for source in sources:
            self._add(source, is_base=source is sources[0])

    def resolve(self, operand: tree.Operand, use: Use, start: Step | None = None) -> Expression:
        """Resolve a field or function, for rows of FROM or after the lookup `start`.

        Raises Refusal as Salesforce does.
        """
        if isinstance(operand, tree.Function):
            return function(
                self.request, operand, use, lambda inner, how: self.resolve(inner, how, start)
            )
        steps, field = self.walk(operand, start)
        self._check_use(field, use, operand)
        kinds = start.kinds if start else (self.kind,)
        return Expression(field.name, field.type, _getter(kinds, steps, field), field, operand.at)

    def walk(self, path: tree.Field, start: Step | None = None) -> tuple[tuple[Step, ...], Field]:
        """The lookups in a path and the field at its end; the path starts at `start` or FROM."""
        *on_the_way, last = path.path if start else self._without_alias(path.path)
        if len(on_the_way) > _MOST_STEPS:
            raise self.request.refusal(
                "MALFORMED_QUERY",
                "SOQL relationship depth exceeded. The maximum depth is 5.",
                path.at,
            )
        at = start or Step("", (self.kind,), lambda row: row)
        steps: list[Step] = []
        for name in on_the_way:
            at = self._step(at, name, path)
            steps.append(at)
        return tuple(steps), self._field(at, last, path)

    def step_to(self, path: tree.Field) -> tuple[Step, ...]:
        """The lookups in a path that ends with a lookup."""
        at = Step("", (self.kind,), lambda row: row)
        steps: list[Step] = []
        for name in self._without_alias(path.path):
            at = self._step(at, name, path)
            steps.append(at)
        return tuple(steps)

    def _add(self, source: tree.FromItem, *, is_base: bool) -> None:
        if source.alias:
            path = () if is_base else self._without_alias(tuple(source.name.split(".")))
            self._aliases[source.alias.lower()] = path

    def _without_alias(self, path: tuple[str, ...]) -> tuple[str, ...]:
        first = self._aliases.get(path[0].lower()) if len(path) > 1 else None
        return path if first is None else first + path[1:]

    def _step(self, at: Step, name: str, path: tree.Field) -> Step:
        goes_on = not at.is_polymorphic or name.lower() in name_fields.RELATIONSHIPS
        found = (field for kind in at.kinds if goes_on and (field := _lookup(kind, name)))
        lookup = next(found, None)
        targets = [self.request.type(target) for target in lookup.reference_to] if lookup else []
        seen = tuple(target for target in targets if target)
        if lookup is None or not lookup.relationship_name or not seen:
            hint = _HINT.format(what="relationship", end="r", name="custom relationship name")
            message = f"Didn't understand relationship '{name}' in field path. {hint}"
            raise self.request.refusal("INVALID_FIELD", message, path.at)
        get = self._parent(lookup.name, seen)
        return Step(lookup.relationship_name, seen, get, len(lookup.reference_to) > 1)

    def _parent(self, lookup: str, kinds: tuple[SObjectType, ...]) -> Get:
        tables = [self.request.view.tables.rows(kind.name) for kind in kinds]
        find = tables[0].get if len(tables) == 1 else partial(_first, tables)
        keeps_deleted = self.request.include_deleted

        def parent(row: Row) -> Row | None:
            found = find(row.get(lookup) or "")
            if found is None or keeps_deleted or not found.get("IsDeleted"):
                return found
            return None

        return parent

    def _field(self, at: Step, name: str, path: tree.Field) -> Field:
        own = at.kinds[0].field(name)
        found = name_fields.FIELDS.get(name.lower()) if at.is_polymorphic else own
        if found is None:
            entity = "Name" if at.is_polymorphic else at.kinds[0].name
            hint = _HINT.format(what="field", end="c", name="custom field name")
            message = f"No such column '{name}' on entity '{entity}'. {hint}"
            raise self.request.refusal("INVALID_FIELD", message, path.at)
        return found

    def _check_use(self, field: Field, use: Use, operand: tree.Field) -> None:
        flag, done, code = _REFUSED_USE.get(use, ("", "", ""))
        if flag and not getattr(field, flag):
            message = f"field '{field.name}' can not be {done} in a query call"
            raise self.request.refusal(code, message, operand.at)
        if use == "filter" and field.type == "address":
            message = "Address fields can only be filtered using Distance expressions"
            raise self.request.refusal("INVALID_FIELD", message, operand.at)


def _lookup(kind: SObjectType, relationship: str) -> Field | None:
    wanted = relationship.lower()
    fields = kind.fields.values()
    return next(
        (field for field in fields if (field.relationship_name or "").lower() == wanted), None
    )


def _first(tables: list[Mapping[str, Row]], record_id: str) -> Row | None:
    for table in tables:
        if record_id in table:
            return table[record_id]
    return None


def read(kinds: tuple[SObjectType, ...], field: Field) -> Get:
    """How to get a field's value from a row of these sObjects; booleans are never null."""
    if isinstance(field, name_fields.NameField):
        return name_fields.read(kinds, field)
    name, empty = field.name, _empty(field)
    return lambda row: row.get(name, empty)


def _empty(field: Field) -> bool | None:
    return False if field.type == "boolean" else None


def _getter(kinds: tuple[SObjectType, ...], steps: tuple[Step, ...], field: Field) -> Get:
    """The value at the end of a path; after an empty lookup, a boolean is false."""
    get = read(steps[-1].kinds if steps else kinds, field)
    if not steps:
        return get
    parents, empty = [step.get for step in steps], _empty(field)

    def through(row: Row) -> Any:
        for parent in parents:
            found: Row | None = parent(row)
            if found is None:
                return empty
            row = found
        return get(row)

    return through


def unknown_sobject(request: QueryRequest, name: str, at: int | None) -> Refusal:
    """The refusal of an sObject that is unknown or hidden from this user."""
    hint = _HINT.format(what="object", end="c", name="entity name")
    return request.refusal("INVALID_TYPE", f"sObject type '{name}' is not supported. {hint}", at)


def unknown_child(request: QueryRequest, name: str, at: int | None) -> Refusal:
    """The refusal of a child relationship that is unknown or hidden from this user."""
    hint = _HINT.format(what="relationship", end="r", name="custom relationship name")
    message = f"Didn't understand relationship '{name}' in FROM part of query call. {hint}"
    return request.refusal("INVALID_TYPE", message, at)
