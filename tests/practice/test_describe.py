"""describe as real orgs answer it, where the practice org once differed."""

from typing import Any

import pytest

from lib.practice.saving import person_accounts
from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def describe(api: Api, sobject: str, root: str = ROOT) -> dict[str, Any]:
    """A full describe, with its fields by name."""
    answer: dict[str, Any] = api.call("GET", f"{root}/sobjects/{sobject}/describe").json()
    return {**answer, "fields": {field["name"]: field for field in answer["fields"]}}


def test_the_administrator_sees_a_campaign_members_response(api: Api):
    fields = describe(api, "CampaignMember")["fields"]

    assert {"Status", "HasResponded", "FirstRespondedDate"} <= set(fields)
    assert fields["Status"]["updateable"] is True
    assert not fields["LeadId"]["updateable"]
    assert not fields["ContactId"]["updateable"]
    assert [fields[name]["type"] for name in ("Street", "Type")] == ["string", "string"]


@pytest.mark.parametrize(
    ("sobject", "field", "wanted"),
    [
        ("Organization", "Name", {"idLookup": True}),
        (
            "Organization",
            "PreferencesConsentManagementEnabled",
            {
                "updateable": True,
                "groupable": False,
                "sortable": False,
                "defaultedOnCreate": False,
                "defaultValue": None,
            },
        ),
        ("Organization", "PreferencesEmailSenderIdCompliance", {"type": "boolean"}),
        ("Organization", "PreferencesLightningLoginEnabled", {"updateable": True}),
        ("Organization", "TimeZoneSidKey", {"updateable": True}),
        ("Organization", "WebToCaseDefaultOrigin", {"type": "string", "updateable": True}),
        ("Organization", "Country", {"updateable": False}),
        ("Organization", "FiscalYearStartMonth", {"updateable": False}),
        ("User", "SenderEmail", {"type": "email"}),
        ("User", "ContactId", {"updateable": True}),
        ("PermissionSet", "Type", {"nillable": True}),
        ("RecordType", "IsActive", {"createable": False, "updateable": True}),
    ],
)
def test_a_field_is_described_as_recorded(
    api: Api, sobject: str, field: str, wanted: dict[str, Any]
):
    described = describe(api, sobject)["fields"][field]

    assert wanted == {name: described[name] for name in wanted}


def test_fields_that_only_users_have_are_described_there(api: Api):
    user, contact = describe(api, "User"), describe(api, "Contact")

    assert not {"approvalLayouts", "listviews"} & set(user["urls"])
    assert user["urls"]["passwordUtilities"] == f"{ROOT}/sobjects/User/{{ID}}/password"
    assert user["urls"]["namedLayouts"].endswith("/User/describe/namedLayouts/{LayoutName}")
    assert {"approvalLayouts", "listviews"} <= set(contact["urls"])
    assert describe(api, "Organization")["compactLayoutable"] is False


@pytest.mark.parametrize(("version", "known"), [("59.0", False), ("64.0", True)])
def test_a_newer_field_exists_only_in_versions_that_have_it(api: Api, version: str, known: bool):
    root = f"/services/data/v{version}"
    contact = api.first("Contact")

    fields = describe(api, "Contact", root)["fields"]
    record = api.call("GET", f"{root}/sobjects/Contact/{contact['Id']}").json()
    query = {"q": "SELECT ContactSource FROM Contact"}
    asked = api.call("GET", f"{root}/query", params=query)

    assert ("ContactSource" in fields, "ContactSource" in record, asked.ok) == (known,) * 3
    assert ("IsPriorityRecord" in describe(api, "Lead", root)["fields"]) is known


def test_describe_shows_whether_an_org_has_person_accounts(api: Api):
    before = describe(api, "RecordType")["fields"]

    person_accounts.turn_on(api.org)

    account = describe(api, "Account")
    assert "IsPersonType" not in before
    assert "IsPersonType" in describe(api, "RecordType")["fields"]
    assert account["fields"]["Name"]["nillable"] is True
    assert {"PersonPronouns", "PersonGenderIdentity"} <= set(account["fields"])
    assert "scopingRule" in [scope["name"] for scope in account["supportedScopes"]]
    person_types = api.query("SELECT DeveloperName FROM RecordType WHERE IsPersonType = true")
    assert [record["DeveloperName"] for record in person_types["records"]] == ["PersonAccount"]


def test_a_person_account_has_the_record_type_for_persons(api: Api):
    person_accounts.turn_on(api.org)

    api.call("POST", "sobjects/Account", json={"LastName": "Person"}).raise_for_status()

    found = api.query("SELECT COUNT() FROM Account WHERE RecordType.IsPersonType = true")
    assert found["totalSize"] == 1


def test_a_business_needs_a_name_even_with_person_accounts(api: Api):
    person_accounts.turn_on(api.org)

    answer = api.call("POST", "sobjects/Account", json={"Phone": "1"})

    message = "Required fields are missing: [Name]"
    assert error(answer) == (400, "REQUIRED_FIELD_MISSING", message)
