"""Titles and cells: what an answer's columns are called, and where each stands in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lib.errors import SalesforceUnreachable
from lib.lists.table import Table, table_of
from lib.soql import STANDARD, SObject, guard_text, parse


class Org:
    """An org with standard objects, whose Contact has four fields."""

    def sobject(self, name: str) -> SObject | None:
        return STANDARD.sobject(name)

    def fields(self, _name: str) -> Mapping[str, Mapping[str, Any]]:
        names = ("Id", "Email", "MailingAddress", "Own__c")
        return {one.lower(): {"name": one, "custom": one.endswith("__c")} for one in names}


def no_more(_url: str) -> Iterator[Mapping[str, Any]]:
    raise AssertionError("no further page")


def table(text: str) -> Table:
    """The table of a query as it is guarded."""
    return table_of(Org(), guard_text(text, Org()).query, parse(text))  # type: ignore[arg-type]


def lines(text: str, *records: Mapping[str, Any]) -> list[list[str]]:
    """The lines of the file for records of a JSON answer."""
    found = table(text)
    rows = [found.row_of(whole(found, one), no_more) for one in records]
    return [line for row in rows for line in found.lines_of(row)]


def whole(found: Table, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with every column, as Salesforce sends it: those that aren't given are empty."""
    there = {name.lower() for name in record}
    left = [
        column.names[0].partition(".")[0]
        for column in found.columns
        if not any(name in there or name.partition(".")[0] in there for name in column.names)
    ]
    filled = {**dict.fromkeys(left), **record}
    for child in found.children:
        page = filled[child.name]
        if page is not None:
            rows = [whole(child.table, each) for each in page["records"]]
            filled[child.name] = {**page, "records": rows}
    return filled


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("SELECT Name, email FROM Contact", ["Name", "email"]),
        ("SELECT c.Name, c.Account.Owner.Name FROM Contact c", ["Name", "Account.Owner.Name"]),
        ("SELECT Contact.Name FROM Contact", ["Name"]),
        ("SELECT a.Name FROM Contact c, c.Account a", ["Account.Name"]),
        ("SELECT toLabel(LeadSource), FORMAT(Birthdate) b FROM Contact",
         ["toLabel(LeadSource)", "b"]),
        ("SELECT LeadSource s, COUNT(Id), MAX(Email) FROM Lead GROUP BY LeadSource",
         ["s", "COUNT(Id)", "MAX(Email)"]),
        ("SELECT COUNT() FROM Lead", ["COUNT()"]),
        ("SELECT FIELDS(ALL) FROM Contact LIMIT 9", ["Id", "Email", "MailingAddress", "Own__c"]),
        ("SELECT FIELDS(CUSTOM), Name FROM Contact LIMIT 9", ["Own__c", "Name"]),
        ("SELECT Name, (SELECT Email FROM Contacts), (SELECT Subject FROM Cases k) FROM Account",
         ["Name", "Contacts.Email", "Cases.Subject"]),
        ("SELECT Name, TYPEOF Owner WHEN User THEN Title ELSE Name END FROM Contact",
         ["Name", "Owner.Title", "Owner.Name"]),
    ],
)  # fmt: skip
def test_titles_are_those_of_the_query_without_added_columns(text: str, titles: list[str]):
    assert table(text).titles == titles


def test_cells_are_found_in_any_case_and_after_empty_lookups():
    text = "SELECT NAME, account.name, account.Owner.email FROM Contact"

    found = lines(
        text,
        {"Name": "A", "Account": {"Name": "X", "Owner": {"Email": "o@example.org"}}, "Id": "1"},
        {"Name": "B", "Account": None},
        {"Name": None, "Account": {"Name": "Y", "Owner": None}},
    )

    assert found == [["A", "X", "o@example.org"], ["B", "", ""], ["", "Y", ""]]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (50000.0, "50000"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        ("=1", "=1"),
        ({"attributes": {"type": "x"}, "city": "Köln"}, '{"city": "Köln"}'),
    ],
)
def test_every_value_has_a_cell(value: object, cell: str):
    assert lines("SELECT Name FROM Contact", {"Name": value}) == [[cell]]


def test_a_figure_is_found_by_its_number_and_a_translated_field_by_its_name():
    figures = "SELECT COUNT(Id), LeadSource, MAX(Email) m, MIN(Name) FROM Lead GROUP BY LeadSource"

    assert lines(figures, {"expr0": 3, "LeadSource": "Web", "m": "z", "expr1": "a"}) == [
        ["3", "Web", "z", "a"]
    ]
    assert lines("SELECT toLabel(LeadSource) FROM Lead", {"LeadSource": "Netz"}) == [["Netz"]]


def test_each_child_gets_a_line_with_the_parents_cells_repeated():
    text = "SELECT Name, (SELECT Email FROM Contacts), (SELECT Subject FROM Cases) FROM Account"
    contacts = {"done": True, "records": [{"Email": "a"}, {"Email": "b"}]}
    cases = {"done": True, "records": [{"Subject": "help"}]}

    found = lines(
        text,
        {"Name": "X", "Contacts": contacts, "Cases": cases},
        {"Name": "Y", "Contacts": None, "Cases": None},
    )

    assert found == [["X", "a", ""], ["X", "b", ""], ["X", "", "help"], ["Y", "", ""]]


def test_children_beyond_their_first_page_are_fetched():
    found = table("SELECT Name, (SELECT Email FROM Contacts) FROM Account")
    page = {"done": False, "nextRecordsUrl": "/services/data/x", "records": [{"Email": "a"}]}

    child = found.children[0].table
    record = whole(found, {"Name": "X", "Contacts": page})

    row = found.row_of(record, lambda url: iter([whole(child, {"Email": url})]))

    assert list(found.lines_of(row)) == [["X", "a"], ["X", "/services/data/x"]]


def test_a_missing_column_is_an_error_and_never_an_empty_cell():
    with pytest.raises(LookupError):
        table("SELECT Name FROM Contact").index_of("Nonsense")


def test_invariant_4_a_record_without_a_column_is_refused_because_no_one_knows_whose_row_it_is():
    found = table("SELECT Id, Name FROM Contact")

    with pytest.raises(SalesforceUnreachable, match="no email"):
        found.row_of({"Id": "1", "Name": "A", "HasOptedOutOfEmail": False}, no_more)
