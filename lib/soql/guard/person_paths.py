"""The people in the rows of one SELECT … FROM, and the paths that lead to them.

Rows of Contact, Lead, CampaignMember, and person accounts are people. Rows of other objects lead
to people through lookups: the object's own, selected or not (a Case copies its Contact's phone
number), and every path that is selected. On a row that is already a person, a path counts if it
returns another person's email address or ID.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lib.soql.guard import person_fields, refusals
from lib.soql.names import FieldPath, FromNames
from lib.soql.schema import Schema, SObject
from lib.soql.select_clause import SelectedField, field_sets
from lib.soql.tree import Field, Operand, Query
from lib.soql.walk import operands_in

# CampaignMember.LeadOrContact is polymorphic. Its Contact and its Lead are checked instead.
_MEMBERS_LOOKUP = "leadorcontact"


@dataclass(frozen=True, slots=True)
class PersonPath:
    """A person in each row: the row itself (no steps), or the record that a path leads to.

    `prefix` comes before that record's fields in the query: "" or `c.Contact`.
    """

    steps: tuple[str, ...]
    prefix: str
    sobject: str

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for two paths to the same record."""
        return tuple(step.lower() for step in self.steps)

    def written(self, field: str) -> str:
        """A field of that record, as the query writes it."""
        return f"{self.prefix}.{field}" if self.prefix else field

    def column(self, field: str) -> str:
        """A field of that record, as the answer names it."""
        return ".".join((*self.steps, field))


def distinct(people: Iterable[PersonPath]) -> tuple[PersonPath, ...]:
    """Each record once, by its first path."""
    found: dict[tuple[str, ...], PersonPath] = {}
    for person in people:
        found.setdefault(person.key, person)
    return tuple(found.values())


def people_in(
    schema: Schema, names: FromNames, query: Query, selected: tuple[SelectedField, ...]
) -> Iterator[PersonPath]:
    """The people in the rows. Raises Mistake for people behind a polymorphic lookup."""
    row = PersonPath((), names.alias, names.name)
    if person_fields.holds_people(names.name, names.sobject) or _names_person_account_fields(
        names, query
    ):
        yield row
        yield from _originals_of_member(schema, names, row)
        _refuse_polymorphic(_polymorphic_ids(names, selected), names, query)
        yield from _by_paths(field.path for field in selected if _shows_address(field))
        yield from _by_paths(_shown_ids(names, selected))
        return
    _refuse_polymorphic(_polymorphic_paths(names, query, selected), names, query)
    yield from _by_paths(_selected_paths(names, query, selected))
    own_address = any(_shows_address(field) and not field.path.steps for field in selected)
    if own_address or field_sets(query):
        yield from people_behind_lookups(schema, names)


def people_behind_lookups(schema: Schema, names: FromNames) -> Iterator[PersonPath]:
    """The people that the object's own lookups lead to, one step away.

    Not for Account: a person account is a person itself, and a company's people are its children.
    """
    sobject = names.sobject
    if sobject is None or names.name.lower() == "account":
        return
    for relationship, targets in sobject.parents.items():
        target = schema.sobject(targets[0]) if len(targets) == 1 else None
        if target is not None and person_fields.holds_people(target.name, target):
            name = sobject.spelled.get(relationship, relationship)
            yield PersonPath((name,), names.written(name), target.name)


def operands_of(query: Query) -> Iterator[Operand]:
    """The fields and calls of a query, without those of its subqueries."""
    for column in query.columns:
        operand = getattr(column, "operand", None)
        if operand is not None:
            yield operand
    yield from operands_in(query.where)
    if query.group:
        yield from query.group.operands
    yield from (ordering.operand for ordering in query.order)


def _names_person_account_fields(names: FromNames, query: Query) -> bool:
    """Whether a query over Account names fields of person accounts that the schema doesn't know."""
    if names.name.lower() != "account":
        return False
    return any(
        path.targets == ("Account",) and person_fields.is_person_account_field(path.name)
        for operand in operands_of(query)
        for path in names.paths_in(operand)
    )


def _originals_of_member(schema: Schema, names: FromNames, row: PersonPath) -> Iterator[PersonPath]:
    """A campaign member is a copy, so the Contact or Lead it was copied from is checked too."""
    if names.name.lower() != "campaignmember":
        return
    yield from (PersonPath((name,), row.written(name), name) for name in ("Contact", "Lead"))
    account = schema.sobject("Account")
    if names.targets(("Account",)) and account is not None and account.has_person_accounts:
        yield PersonPath(("Account",), row.written("Account"), "Account")


def _by_paths(paths: Iterator[FieldPath]) -> Iterator[PersonPath]:
    for path in paths:
        if path.steps and person_fields.is_of_person(path):
            yield PersonPath(path.steps, path.prefix, path.targets[0])


def _shows_address(field: SelectedField) -> bool:
    return field.shows_value and person_fields.is_address(field.path)


def _shown_ids(names: FromNames, selected: tuple[SelectedField, ...]) -> Iterator[FieldPath]:
    """The records whose IDs a query returns, because an ID is enough to email a person."""
    for field in selected:
        if field.shows_value and not field.in_type_of and (path := _record_of_id(names, field)):
            yield path


def _record_of_id(names: FromNames, field: SelectedField) -> FieldPath | None:
    """The Id that a field shows: a record's own Id, or the Id behind a lookup."""
    return field.path if field.path.name.lower() == "id" else names.record_behind(field.path)


def _selected_paths(
    names: FromNames, query: Query, selected: tuple[SelectedField, ...]
) -> Iterator[FieldPath]:
    """What a query selects or groups by. The ID in a lookup counts as the record it leads to."""
    grouped = query.group.operands if query.group else ()
    found = [field.path for field in selected if not field.in_type_of]
    found += [path for operand in grouped for path in names.paths_in(operand)]
    for path in found:
        yield path
        if (record := names.record_behind(path)) is not None:
            yield record


def _polymorphic_paths(
    names: FromNames, query: Query, selected: tuple[SelectedField, ...]
) -> Iterator[FieldPath]:
    """What a row that isn't a person shows from behind polymorphic lookups."""
    for field in selected:
        if field.shows_value and not field.in_type_of:
            record = names.record_behind(field.path)
            yield from (path for path in (field.path, record) if path and len(path.targets) > 1)
    yield from (field.path for field in selected if field.in_type_of)
    if field_sets(query) and names.sobject is not None:
        for name in _polymorphic_lookups(names.sobject):
            yield names.resolve(Field(f"{name}.Id"))


def _polymorphic_ids(names: FromNames, selected: tuple[SelectedField, ...]) -> Iterator[FieldPath]:
    """The IDs that a row of a person shows from behind polymorphic lookups."""
    for field in selected:
        path = _record_of_id(names, field) if field.shows_value else None
        if path is None or path.key == (_MEMBERS_LOOKUP,):
            continue
        if field.in_type_of or len(path.targets) > 1:
            yield path


def _refuse_polymorphic(paths: Iterable[FieldPath], names: FromNames, query: Query) -> None:
    """An ID or a name from behind a polymorphic lookup identifies a person as well."""
    source = query.sources[0]
    is_child = source.name.lower() != names.name.lower()
    for path in paths:
        if path.steps and any(target.lower() in person_fields.PEOPLE for target in path.targets):
            raise refusals.people_behind_lookup(path, source, is_child=is_child)


def _polymorphic_lookups(sobject: SObject) -> Iterator[str]:
    for relationship, targets in sobject.parents.items():
        if len(targets) > 1:
            yield sobject.spelled.get(relationship, relationship)
