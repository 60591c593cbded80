"""From the text of a query to all that pulling it needs: guarded, its columns, where people are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lib.errors import UsageError
from lib.lists.table import Table, table_of
from lib.lists.values import Options
from lib.salesforce.described_org import DescribedOrg
from lib.soql import Guarded, Person, Query, guard, parse, render
from lib.soql.advice.mistakes import Mistake, as_error
from lib.soql.select_clause import fields_function
from lib.soql.tree import Child, Column, Field, Function, TypeOf

_COMPOUND = {"address", "location"}
_COMPOUND_NAMES = {
    "address",
    "billingaddress",
    "mailingaddress",
    "otheraddress",
    "personmailingaddress",
    "personotheraddress",
    "shippingaddress",
}
_FIELDS = re.compile(r"\bFIELDS\s*\(", re.IGNORECASE)
_MEMBER = "CampaignMember"
_OF_DELETED = "masterrecordid"  # empty on every record that was not merged away


Texts = Mapping[tuple[int, ...], tuple[int, ...]]
"""The cells of each table, by its positions, that may hold addresses though they are no Email."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in each row of a table somebody's address stands; the numbers are places of cells.

    `table` are the positions of the child tables down to it. `is_main`: the options speak of
    this person, and duplicates are told by this address. `converted` and `bounced` are there by
    option only.
    """

    table: tuple[int, ...]
    sobject: str
    emails: tuple[int, ...]
    record: int | None
    is_main: bool
    converted: tuple[int, ...] = ()
    bounced: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready to be pulled. `query` is what is sent: guarded, with the columns of options."""

    soql: str
    author: Query
    guarded: Guarded
    query: Query
    table: Table
    places: tuple[Place, ...]
    texts: Texts  # further cells in which an address may stand
    unjudged: tuple[str, ...]  # columns with ids of people that are not judged
    bulk_cannot: str  # why this is nothing for Bulk 2.0, "" where it is

    @property
    def text(self) -> str:
        """The guarded SOQL as it is sent."""
        return render(self.query)

    @property
    def is_cut(self) -> bool:
        """Whether LIMIT or OFFSET decide which of the matching rows come."""
        return self.query.limit is not None or self.query.offset is not None

    @property
    def counts(self) -> bool:
        """Whether `COUNT()` can tell how many rows match."""
        return not self.is_cut and not self.guarded.is_figures


def make_plan(org: DescribedOrg, soql: str, options: Options) -> Plan:
    """Read, guard and lay out a query. Costs 1 API call for each sObject it is about.

    Raises SoqlError for a query that is refused, UsageError for options that do not fit it, and
    PermissionMissing where an opt-out field is hidden.
    """
    author = parse(soql)
    org.ask(["Contact", "Lead", *_asked_about(author)])
    guarded = guard(author, org, soql)
    wanted = list(_columns_of_options(org, guarded, options))
    query = guarded.query
    for person, name in wanted:
        query = _with(query, person.child, _column(person, name))
    table = table_of(org, query, author)
    if not table.titles:
        raise as_error(soql, _no_column(soql))
    places = tuple(_places(table, guarded.people, wanted))
    return Plan(
        soql=soql,
        author=author,
        guarded=guarded,
        query=query,
        table=table,
        places=places,
        texts=dict(_texts(table, (), places)),
        unjudged=tuple(_unjudged(table, guarded.people, _with_ids(org))),
        bulk_cannot=_bulk_cannot(org, query),
    )


def _no_column(soql: str) -> Mistake:
    at = _FIELDS.search(soql)
    return Mistake(
        at.start() if at else 0,
        "This query doesn't select any column the signed-in user can see.",
        "Name the columns one by one: SELECT Id, Email FROM Contact.",
    )


def _asked_about(query: Query) -> list[str]:
    name = query.sources[0].name
    return [name] if name.isidentifier() else []


def _mains(people: Sequence[Person]) -> list[Person]:
    """The first person of each table: whose row it is."""
    return list({person.child: person for person in reversed(people)}.values())


def _columns_of_options(
    org: DescribedOrg, guarded: Guarded, options: Options
) -> Iterator[tuple[Person, str]]:
    """The fields that options need of the people they speak of, behind that person's path."""
    if not (options.no_converted or options.no_bounced):
        return
    if guarded.is_figures:
        raise UsageError(
            "Figures have no individual records, so bounced addresses and converted Leads can't "
            "be left out of them",
            remedy="Turn off those options, or put the condition in the query: "
            "WHERE IsConverted = false.",
        )
    for person in _mains(guarded.people):
        for sobject, path in _behind(person):
            fields = org.fields(sobject)
            if options.no_converted and "isconverted" in fields:
                yield person, f"{path}IsConverted"
            if options.no_bounced:
                yield person, f"{path}{_bounced_field(sobject, fields)}"


def _behind(person: Person) -> list[tuple[str, str]]:
    """The records of a person, each with the path before its fields."""
    if person.sobject == _MEMBER:
        return [("Contact", "Contact."), ("Lead", "Lead.")]
    return [(person.sobject, "")] if person.sobject in ("Contact", "Lead", "Account") else []


def _bounced_field(sobject: str, fields: object) -> str:
    name = "PersonEmailBouncedDate" if sobject == "Account" else "EmailBouncedDate"
    if name.lower() not in fields:  # type: ignore[operator]
        raise UsageError(
            f"Salesforce doesn't show this user which {sobject} addresses bounced",
            remedy="Turn off that option, or ask an administrator to turn on bounce management: "
            "Setup > Deliverability.",
        )
    return name


def _column(person: Person, name: str) -> str:
    """A field of a person as a column of the table."""
    if person.record_id is None:
        return name
    before, dot, _ = person.record_id.rpartition(".")
    return f"{before}{dot}{name}"


def _with(query: Query, child: tuple[str, ...], column: str) -> Query:
    """The query with a column more, unless it has it; added behind all others."""
    if child:
        columns = tuple(
            replace(one, query=_with(one.query, child[1:], column))
            if isinstance(one, Child) and _is_called(one, child[0])
            else one
            for one in query.columns
        )
        return replace(query, columns=columns)
    alias = query.sources[0].alias
    if any(_brings(one, column, alias) for one in query.columns):
        return query
    written = Field(f"{alias}.{column}" if alias else column)
    return replace(query, columns=(*query.columns, Column(written)))


def _brings(selected: object, column: str, alias: str | None) -> bool:
    match selected:
        case Column(Field(name)):
            return name.lower() in (column.lower(), f"{alias}.{column}".lower())
        case Column() as one:
            return fields_function(one) in ("all", "standard") and "." not in column
        case _:
            return False


def _is_called(child: Child, name: str) -> bool:
    return child.query.sources[0].name.rpartition(".")[2].lower() == name.lower()


def _places(
    table: Table, people: Sequence[Person], wanted: Sequence[tuple[Person, str]]
) -> Iterator[Place]:
    mains = _mains(people)
    for person in people:
        positions, here = _table_of(table, person.child)
        asked = [_column(one, name) for one, name in wanted if one is person]
        yield Place(
            table=positions,
            sobject=person.sobject,
            emails=tuple(here.place_of(name) for name in person.emails),
            record=here.place_of(person.record_id) if person.record_id else None,
            is_main=person in mains,
            converted=_found(here, asked, "isconverted"),
            bounced=_found(here, asked, "emailbounceddate"),
        )


def _texts(
    table: Table, here: tuple[int, ...], places: Sequence[Place]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """What is shown of each table beside a person's own addresses."""
    judged = {
        cell
        for one in places
        if one.table == here and one.record is not None
        for cell in one.emails
    }
    yield (
        here,
        tuple(
            cell for cell in table.shown if cell not in judged and table.cells[cell].may_hold_text
        ),
    )
    for number, child in enumerate(table.children):
        yield from _texts(child.table, (*here, number), places)


def _with_ids(org: DescribedOrg) -> frozenset[str]:
    """The sObjects by whose ids somebody could be mailed."""
    account = org.sobject("Account")
    is_person = account is not None and account.has_person_accounts
    return frozenset(("Contact", "Lead", *(("Account",) if is_person else ())))


def _unjudged(
    table: Table, people: Sequence[Person], with_ids: frozenset[str], path: tuple[str, ...] = ()
) -> Iterator[str]:
    """The columns that may hold ids of people that neither the guard nor the sieve asks about."""
    judged = {one.record_id.lower() for one in people if one.record_id and one.child == path}
    for cell in (table.cells[place] for place in table.shown):
        may_name = not with_ids.isdisjoint(cell.leads_to) or cell.kind.lower() == "anytype"
        may_name = may_name and cell.names[0] != _OF_DELETED
        if may_name and judged.isdisjoint(one for name in cell.names for one in _ids_of(name)):
            yield ".".join((*path, cell.title or cell.names[0]))
    for child in table.children:
        yield from _unjudged(child.table, people, with_ids, (*path, child.name))


def _ids_of(look_up: str) -> tuple[str, ...]:
    """A look-up's column in lower case, and the id of the record it leads to."""
    if look_up.endswith("__c"):
        return look_up, f"{look_up[:-1]}r.id"
    return look_up, f"{look_up.removesuffix('id')}.id"


def _found(table: Table, names: Sequence[str], ending: str) -> tuple[int, ...]:
    return tuple(table.place_of(name) for name in names if name.lower().endswith(ending))


def _table_of(table: Table, child: tuple[str, ...]) -> tuple[tuple[int, ...], Table]:
    positions: list[int] = []
    for name in child:
        place = next(
            number for number, one in enumerate(table.children) if name.lower() in one.keys
        )
        positions.append(place)
        table = table.children[place].table
    return tuple(positions), table


def _bulk_cannot(org: DescribedOrg, query: Query) -> str:
    """Why Bulk 2.0 does not take a query. Source: Bulk API 2.0 Developer Guide, "SOQL…"."""
    if query.group is not None:
        return "GROUP BY"
    if query.offset is not None:
        return "OFFSET"
    if query.using or query.with_:
        return "USING or WITH"
    described = org.fields(query.sources[0].name)
    for column in query.columns:
        match column:
            case Child():
                return "subqueries"
            case TypeOf():
                return "TYPEOF"
            case Column(Function() as function):
                return f"{function.name}()"
            case Column(Field() as field):
                last = field.path[-1].lower()
                kind = described.get(last, {}).get("type")
                if last in _COMPOUND_NAMES or (len(field.path) <= 2 and kind in _COMPOUND):
                    return "compound fields"
    return ""
