"""Cases, Opportunities, roles, tasks, events and relations: the ways that lead to people."""

from typing import Any

import pytest

from lib.practice.org_setup import COLLEAGUE
from lib.practice.serve import Practice
from tests.practice.api import Api, error

NEW = ("AccountContactRelation", "Case", "Event", "Opportunity", "OpportunityContactRole", "Task")


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with 60 Contacts and 40 Leads."""
    return Api(practice)


def found(api: Api, soql: str) -> list[dict[str, Any]]:
    """The records of an answer with one page."""
    answer = api.call("GET", "query", params={"q": soql})
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def field(api: Api, sobject: str, name: str) -> dict[str, Any]:
    """One field of a describe."""
    fields = api.call("GET", f"sobjects/{sobject}/describe").json()["fields"]
    return next(dict(known) for known in fields if known["name"] == name)


@pytest.mark.parametrize("user", ["practice@example.org", COLLEAGUE])
@pytest.mark.parametrize("sobject", NEW)
def test_each_sobject_is_visible_and_has_rows(practice: Practice, user: str, sobject: str):
    api = Api(practice, user)

    described = api.call("GET", f"sobjects/{sobject}/describe").json()

    assert described["createable"]
    assert api.org.tables.rows(sobject)
    names = ", ".join(known["name"] for known in described["fields"])
    assert api.query(f"SELECT {names} FROM {sobject} LIMIT 1")["totalSize"] == 1  # noqa: S608


def test_describe_shows_which_lookups_lead_to_several_sobjects(api: Api):
    who, owner = field(api, "Task", "WhoId"), field(api, "Case", "OwnerId")

    assert (who["relationshipName"], who["referenceTo"]) == ("Who", ["Contact", "Lead"])
    assert (owner["relationshipName"], owner["referenceTo"]) == ("Owner", ["Group", "User"])
    assert who["polymorphicForeignKey"]
    assert who["namePointing"]
    assert field(api, "AccountContactRelation", "Roles")["type"] == "multipicklist"
    assert field(api, "Task", "Subject")["type"] == "combobox"


@pytest.mark.parametrize(
    ("sobject", "names"),
    [
        ("Account", ["Cases", "Contacts", "Opportunities", "Tasks", "AccountContactRelations"]),
        ("Contact", ["Cases", "Tasks", "Events", "OpportunityContactRoles", "Opportunities"]),
        ("Lead", ["Tasks", "Events"]),
        ("Campaign", ["Opportunities"]),
        ("Opportunity", ["OpportunityContactRoles", "Tasks"]),
    ],
)
def test_describe_names_the_child_relationships(api: Api, sobject: str, names: list[str]):
    described = api.call("GET", f"sobjects/{sobject}/describe").json()

    assert set(names) <= {link["relationshipName"] for link in described["childRelationships"]}
    for name in names:
        assert found(api, f"SELECT Id, (SELECT Id FROM {name}) FROM {sobject}")  # noqa: S608


@pytest.mark.parametrize(
    ("soql", "way"),
    [
        ("SELECT Contact.Id, Contact.HasOptedOutOfEmail FROM Case", "Contact"),
        ("SELECT Contact.Id, Contact.HasOptedOutOfEmail FROM OpportunityContactRole", "Contact"),
        ("SELECT Contact.Id, Contact.HasOptedOutOfEmail FROM AccountContactRelation", "Contact"),
        ("SELECT Contact.Id, Contact.HasOptedOutOfEmail FROM CampaignMember", "Contact"),
        ("SELECT ReportsTo.Id, ReportsTo.HasOptedOutOfEmail FROM Contact", "ReportsTo"),
    ],
)
def test_each_path_leads_to_people_who_opted_out_and_to_others(
    practice: Practice, soql: str, way: str
):
    practice_api = Api(practice)
    people = [item[way] for item in found(practice_api, soql) if item[way]]

    assert {person["HasOptedOutOfEmail"] for person in people} == {True, False}


def test_who_leads_to_contacts_and_leads_by_their_common_fields(api: Api):
    records = found(api, "SELECT Who.Email, Who.Name, Who.Type FROM Task WHERE WhoId != null")

    types = {record["Who"]["Type"] for record in records}
    assert types == {"Contact", "Lead"}
    first = records[0]["Who"]
    assert first["attributes"]["type"] == "Name"
    row = api.row(first["Type"], first["attributes"]["url"].split("/")[-1])
    assert (first["Email"], first["Name"]) == (row.get("Email"), row["Name"])


def test_who_has_no_field_that_name_lacks(api: Api):
    answer = api.call("GET", "query", params={"q": "SELECT Who.HasOptedOutOfEmail FROM Task"})

    assert error(answer)[1] == "INVALID_FIELD"
    assert "No such column 'HasOptedOutOfEmail' on entity 'Name'" in error(answer)[2]


def test_polymorphic_lookups_can_be_filtered_by_type(api: Api):
    leads = found(api, "SELECT WhoId FROM Event WHERE Who.Type = 'Lead'")
    queued = found(api, "SELECT OwnerId, Owner.Name FROM Case WHERE Owner.Type = 'Group'")

    assert leads
    assert {lead["WhoId"][:3] for lead in leads} == {"00Q"}
    assert {case["Owner"]["Name"] for case in queued} == {"New Leads"}


def test_the_name_of_a_case_is_its_number(api: Api):
    records = found(api, "SELECT What.Name FROM Task WHERE What.Type = 'Case'")

    assert records
    assert all(record["What"]["Name"].isdecimal() for record in records)


def test_accounts_can_be_selected_with_their_contacts(api: Api):
    records = found(api, "SELECT Name, (SELECT Email FROM Contacts ORDER BY Id) FROM Account")

    contacts = api.org.tables.rows("Contact").values()
    for record in records:
        account_id = record["attributes"]["url"].split("/")[-1]
        own = [contact.get("Email") for contact in contacts if contact["AccountId"] == account_id]
        below = (record["Contacts"] or {"records": []})["records"]
        assert [account["Email"] for account in below] == own


def test_a_case_repeats_the_address_of_its_contact(api: Api):
    contact = api.first("Contact", LastName="Plain")
    made = api.call(
        "POST", "sobjects/Case", json={"Subject": "Hello", "ContactId": contact["Id"]}
    ).json()
    before = api.row("Case", made["id"])

    api.call("PATCH", f"sobjects/Contact/{contact['Id']}", json={"Email": "other@example.org"})

    assert before["ContactEmail"] == "paula.plain@example.org"
    assert before["AccountId"] == contact["AccountId"]
    assert before["CaseNumber"] > "00001001"
    assert before["Status"] == "New"
    assert api.row("Case", made["id"])["ContactEmail"] == "other@example.org"


def test_closing_a_case_sets_its_date(api: Api):
    case = api.call("POST", "sobjects/Case", json={"Status": "Closed"}).json()["id"]
    closed = api.row("Case", case)
    api.call("PATCH", f"sobjects/Case/{case}", json={"Status": "New"})

    assert closed["IsClosed"]
    assert closed["ClosedDate"]
    assert not api.row("Case", case)["IsClosed"]
    assert "ClosedDate" not in api.row("Case", case)


def test_an_opportunity_follows_its_stage(api: Api):
    values = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 200}
    made = api.call("POST", "sobjects/Opportunity", json=values).json()["id"]
    first = api.row("Opportunity", made)
    api.call("PATCH", f"sobjects/Opportunity/{made}", json={"StageName": "Closed Won"})
    won = api.row("Opportunity", made)
    refused = api.call("POST", "sobjects/Opportunity", json={"Name": "Deal"})

    assert (first["Probability"], first["ExpectedRevenue"], first["IsClosed"]) == (10, 20, False)
    assert (first["Fiscal"], first["ForecastCategoryName"]) == ("2026 4", "Pipeline")
    assert (won["Probability"], won["IsWon"], won["IsClosed"]) == (100, True, True)
    assert error(refused)[1] == "REQUIRED_FIELD_MISSING"


def test_an_activity_finds_its_account(api: Api):
    contact = api.first("Contact", LastName="Plain")
    event = api.call(
        "POST",
        "sobjects/Event",
        json={
            "WhoId": contact["Id"],
            "StartDateTime": "2026-12-01T10:00:00Z",
            "DurationInMinutes": 30,
        },
    ).json()
    row = api.row("Event", event["id"])
    refused = api.call("POST", "sobjects/Task", json={"WhoId": contact["AccountId"]})

    assert row["AccountId"] == contact["AccountId"]
    assert row["EndDateTime"] == "2026-12-01T10:30:00.000+0000"
    assert row["ActivityDate"] == "2026-12-01"
    assert error(refused)[1] == "MALFORMED_ID"


def test_users_without_permission_for_cases_cannot_see_them(practice: Practice):
    colleague = Api(practice, COLLEAGUE)
    org = practice.world.org
    with org.transaction():
        for row in list(org.tables.rows("ObjectPermissions").values()):
            if row["SobjectType"] == "Case":
                org.tables.drop("ObjectPermissions", row["Id"])

    answer = colleague.call("GET", "query", params={"q": "SELECT Id FROM Case"})

    assert error(answer)[1] == "INVALID_TYPE"


def test_some_addresses_bounced(api: Api):
    contacts = found(
        api, "SELECT Id, IsEmailBounced FROM Contact WHERE EmailBouncedReason LIKE '550%'"
    )
    leads = found(api, "SELECT Id FROM Lead WHERE EmailBouncedDate < TODAY")

    assert contacts
    assert leads
    assert all(contact["IsEmailBounced"] for contact in contacts)


def test_roles_can_have_several_values(api: Api):
    both = found(
        api,
        "SELECT Roles FROM AccountContactRelation"
        " WHERE Roles INCLUDES ('Decision Maker;Evaluator')",
    )
    none = found(api, "SELECT Roles FROM AccountContactRelation WHERE Roles EXCLUDES ('Evaluator')")

    assert {relation["Roles"] for relation in both} == {"Decision Maker;Evaluator"}
    assert all("Evaluator" not in relation["Roles"] for relation in none)
