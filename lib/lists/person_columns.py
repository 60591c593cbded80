"""Where people are in the columns of a table: their addresses, their records, and other IDs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lib.fields import EMAIL_BOUNCED
from lib.lists.table import ListRow, Table, TablePath
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.rows import to18
from lib.soql import Person

_OF_DELETED = "masterrecordid"  # empty on every record that was not merged away

TextColumns = Mapping[TablePath, tuple[int, ...]]
"""The columns of each table that may hold addresses although they aren't email fields."""


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """The columns of a table that are about one person in each row.

    `is_main` means that the row is about this person, so options and duplicates go by their
    address. `converted` and `bounced` are only there when an option asks for them.
    """

    table: TablePath
    sobject: str
    emails: tuple[int, ...]
    record: int | None
    is_main: bool
    converted: tuple[int, ...] = ()
    bounced: tuple[int, ...] = ()

    def shown(self, row: ListRow) -> str:
        """The person's first address that isn't empty."""
        return next((row.cells[email] for email in self.emails if row.cells[email]), "")

    def record_id(self, row: ListRow) -> str:
        """The ID of the person's record, "" where it isn't known."""
        return to18(row.cells[self.record]) if self.record is not None else ""


WantedField = tuple[Person, str]
"""A field that an option needs of a person, named from that person's record."""


def main_people(people: Sequence[Person]) -> list[Person]:
    """The first person of each table: the person its rows are about."""
    return list({person.child: person for person in reversed(people)}.values())


def column_of(person: Person, name: str) -> str:
    """A field of a person as a column of the table."""
    if person.record_id is None:
        return name
    before, dot, _ = person.record_id.rpartition(".")
    return f"{before}{dot}{name}"


def person_columns(
    table: Table, people: Sequence[Person], wanted: Sequence[WantedField]
) -> Iterator[PersonColumns]:
    """The columns of each person. Raises LookupError for a column that isn't there."""
    mains = main_people(people)
    for person in people:
        path, here = _table_of(table, person.child)
        added = [column_of(owner, name) for owner, name in wanted if owner is person]
        yield PersonColumns(
            table=path,
            sobject=person.sobject,
            emails=tuple(here.index_of(name) for name in person.emails),
            record=here.index_of(person.record_id) if person.record_id else None,
            is_main=person in mains,
            converted=_ending_in(here, added, "isconverted"),
            bounced=_ending_in(here, added, EMAIL_BOUNCED.lower()),
        )


def text_columns(table: Table, people: Sequence[PersonColumns]) -> TextColumns:
    """The shown columns that may hold text, without the email fields of known records."""
    return dict(_text_columns(table, (), people))


def unchecked_ids(org: DescribedOrg, table: Table, people: Sequence[Person]) -> tuple[str, ...]:
    """The columns that may hold IDs of people that neither the guard nor the sieve asks about."""
    return tuple(_unchecked_ids(table, people, _emailed_by_id(org)))


def _text_columns(
    table: Table, here: TablePath, people: Sequence[PersonColumns]
) -> Iterator[tuple[TablePath, tuple[int, ...]]]:
    emails = {
        email
        for person in people
        if person.table == here and person.record is not None
        for email in person.emails
    }
    yield (
        here,
        tuple(
            index
            for index in table.shown
            if index not in emails and table.columns[index].may_hold_text
        ),
    )
    for number, child in enumerate(table.children):
        yield from _text_columns(child.table, (*here, number), people)


def _emailed_by_id(org: DescribedOrg) -> frozenset[str]:
    """The sObjects whose IDs are enough to email someone."""
    account = org.sobject("Account")
    is_person = account is not None and account.has_person_accounts
    return frozenset(("Contact", "Lead", *(("Account",) if is_person else ())))


def _unchecked_ids(
    table: Table, people: Sequence[Person], sobjects: frozenset[str], path: tuple[str, ...] = ()
) -> Iterator[str]:
    checked = {
        person.record_id.lower() for person in people if person.record_id and person.child == path
    }
    for column in (table.columns[index] for index in table.shown):
        may_name = not sobjects.isdisjoint(column.leads_to) or column.kind.lower() == "anytype"
        may_name = may_name and column.names[0] != _OF_DELETED
        if may_name and checked.isdisjoint(id_ for name in column.names for id_ in _ids_of(name)):
            yield ".".join((*path, column.title or column.names[0]))
    for child in table.children:
        yield from _unchecked_ids(child.table, people, sobjects, (*path, child.name))


def _ids_of(lookup: str) -> tuple[str, ...]:
    """A lookup's column in lower case, and the ID of the record it leads to."""
    if lookup.endswith("__c"):
        return lookup, f"{lookup[:-1]}r.id"
    return lookup, f"{lookup.removesuffix('id')}.id"


def _ending_in(table: Table, names: Sequence[str], ending: str) -> tuple[int, ...]:
    return tuple(table.index_of(name) for name in names if name.lower().endswith(ending))


def _table_of(table: Table, child: tuple[str, ...]) -> tuple[TablePath, Table]:
    path: list[int] = []
    for name in child:
        index = next(
            number
            for number, candidate in enumerate(table.children)
            if name.lower() in candidate.keys
        )
        path.append(index)
        table = table.children[index].table
    return tuple(path), table
