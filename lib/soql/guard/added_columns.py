"""The columns that show whose address a row has: used if they are selected, added if not.

Optback checks each row again when it arrives (rules.md, 6.2), so every person's address and record
ID are fetched, even if the query doesn't select them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from lib.soql.guard import person_fields, refusals
from lib.soql.guard.guarded import Person
from lib.soql.guard.person_paths import PersonPath
from lib.soql.guard.select_level import SelectLevel
from lib.soql.names import FieldPath
from lib.soql.schema import Schema, SObject
from lib.soql.select_clause import SelectedField, field_sets, is_in_field_sets
from lib.soql.tree import Column, Field, Function, Grouping, Query, Selected

_MEMBERS_PERSON = "LeadOrContactId"  # of a campaign member: the ID of its Lead or Contact


@dataclass(frozen=True, slots=True)
class CompletedQuery:
    """A level's query with the missing columns added, and the people in its rows."""

    query: Query
    people: tuple[Person, ...]
    added: tuple[str, ...]


def with_addresses(
    schema: Schema, level: SelectLevel, relationships: tuple[str, ...]
) -> CompletedQuery:
    """Add missing columns. `relationships` are the child relationships down to this level."""
    if level.is_figures:
        return _figures_with_addresses(level, relationships)
    query, people, added = level.query, [], []
    for person in level.people:
        address = person_fields.address_field(person.sobject)
        record_id = _id_field(person, schema.sobject(person.sobject))
        for name in (address, record_id):
            if name is not None and not _is_selected(level, person, name):
                query = _with_column(level, query, Field(person.written(name)))
                added.append(person.column(name))
        others = [
            field.column for field in level.selected if _is_other_address(person, field, address)
        ]
        emails = dict.fromkeys((person.column(address), *others, *_own_addresses(level, person)))
        id_column = record_id and person.column(record_id)
        people.append(Person(relationships, person.sobject, tuple(emails), id_column))
    return CompletedQuery(query, (*people, *_others(level, relationships)), tuple(added))


def _is_other_address(person: PersonPath, field: SelectedField, standard: str) -> bool:
    """Whether a field shows an address of that person other than the standard address."""
    is_theirs = field.path.key == person.key and field.shows_value
    is_standard = field.path.name.lower() == standard.lower()
    return is_theirs and person_fields.is_address(field.path) and not is_standard


def _id_field(person: PersonPath, sobject: SObject | None) -> str | None:
    if person.sobject.lower() != "campaignmember":
        return "Id"
    if sobject is None or not sobject.is_whole or _MEMBERS_PERSON.lower() in sobject.fields:
        return _MEMBERS_PERSON
    return None


def _own_addresses(level: SelectLevel, person: PersonPath) -> tuple[str, ...]:
    """More email fields of the row itself that FIELDS() includes."""
    sets = field_sets(level.query)
    if person.steps or not sets or level.names.sobject is None:
        return ()
    standard = person_fields.address_field(person.sobject).lower()
    found = (name for name in sorted(level.names.sobject.emails) if name != standard)
    return tuple(name for name in found if is_in_field_sets(sets, name))


def _is_selected(level: SelectLevel, person: PersonPath, name: str) -> bool:
    if not person.steps and is_in_field_sets(field_sets(level.query), name):
        return True
    return any(
        field.is_plain and field.path.key == person.key and field.path.name.lower() == name.lower()
        for field in level.selected
    )


def _with_column(level: SelectLevel, query: Query, field: Field) -> Query:
    """The query with another column; a function of the same field gets an alias.

    Without the alias, Salesforce takes toLabel(Email) and Email for a duplicate column.
    """
    taken = [selected.column for selected in level.selected]
    columns = tuple(
        replace(column, alias=_free_alias(field.path[-1], [*taken, field.path[-1]]))
        if _is_unnamed_function_of(level, column, level.names.resolve(field))
        else column
        for column in query.columns
    )
    return replace(query, columns=(*columns, Column(field)))


def _is_unnamed_function_of(level: SelectLevel, column: Selected, path: FieldPath) -> bool:
    match column:
        case Column(Function() as function, None):
            return any(inner.is_same_field(path) for inner in level.names.paths_in(function))
        case _:
            return False


def _others(level: SelectLevel, relationships: tuple[str, ...]) -> Iterator[Person]:
    """Addresses of people who can't opt out in Salesforce, such as Owner.Email. Filtered too."""
    keys = {person.key for person in level.people}
    for field in level.selected:
        path = field.path
        if path.key in keys or not field.shows_value or not person_fields.is_address(path):
            continue
        yield Person(relationships, path.targets[0], (field.column,))
    if () not in keys and level.names.sobject is not None:
        sets = field_sets(level.query)
        found = sorted(name for name in level.names.sobject.emails if is_in_field_sets(sets, name))
        if found:
            yield Person(relationships, level.names.name, tuple(found))


def _figures_with_addresses(level: SelectLevel, relationships: tuple[str, ...]) -> CompletedQuery:
    """Addresses among figures. For a person's ID among them, the person's address is added."""
    query, people, added = level.query, [], []
    for field in level.selected:
        if not field.shows_value:
            continue
        if person_fields.is_address(field.path):
            people.append(Person(relationships, field.path.targets[0], (field.column,)))
        for person in _people_with_id(level, field.path):
            query, column = _with_address(query, level, person, field)
            people.append(Person(relationships, person.sobject, (column,), field.column))
            if column not in (selected.column for selected in level.selected):
                added.append(column)
    return CompletedQuery(query, tuple(people), tuple(dict.fromkeys(added)))


def _people_with_id(level: SelectLevel, path: FieldPath) -> list[PersonPath]:
    """The person whose record ID a field holds, if any. A campaign member has several records."""
    record = level.names.record_behind(path)
    is_id = path.name.lower() in ("id", _MEMBERS_PERSON.lower())
    key = path.key if is_id else record.key if record else None
    found = [person for person in level.people if person.key == key]
    if any(person.sobject.lower() == "campaignmember" for person in found):
        return list(level.people)
    return found


def _with_address(
    query: Query, level: SelectLevel, person: PersonPath, field: SelectedField
) -> tuple[Query, str]:
    """Group by the address too. It splits no group, because each ID has a single address."""
    group = query.group
    if field.functions or group is None or group.kind:
        raise refusals.person_without_address(field.path)
    written = Field(person.written(person_fields.address_field(person.sobject)))
    selected = _column_of(level, query, written)
    if selected is not None:
        return query, selected
    name = written.path[-1]
    alias = _free_alias(name, _names_of(level, query))
    is_grouped = _is_grouped(level, group, written)
    operands = group.operands if is_grouped else (*group.operands, written)
    return (
        replace(
            query,
            columns=(*query.columns, Column(written, alias)),
            group=Grouping(operands, group.kind, group.having),
        ),
        alias or name,
    )


def _column_of(level: SelectLevel, query: Query, wanted: Field) -> str | None:
    """The column that already shows a field, as the answer names it."""
    for column in query.columns:
        match column:
            case Column(Field() as field, alias) if _is_same_field(level, field, wanted):
                return alias or field.path[-1]
    return None


def _names_of(level: SelectLevel, query: Query) -> list[str]:
    """The names of all columns, including added columns."""
    behind = query.columns[len(level.query.columns) :]
    added = [column for column in behind if isinstance(column, Column)]
    names = [column.alias or column.operand.name.rpartition(".")[2] for column in added]
    return [*(field.column for field in level.selected), *names]


def _is_grouped(level: SelectLevel, group: Grouping, wanted: Field) -> bool:
    return any(
        isinstance(operand, Field) and _is_same_field(level, operand, wanted)
        for operand in group.operands
    )


def _is_same_field(level: SelectLevel, first: Field, second: Field) -> bool:
    return level.names.resolve(first).is_same_field(level.names.resolve(second))


def _free_alias(name: str, taken: Sequence[str]) -> str | None:
    """An alias if the name is taken, because Salesforce refuses a duplicate name."""
    lower = {column.lower() for column in taken}
    if name.lower() not in lower:
        return None
    return next(alias for number in count(1) if (alias := f"{name}{number}").lower() not in lower)
