"""Turns the text of a query into everything a pull needs: the guarded query and its columns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lib.errors import UsageError
from lib.fields import bounced_field
from lib.lists.person_columns import (
    PersonColumns,
    TextColumns,
    WantedField,
    column_of,
    main_people,
    person_columns,
    text_columns,
    unchecked_ids,
)
from lib.lists.table import Table, table_of
from lib.lists.values import Options
from lib.salesforce.described_org import DescribedOrg
from lib.soql import Guarded, Person, Query, guard, parse, render
from lib.soql.advice.mistakes import Mistake, as_error
from lib.soql.select_clause import fields_function
from lib.soql.tree import Child, Column, Field, Function, Selected, TypeOf

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
_ALWAYS_ASKED = ("Contact", "Lead", "Account")  # the guard asks what Account has, too


@dataclass(frozen=True, slots=True)
class PullPlan:
    """A query that can be pulled; `query` is what's sent, guarded and with the options' columns."""

    soql: str
    author: Query
    guarded: Guarded
    query: Query
    table: Table
    people: tuple[PersonColumns, ...]
    texts: TextColumns
    unchecked_ids: tuple[str, ...]  # columns with IDs of people that nothing checks
    bulk_cannot: str  # why Bulk 2.0 doesn't accept it, "" if it does

    @property
    def text(self) -> str:
        """The guarded SOQL as it is sent."""
        return render(self.query)

    @property
    def is_cut(self) -> bool:
        """Whether LIMIT or OFFSET decides which of the matching rows are returned."""
        return self.query.limit is not None or self.query.offset is not None

    @property
    def counts(self) -> bool:
        """Whether `COUNT()` can tell how many rows match."""
        return not self.is_cut and not self.guarded.is_figures


def make_plan(org: DescribedOrg, soql: str, options: Options) -> PullPlan:
    """Read, guard, and lay out a query. Costs an API call, and 1 for each further sObject.

    Raises SoqlError for a query that is refused, UsageError for options that don't fit it, and
    PermissionMissing if an opt-out field is hidden.
    """
    author = parse(soql)
    org.ask([*_ALWAYS_ASKED, *_asked_about(author)])
    guarded = guard(author, org, soql)
    wanted = list(_columns_of_options(org, guarded, options))
    query = guarded.query
    for person, name in wanted:
        query = _with(query, person.child, column_of(person, name))
    table = table_of(org, query, author)
    if not table.titles:
        raise as_error(soql, _no_column(soql))
    people = tuple(person_columns(table, guarded.people, wanted))
    return PullPlan(
        soql=soql,
        author=author,
        guarded=guarded,
        query=query,
        table=table,
        people=people,
        texts=text_columns(table, people),
        unchecked_ids=unchecked_ids(org, table, guarded.people),
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


def _columns_of_options(
    org: DescribedOrg, guarded: Guarded, options: Options
) -> Iterator[WantedField]:
    """The fields of people that the options need."""
    if not (options.no_converted or options.no_bounced):
        return
    if guarded.is_figures:
        raise UsageError(
            "Figures have no individual records, so bounced addresses and converted Leads can't "
            "be left out of them",
            remedy="Turn off those options, or put the condition in the query: "
            "WHERE IsConverted = false.",
        )
    for person in main_people(guarded.people):
        for sobject, path in _records_of(person):
            fields = org.fields(sobject)
            if options.no_converted and "isconverted" in fields:
                yield person, f"{path}IsConverted"
            if options.no_bounced:
                yield person, f"{path}{_bounced_field(sobject, fields)}"


def _records_of(person: Person) -> list[tuple[str, str]]:
    """The sObjects of a person's records, each with the path to its fields."""
    if person.sobject == _MEMBER:
        return [("Contact", "Contact."), ("Lead", "Lead.")]
    return [(person.sobject, "")] if person.sobject in ("Contact", "Lead", "Account") else []


def _bounced_field(sobject: str, fields: Mapping[str, Mapping[str, Any]]) -> str:
    name = bounced_field(sobject)
    if name.lower() not in fields:
        raise UsageError(
            f"Salesforce doesn't show this user which {sobject} addresses bounced",
            remedy="Turn off that option, or ask an administrator to turn on bounce management: "
            "Setup > Deliverability.",
        )
    return name


def _with(query: Query, child: tuple[str, ...], column: str) -> Query:
    """The query with this column added after all others, unless it already has it."""
    if child:
        columns = tuple(
            replace(selected, query=_with(selected.query, child[1:], column))
            if isinstance(selected, Child) and _is_called(selected, child[0])
            else selected
            for selected in query.columns
        )
        return replace(query, columns=columns)
    alias = query.sources[0].alias
    called = alias or query.sources[0].name
    if any(_selects(selected, column, called) for selected in query.columns):
        return query
    written = Field(f"{alias}.{column}" if alias else column)
    return replace(query, columns=(*query.columns, Column(written)))


def _selects(selected: Selected, column: str, called: str) -> bool:
    """Whether this is the column; `called` is what the query may call the sObject itself."""
    match selected:
        case Column(Field(name)):
            return name.lower() in (column.lower(), f"{called}.{column}".lower())
        case Column() as call:
            return fields_function(call) in ("all", "standard") and "." not in column
        case _:
            return False


def _is_called(child: Child, name: str) -> bool:
    return child.query.sources[0].name.rpartition(".")[2].lower() == name.lower()


def _bulk_cannot(org: DescribedOrg, query: Query) -> str:
    """Why Bulk 2.0 doesn't accept a query. Source: Bulk API 2.0 Developer Guide, "SOQL…"."""
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
