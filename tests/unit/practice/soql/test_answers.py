"""The form of an answer, as other clients read it."""

from tests.unit.practice.soql.soql_world import World, record_id

ROOT = "/services/data/v59.0/sobjects"


def _attributes(sobject: str, row_id: str) -> dict[str, str]:
    return {"type": sobject, "url": f"{ROOT}/{sobject}/{row_id}"}


def test_a_record_has_attributes_first_then_canonical_names_in_the_order_selected() -> None:
    world = World()
    row = world.add("Contact", LastName="Ann")

    record = world.ask("SELECT email, c.LASTNAME, hasoptedoutofemail FROM contact c").records[0]

    assert record == {
        "attributes": _attributes("Contact", row["Id"]),
        "Email": None,
        "LastName": "Ann",
        "HasOptedOutOfEmail": False,
    }
    assert list(record) == ["attributes", "Email", "LastName", "HasOptedOutOfEmail"]


def test_the_address_of_a_record_has_the_requested_version() -> None:
    world = World()
    world.add("Contact")

    record = world.ask("SELECT Id FROM Contact", root="/services/data/v64.0").records[0]

    assert record["attributes"]["url"].startswith("/services/data/v64.0/sobjects/Contact/003")


def test_a_parent_is_nested_once_and_null_if_missing() -> None:
    world = World()
    owner = world.add("User", Name="Olga")
    account = world.add("Account", Name="Acme", OwnerId=owner["Id"])
    world.add("Contact", LastName="Ann", AccountId=account["Id"])
    world.add("Contact", LastName="Bob")

    with_parent, without = world.ask(
        "SELECT Account.Name, LastName, Account.Owner.Name, Account.Id FROM Contact"
    ).records

    assert list(with_parent) == ["attributes", "Account", "LastName"]
    assert with_parent["Account"] == {
        "attributes": _attributes("Account", account["Id"]),
        "Name": "Acme",
        "Owner": {"attributes": _attributes("User", owner["Id"]), "Name": "Olga"},
        "Id": account["Id"],
    }
    assert without["Account"] is None


def test_a_lookup_to_several_sobjects_has_the_type_name() -> None:
    world = World()
    queue = world.add("Group", Name="Queue")
    world.add("Lead", OwnerId=queue["Id"])

    record = world.ask(
        "SELECT Owner.Name, Owner.Type FROM Lead WHERE Owner.Type = 'Group'"
    ).records[0]

    attributes = {"type": "Name", "url": f"{ROOT}/Group/{queue['Id']}"}
    assert record["Owner"] == {"attributes": attributes, "Name": "Queue", "Type": "Group"}


def test_children_are_a_nested_answer_or_null() -> None:
    world = World()
    acme, blank = world.add("Account", Name="Acme"), world.add("Account", Name="Blank")
    for name in ("Cy", "Ann", "Bob"):
        world.add("Contact", LastName=name, AccountId=acme["Id"])

    full, empty = world.ask(
        "SELECT (SELECT LastName FROM Contacts WHERE LastName != 'Bob' ORDER BY LastName)"
        " FROM Account"
    ).records

    people = full["Contacts"]
    assert (people["totalSize"], people["done"]) == (2, True)
    assert [record["LastName"] for record in people["records"]] == ["Ann", "Cy"]
    assert people["records"][0]["attributes"] == _attributes("Contact", record_id("003", 2))
    assert empty == {"attributes": _attributes("Account", blank["Id"]), "Contacts": None}


def test_a_limit_on_children_applies_to_each_parent() -> None:
    world = World()
    for name in ("Acme", "Blank"):
        account = world.add("Account", Name=name)
        world.add("Contact", AccountId=account["Id"])
        world.add("Contact", AccountId=account["Id"])

    records = world.ask("SELECT (SELECT Id FROM Contacts LIMIT 1) FROM Account").records

    assert [record["Contacts"]["totalSize"] for record in records] == [1, 1]


def test_a_count_is_a_number_without_records() -> None:
    world = World()
    for _ in range(3):
        world.add("Lead")

    answer = world.ask("SELECT COUNT() FROM Lead")

    assert (answer.total_size, answer.records) == (3, [])
    assert world.ask("SELECT COUNT() FROM Lead LIMIT 2").total_size == 2


def test_fields_of_all_kinds_are_those_the_user_sees() -> None:
    world = World()
    world.add("Contact", LastName="Ann")

    seen = world.ask("SELECT FIELDS(STANDARD) FROM Contact").records[0]
    hidden = world.without_field("Contact", "HasOptedOutOfEmail")
    less = hidden.ask("SELECT FIELDS(ALL) FROM Contact LIMIT 200").records[0]

    assert "HasOptedOutOfEmail" in seen
    assert set(seen) - set(less) == {"HasOptedOutOfEmail"}


def test_groups_are_named_by_alias_by_field_or_in_turn() -> None:
    world = World()
    for source, stamp in (("Web", "2026-01-02"), ("web", "2026-03-04"), (None, "2025-01-01")):
        world.add("Lead", LeadSource=source, CreatedDate=f"{stamp}T00:00:00.000+0000")

    records = world.ask(
        "SELECT LeadSource, COUNT(Id) n, MAX(CreatedDate), COUNT(LeadSource) FROM Lead"
        " GROUP BY LeadSource ORDER BY COUNT(Id) DESC"
    ).records

    first = {"LeadSource": "Web", "n": 2, "expr0": "2026-03-04T00:00:00.000+0000", "expr1": 2}
    second = {"LeadSource": None, "n": 1, "expr0": "2025-01-01T00:00:00.000+0000", "expr1": 0}
    attributes = {"attributes": {"type": "AggregateResult"}}
    assert records == [{**attributes, **first}, {**attributes, **second}]


def test_having_date_functions_and_figures_over_all_rows() -> None:
    world = World()
    for year, staff in (("2025", 5), ("2026", 2), ("2026", 4), ("2026", None)):
        world.add("Account", CreatedDate=f"{year}-02-03T00:00:00.000+0000", NumberOfEmployees=staff)

    years = world.ask(
        "SELECT CALENDAR_YEAR(CreatedDate) y, SUM(NumberOfEmployees) s, AVG(NumberOfEmployees) a"
        " FROM Account GROUP BY CALENDAR_YEAR(CreatedDate) HAVING COUNT(Id) > 1"
    ).records
    total = world.ask("SELECT COUNT(Id), MIN(NumberOfEmployees) FROM Account WHERE Name = 'x'")

    attributes = {"type": "AggregateResult"}
    assert years == [{"attributes": attributes, "y": 2026, "s": 6.0, "a": 3.0}]
    assert total.records == [{"attributes": attributes, "expr0": 0, "expr1": None}]


def test_rollup_adds_totals_that_grouping_marks() -> None:
    world = World()
    for status, source in (("Open", "Web"), ("Open", None), ("Done", "Web")):
        world.add("Lead", Status=status, LeadSource=source)

    records = world.ask(
        "SELECT Status s, LeadSource l, GROUPING(LeadSource) g, COUNT(Id) n FROM Lead"
        " GROUP BY ROLLUP(Status, LeadSource)"
    ).records

    assert {(record["s"], record["l"], record["g"], record["n"]) for record in records} == {
        ("Open", "Web", 0, 1),
        ("Open", None, 0, 1),
        ("Done", "Web", 0, 1),
        ("Open", None, 1, 2),
        ("Done", None, 1, 1),
        (None, None, 1, 3),
    }


def test_labels_replace_values() -> None:
    world = World()
    world.add("Lead", Status="Open - Not Contacted")

    record = world.ask("SELECT toLabel(Status), toLabel(Rating) r FROM Lead").records[0]

    assert (record["Status"], record["r"]) == ("Open - Not Contacted", None)
