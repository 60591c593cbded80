"""The columns that tell whose address a row holds: found where they are selected, else added.

A row is judged once more when it is there (rules.md, 6.2), so each person's address and record id
are fetched even where the query does not select them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lib.soql.guard import person_fields, refusals
from lib.soql.guard.guarded import Person
from lib.soql.guard.level import Level, Point, lookup_of
from lib.soql.names import Place
from lib.soql.schema import Schema, SObject
from lib.soql.tree import Column, Field, Function, Grouping, Query, Selected
from lib.soql.uses import Use, brought_by_fields, is_brought
from lib.soql.walk import fields_in

_MEMBERS_PERSON = "LeadOrContactId"  # of a campaign member: the id of the Lead or Contact


@dataclass(frozen=True, slots=True)
class Reached:
    """A level's query with the columns that were missing, and the people in its rows."""

    query: Query
    people: tuple[Person, ...]
    added: tuple[str, ...]


def reach(schema: Schema, level: Level, path: tuple[str, ...]) -> Reached:
    """Add what is missing; `path` are the child relationships down to this level."""
    if level.is_figures:
        return _reach_figures(level, path)
    query, people, added = level.query, [], []
    for point in level.points:
        told = schema.sobject(point.sobject)
        address, record_id = person_fields.address_field(point.sobject), _id_field(point, told)
        addresses = [use.column for use in level.uses if _is_other_address(point, use, address)]
        for name in (address, record_id):
            if name is not None and not _is_there(level, point, name):
                query = _with_column(level, query, Field(point.written(name)))
                added.append(point.column(name))
        named = dict.fromkeys((point.column(address), *addresses, *_own_addresses(level, point)))
        found = record_id and point.column(record_id)
        people.append(Person(path, point.sobject, tuple(named), found))
    return Reached(query, (*people, *_others(level, path)), tuple(added))


def _is_other_address(point: Point, use: Use, standard: str) -> bool:
    """Whether a use brings another address of that person than the standard one."""
    is_his = (
        use.place.key == point.key and use.hands_out_value and person_fields.is_address(use.place)
    )
    return is_his and use.place.name.lower() != standard.lower()


def _id_field(point: Point, told: SObject | None) -> str | None:
    if point.sobject.lower() != "campaignmember":
        return "Id"
    lacks = told is not None and told.is_whole and _MEMBERS_PERSON.lower() not in told.fields
    return None if lacks else _MEMBERS_PERSON


def _own_addresses(level: Level, point: Point) -> tuple[str, ...]:
    """Further e-mail fields of the row itself that FIELDS() brings."""
    brought = brought_by_fields(level.query)
    if point.steps or not brought or level.scope.sobject is None:
        return ()
    standard = person_fields.address_field(point.sobject).lower()
    found = (one for one in sorted(level.scope.sobject.emails) if one != standard)
    return tuple(one for one in found if is_brought(brought, one))


def _is_there(level: Level, point: Point, name: str) -> bool:
    if not point.steps and is_brought(brought_by_fields(level.query), name):
        return True
    return any(
        use.is_plain and use.place.key == point.key and use.place.name.lower() == name.lower()
        for use in level.uses
    )


def _with_column(level: Level, query: Query, field: Field) -> Query:
    """The query with one column more; a function over the same field is given an alias.

    Without one Salesforce takes toLabel(Email) and Email for the same column, named twice.
    """
    taken = [use.column for use in level.uses]
    columns = tuple(
        replace(column, alias=_free_alias(field.path[-1], [*taken, field.path[-1]]))
        if _is_unnamed_function_over(level, column, level.scope.place(field))
        else column
        for column in query.columns
    )
    return replace(query, columns=(*columns, Column(field)))


def _is_unnamed_function_over(level: Level, column: Selected, place: Place) -> bool:
    match column:
        case Column(Function() as function, None):
            inner = [level.scope.place(field) for field, _ in fields_in(function)]
            return any(
                (one.key, one.name.lower()) == (place.key, place.name.lower()) for one in inner
            )
        case _:
            return False


def _others(level: Level, path: tuple[str, ...]) -> Iterator[Person]:
    """Addresses of nobody who could opt out in Salesforce, such as Owner.Email: filtered too."""
    points = {point.key for point in level.points}
    for use in level.uses:
        place = use.place
        if place.key in points or not use.hands_out_value or not person_fields.is_address(place):
            continue
        yield Person(path, place.targets[0] if place.targets else "", (use.column,))
    if () not in points and level.scope.sobject is not None:
        brought = brought_by_fields(level.query)
        found = sorted(one for one in level.scope.sobject.emails if is_brought(brought, one))
        if found:
            yield Person(path, level.scope.name, tuple(found))


def _reach_figures(level: Level, path: tuple[str, ...]) -> Reached:
    """Addresses among figures; a person's id among them brings the person's addresses along."""
    query, people, added = level.query, [], []
    for use in level.uses:
        if not use.hands_out_value:
            continue
        if person_fields.is_address(use.place):
            sobject = use.place.targets[0] if use.place.targets else ""
            people.append(Person(path, sobject, (use.column,)))
        for point in _named_by(level, use.place):
            query, column = _with_address(query, level, point, use)
            people.append(Person(path, point.sobject, (column,), use.column))
            if column not in (one.column for one in level.uses):
                added.append(column)
    return Reached(query, tuple(people), tuple(dict.fromkeys(added)))


def _named_by(level: Level, place: Place) -> list[Point]:
    """The person whose record id a field holds, if it holds one: a member by all of its records."""
    led_to = lookup_of(level.scope, place)
    is_id = place.name.lower() in ("id", _MEMBERS_PERSON.lower())
    key = place.key if is_id else led_to.key if led_to else None
    found = [point for point in level.points if point.key == key]
    if any(point.sobject.lower() == "campaignmember" for point in found):
        return list(level.points)
    return found[:1]


def _with_address(query: Query, level: Level, point: Point, use: Use) -> tuple[Query, str]:
    """Group by the address too, which splits no group: an id has one address."""
    group = query.group
    if use.functions or group is None or group.kind:
        raise refusals.nameless_person(use.place)
    written = Field(point.written(person_fields.address_field(point.sobject)))
    there = _column_of(level, query, written)
    if there is not None:
        return query, there
    name = written.path[-1]
    alias = _free_alias(name, _names_of(level, query))
    operands = group.operands if _is_grouped(level, query, written) else (*group.operands, written)
    return (
        replace(
            query,
            columns=(*query.columns, Column(written, alias)),
            group=Grouping(operands, group.kind, group.having),
        ),
        alias or name,
    )


def _column_of(level: Level, query: Query, wanted: Field) -> str | None:
    """The column that brings a field already, as the answer names it."""
    for column in query.columns:
        match column:
            case Column(Field() as field, alias) if _is_same(level, field, wanted):
                return alias or field.path[-1]
    return None


def _names_of(level: Level, query: Query) -> list[str]:
    """The names of all columns, those that were added included."""
    added = [one for one in query.columns[len(level.query.columns) :] if isinstance(one, Column)]
    names = [one.alias or one.operand.name.rpartition(".")[2] for one in added]
    return [*(use.column for use in level.uses), *names]


def _is_grouped(level: Level, query: Query, wanted: Field) -> bool:
    operands = query.group.operands if query.group else ()
    return any(isinstance(one, Field) and _is_same(level, one, wanted) for one in operands)


def _is_same(level: Level, one: Field, other: Field) -> bool:
    """Whether two paths end at the same field, however they are written."""
    first, second = level.scope.place(one), level.scope.place(other)
    return (first.key, first.name.lower()) == (second.key, second.name.lower())


def _free_alias(name: str, taken: Sequence[str]) -> str | None:
    """An alias where a column of that name is there already; Salesforce takes no name twice."""
    lower = {one.lower() for one in taken}
    if name.lower() not in lower:
        return None
    return next(
        alias for number in range(1, 100) if (alias := f"{name}{number}").lower() not in lower
    )
