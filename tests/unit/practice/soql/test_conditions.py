"""WHERE, condition by condition, over four people."""

import pytest

from tests.unit.practice.soql.soql_world import World, record_id


@pytest.fixture(scope="module")
def world() -> World:
    """Ann and Bob at Acme, Cy at nobody's, Dee without anything; Ann is opted out."""
    world = World()
    acme = world.add("Account", Name="Acme", NumberOfEmployees=7)
    blank = world.add("Account", Name="Blank")
    world.add(
        "Contact",
        LastName="Ann",
        Email="Ann@Example.org",
        AccountId=acme["Id"],
        HasOptedOutOfEmail=True,
        Birthdate="1990-05-01",
        CreatedDate="2026-05-13T00:00:00.000+0000",
        LeadSource="Web",
    )
    world.add(
        "Contact",
        LastName="Bob",
        Email="bob_1@example.org",
        AccountId=acme["Id"],
        HasOptedOutOfEmail=False,
        Birthdate="1985-12-24",
        CreatedDate="2026-05-12T23:59:59.000+0000",
        Title="100% sure",
    )
    world.add(
        "Contact",
        LastName="Cy",
        Email="cy@example.org",
        AccountId=blank["Id"],
        HasOptedOutOfEmail=False,
        CreatedDate="2025-01-31T08:00:00.000+0000",
    )
    world.add("Contact", LastName="Dee", CreatedDate="2020-01-01T00:00:00.000+0000")
    world.add("CampaignMember", ContactId=record_id("003", 2), Status="Sent")
    world.add("CampaignMember", ContactId=None, Status="Sent")
    return world


@pytest.mark.parametrize(
    ("where", "names"),
    [
        # Text does not mind case; without a value it equals null and the empty text.
        ("Email = 'ann@example.ORG'", "Ann"),
        ("Email != 'ann@example.org'", "Bob Cy Dee"),
        ("Email = null", "Dee"),
        ("Email = ''", "Dee"),
        ("Email != null", "Ann Bob Cy"),
        ("LastName > 'bob'", "Cy Dee"),
        ("LastName <= 'BOB'", "Ann Bob"),
        ("Email IN ('ANN@EXAMPLE.ORG', 'cy@example.org')", "Ann Cy"),
        ("Email IN ('cy@example.org', null)", "Cy Dee"),
        ("Email NOT IN ('ann@example.org')", "Bob Cy Dee"),
        ("Email NOT IN ('ann@example.org', null)", "Bob Cy"),
        # LIKE
        ("Email LIKE '%@EXAMPLE.org'", "Ann Bob Cy"),
        ("LastName LIKE '_o_'", "Bob"),
        (r"Email LIKE 'bob\_1%'", "Bob"),
        (r"Email LIKE 'bo\_1%'", ""),
        (r"Title LIKE '100\% %'", "Bob"),
        ("(NOT Email LIKE '%ann%')", "Bob Cy Dee"),
        # Booleans are never null.
        ("HasOptedOutOfEmail = true", "Ann"),
        ("HasOptedOutOfEmail = false", "Bob Cy Dee"),
        ("HasOptedOutOfEmail != true", "Bob Cy Dee"),
        ("HasOptedOutOfEmail = null", "Bob Cy Dee"),
        ("HasOptedOutOfEmail != null", "Ann"),
        ("ReportsTo.HasOptedOutOfEmail = false", "Ann Bob Cy Dee"),
        # Paths, in any case, also behind an empty look-up
        ("account.NAME = 'acme'", "Ann Bob"),
        ("Contact.Account.Name = 'Acme'", "Ann Bob"),
        ("Account.Name = null", "Dee"),
        ("Account.NumberOfEmployees > 6.5", "Ann Bob"),
        ("Account.NumberOfEmployees = null", "Cy Dee"),
        ("Account.NumberOfEmployees IN (7, 8)", "Ann Bob"),
        # Ids of both lengths
        (f"Id = '{record_id('003', 1)}'", "Ann"),
        (f"Id = '{record_id('003', 1)[:15]}'", "Ann"),
        (f"Id IN ('{record_id('003', 1)[:15]}', '{record_id('003', 3).lower()}')", "Ann Cy"),
        ("AccountId = null", "Dee"),
        ("AccountId = ''", "Dee"),
        # Dates and moments
        ("Birthdate < 1990-01-01", "Bob"),
        ("Birthdate = 1990-05-01", "Ann"),
        ("Birthdate != 1990-05-01", "Bob Cy Dee"),
        ("CreatedDate >= 2026-05-13T02:00:00+02:00", "Ann"),
        ("CreatedDate < 2026-05-13T00:00:00Z", "Bob Cy Dee"),
        ("CreatedDate = TODAY", "Ann"),
        ("CreatedDate != TODAY", "Bob Cy Dee"),
        ("CreatedDate < TODAY", "Bob Cy Dee"),
        ("CreatedDate <= YESTERDAY", "Bob Cy Dee"),
        ("CreatedDate > YESTERDAY", "Ann"),
        ("CreatedDate >= last_n_days:1", "Ann Bob"),
        ("CreatedDate IN (TODAY, LAST_YEAR)", "Ann Cy"),
        ("CreatedDate NOT IN (TODAY, LAST_YEAR)", "Bob Dee"),
        ("CALENDAR_YEAR(CreatedDate) = 2026", "Ann Bob"),
        ("CALENDAR_MONTH(Birthdate) IN (5, 6)", "Ann"),
        ("DAY_ONLY(CreatedDate) = 2026-05-12", "Bob"),
        ("HOUR_IN_DAY(convertTimezone(CreatedDate)) = 23", "Bob"),
        # Logic
        ("LastName = 'Ann' OR LastName = 'Dee'", "Ann Dee"),
        ("(LastName = 'Ann' OR LastName = 'Dee') AND Email = null", "Dee"),
        ("NOT (LastName = 'Ann' OR LastName = 'Dee')", "Bob Cy"),
        # Semi- and anti-joins
        ("Id IN (SELECT ContactId FROM CampaignMember WHERE Status = 'sent')", "Bob"),
        ("Id NOT IN (SELECT ContactId FROM CampaignMember)", "Ann Cy Dee"),
        (
            "AccountId IN (SELECT Id FROM Account WHERE Name LIKE 'A%') AND Birthdate > 1986-01-01",
            "Ann",
        ),
        ("AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Acme')", "Cy Dee"),
    ],
)
def test_a_condition_finds_exactly_these_people(world: World, where: str, names: str) -> None:
    assert world.people(f"WHERE {where}") == names.split()


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("ORDER BY Email", "Dee Ann Bob Cy"),
        ("ORDER BY Email NULLS LAST", "Ann Bob Cy Dee"),
        ("ORDER BY Email DESC", "Dee Cy Bob Ann"),
        ("ORDER BY Email DESC NULLS LAST", "Cy Bob Ann Dee"),
        ("ORDER BY Account.Name DESC NULLS LAST, LastName DESC", "Cy Bob Ann Dee"),
        ("ORDER BY HasOptedOutOfEmail DESC, CreatedDate", "Ann Dee Cy Bob"),
        ("LIMIT 2", "Ann Bob"),
        ("LIMIT 2 OFFSET 1", "Bob Cy"),
        ("OFFSET 3", "Dee"),
        ("LIMIT 0", ""),
        ("USING SCOPE everything LIMIT 1", "Ann"),
        ("FOR VIEW", "Ann Bob Cy Dee"),
    ],
)
def test_rows_have_the_requested_order_and_number(world: World, clause: str, names: str) -> None:
    assert world.people(clause) == names.split()


def test_only_query_all_finds_deleted_rows() -> None:
    world = World()
    world.add("Lead", LastName="Gone", IsDeleted=True)
    world.add("Lead", LastName="Here")

    assert world.values("SELECT LastName FROM Lead") == ["Here"]
    answer = world.ask("SELECT LastName FROM Lead WHERE IsDeleted = true", include_deleted=True)
    assert [record["LastName"] for record in answer.records] == ["Gone"]
