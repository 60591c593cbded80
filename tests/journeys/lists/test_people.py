"""People reached in other ways: person accounts, campaign members, lookups, subqueries."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import to_text
from lib.lists.values import Options
from lib.practice.world import World
from lib.services.lists import pulls
from lib.services.log import open_log
from tests.journeys.lists.conftest import Lists

ANNA = "anna@example.org"
BERT = "bert@example.org"
CARA = "cara@example.org"


def record(lists: Lists, sobject: str, **values: object) -> str:
    """The id of a new record."""
    return str(lists.house.act("create-record", sobject=sobject, values=values)["id"])


@pytest.fixture
def world(lists: Lists) -> World:
    """What is in the practice org."""
    return lists.house.practice.world


@pytest.fixture
def with_person_accounts(lists: Lists) -> None:
    """Three person accounts: Anna, Bert who opted out, and Cara."""
    lists.house.act("org-switch", person_accounts=True, persons=0)
    for name, address, opted_out in (("A", ANNA, False), ("B", BERT, True), ("C", CARA, False)):
        values = {"LastName": name, "PersonEmail": address, "PersonHasOptedOutOfEmail": opted_out}
        record(lists, "Account", **values)


@pytest.mark.usefixtures("with_person_accounts")
def test_person_accounts_are_people(lists: Lists) -> None:
    lists.house.unsubscribe(CARA)

    pulled = lists.pull("SELECT Name, PersonEmail FROM Account WHERE IsPersonAccount = true")

    assert [line["PersonEmail"] for line in pulled.lines or []] == [ANNA]
    assert (pulled.told["opted_out"], pulled.told["removed"]) == (1, {"unsubscribed": 1})


@pytest.mark.usefixtures("with_person_accounts")
def test_the_contact_of_a_person_account_is_left_out_with_it(lists: Lists) -> None:
    lists.house.lead(BERT)

    contacts = lists.pull("SELECT Email FROM Contact")
    leads = lists.pull("SELECT Email FROM Lead")

    assert contacts.addresses == [ANNA, CARA]
    assert leads.told["removed"] == {"opted_out_elsewhere": 1}


@pytest.mark.usefixtures("with_person_accounts")
def test_a_case_of_a_person_account_is_left_out_with_the_person(lists: Lists) -> None:
    lists.house.unsubscribe(CARA)
    rows = lists.house.practice.world.org.tables.rows("Account").values()
    people = {row["PersonEmail"]: row for row in rows if row["IsPersonAccount"]}
    for account in people.values():
        contact = account["PersonContactId"]
        record(lists, "Case", AccountId=account["Id"], ContactId=contact, Subject="Help")

    by_account = lists.pull("SELECT Subject, Account.PersonEmail FROM Case")
    by_contact = lists.pull("SELECT Subject, Contact.Email FROM Case")

    assert [line["Account.PersonEmail"] for line in by_account.lines or []] == [ANNA]
    assert [line["Contact.Email"] for line in by_contact.lines or []] == [ANNA]
    assert by_account.told["removed"] == by_contact.told["removed"] == {"unsubscribed": 1}


def test_rule_3_3_a_kept_person_account_is_listed_as_an_account_and_as_its_contact(
    lists: Lists,
) -> None:
    house = lists.house
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    account = house.person_account(ANNA)
    house.unsubscribe(ANNA, asked="2026-01-05T10:00:00Z")
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=account)
    before = lists.pull("SELECT PersonEmail FROM Account WHERE IsPersonAccount = true")
    house.sync("run")

    accounts = lists.pull("SELECT PersonEmail FROM Account WHERE IsPersonAccount = true")
    contacts = lists.pull("SELECT Email FROM Contact")

    assert before.told["removed"] == {"unsubscribed": 1}
    assert [line["PersonEmail"] for line in accounts.lines or []] == [ANNA]
    assert contacts.addresses == [ANNA]


@pytest.mark.usefixtures("with_person_accounts")
@pytest.mark.parametrize(
    ("soql", "sobject"),
    [
        ("SELECT PersonEmail FROM Account WHERE IsPersonAccount = true", "Account"),
        ("SELECT Email FROM Contact", "Contact"),
    ],
)
def test_why_a_person_account_is_on_a_list_or_not_is_said_once(
    lists: Lists, soql: str, sobject: str
) -> None:
    with open_log(lists.house.home, os.environ) as log:
        anna, bert = (
            pulls.why(log, os.environ, "environment", soql, Options(), address)
            for address in (ANNA, BERT)
        )

    assert (anna.on_list, bert.on_list) == (True, False)
    assert [found.sobject for found in (*anna.records, *bert.records)] == [sobject] * 2
    assert anna.records[0].shown == ANNA


def test_a_campaign_member_is_checked_by_its_contact_or_lead(lists: Lists) -> None:
    house = lists.house
    campaign = record(lists, "Campaign", Name="Spring")
    contact = house.contact(ANNA)
    out = house.lead(BERT)
    unsubscribed = house.lead(CARA)
    record(lists, "CampaignMember", CampaignId=campaign, ContactId=contact)
    record(lists, "CampaignMember", CampaignId=campaign, LeadId=out)
    record(lists, "CampaignMember", CampaignId=campaign, LeadId=unsubscribed)
    house.act("tick-box", record=out)
    house.unsubscribe(CARA)

    pulled = lists.pull("SELECT Id, FirstName, Email FROM CampaignMember")

    assert pulled.addresses == [ANNA]
    assert (pulled.told["opted_out"], pulled.told["removed"]) == (1, {"unsubscribed": 1})


def test_an_address_after_a_lookup_counts_and_its_column_is_dotted(lists: Lists) -> None:
    anna, bert = lists.house.contact(ANNA), lists.house.contact(BERT)
    for contact in (anna, bert):
        record(lists, "Case", ContactId=contact, Subject="Help")
    lists.house.unsubscribe(BERT)

    pulled = lists.pull("SELECT Subject, Contact.Email FROM Case")

    assert pulled.lines == [{"Subject": "Help", "Contact.Email": ANNA}]
    assert pulled.told["removed"] == {"unsubscribed": 1}


def test_a_row_is_removed_even_if_the_query_does_not_select_the_address(lists: Lists) -> None:
    lists.house.contact(ANNA, FirstName="Anna")
    lists.house.contact(BERT, FirstName="Bert")
    lists.house.unsubscribe(ANNA)

    pulled = lists.pull("SELECT c.FirstName FROM Contact c")

    assert pulled.lines == [{"FirstName": "Bert"}]


def test_a_subquery_loses_its_people_and_the_parent_stays(lists: Lists) -> None:
    account = record(lists, "Account", Name="Sample Ltd")
    record(lists, "Account", Name="Empty Ltd")
    for address in (ANNA, BERT, CARA):
        lists.house.contact(address, AccountId=account)
    lists.house.unsubscribe(BERT)

    pulled = lists.pull(
        "SELECT Name, (SELECT Email FROM Contacts) FROM Account WHERE Name LIKE '% Ltd'"
    )

    assert sorted(line["Contacts.Email"] for line in pulled.lines or []) == ["", ANNA, CARA]
    assert (pulled.told["fetched"], pulled.told["rows"], pulled.told["removed"]) == (2, 2, {})
    assert "1 unsubscribed since" in lists.house.errors


def test_groups_are_checked_by_their_address(lists: Lists) -> None:
    for address in (ANNA, ANNA, BERT):
        lists.house.contact(address)
    lists.house.unsubscribe(BERT)

    grouped = lists.pull("SELECT Email, COUNT(Id) FROM Contact GROUP BY Email")
    first = lists.pull("SELECT MIN(Email) FROM Contact")
    counted = lists.pull("SELECT COUNT() FROM Contact")

    assert grouped.lines == [{"Email": ANNA, "COUNT(Id)": "2"}]
    assert first.lines == [{"MIN(Email)": ANNA}]
    assert counted.lines == [{"COUNT()": "3"}]
    assert (grouped.told["matching"], grouped.told["opted_out"]) == (None, None)


def test_rule_3_8_an_own_opt_out_field_counts_next_to_the_standard_field(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.house.act("custom-field", field="No_Mail__c")
    lists.house.contact(ANNA)
    lists.house.contact(BERT, HasOptedOutOfEmail=True)
    lists.house.contact(CARA, No_Mail__c=True)
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", "No_Mail__c")
    both = lists.pull("SELECT Email FROM Contact")
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", "=No_Mail__c")
    only = lists.pull("SELECT Email FROM Contact")

    # Email Opt Out is never ignored by a list: in doubt, no one is emailed.
    assert (both.addresses, both.told["opted_out"]) == ([ANNA], 2)
    assert (only.addresses, only.told["opted_out"]) == ([ANNA], 2)


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Email FROM Contact",
        "SELECT Subject, Contact.Email FROM Case",
        "SELECT Subject, Account.PersonEmail FROM Case",
        "SELECT Name, PersonEmail FROM Account",
        "SELECT FirstName, Email FROM CampaignMember",
        "SELECT Name, (SELECT Subject FROM Cases) FROM Account",
    ],
)
@pytest.mark.parametrize("setting", ["No_Mail__c", "=No_Mail__c"])
def test_rule_3_8_no_list_has_a_person_account_whose_own_field_is_set(
    lists: Lists, monkeypatch: pytest.MonkeyPatch, soql: str, setting: str
) -> None:
    lists.house.act("custom-field", field="No_Mail__c")
    account = lists.house.person_account(ANNA, No_Mail__pc=True)
    contact = lists.house.contact_of(account)
    campaign = record(lists, "Campaign", Name="Spring")
    record(lists, "CampaignMember", CampaignId=campaign, ContactId=contact)
    record(lists, "Case", AccountId=account, ContactId=contact, Subject="Help")
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", setting)

    pulled = lists.pull(soql)

    assert pulled.code == 0
    assert ANNA not in (lists.out.read_text() if lists.out.exists() else "")
    assert "Made Up" not in lists.out.read_text()


def test_rule_3_8_a_list_is_refused_if_the_own_opt_out_field_cannot_be_seen(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.house.contact(ANNA)
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", "No_Mail__c")

    pulled = lists.pull("SELECT Email FROM Contact")

    assert (pulled.code, pulled.told["errors"][0]["code"]) == (1, "permission_missing")
    assert "No_Mail__c" in pulled.told["errors"][0]["message"]


@pytest.mark.parametrize("name", ["HasOptedOutOfEmail", "No Mail__c", "==X__c", "X__c; --"])
def test_an_own_opt_out_field_must_be_a_custom_field(
    lists: Lists, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", name)

    pulled = lists.pull("SELECT Email FROM Contact")

    assert (pulled.code, pulled.told["errors"][0]["code"]) == (2, "settings")
