"""Single records over the practice org's REST API."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.practice.org_settings import ValidationRule
from lib.practice.serve import Practice
from tests.practice.api import ROOT, Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def test_a_created_record_has_an_address_and_can_be_read_there(api: Api):
    made = api.call("POST", "sobjects/Contact", json={"LastName": " Neu ", "Email": "a@b.example"})

    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], "success": True, "errors": []}
    assert made.headers["Location"] == f"{ROOT}/sobjects/Contact/{made.json()['id']}"
    read = api.call("GET", made.headers["Location"]).json()
    assert read["attributes"] == {"type": "Contact", "url": made.headers["Location"]}
    assert (read["LastName"], read["Name"], read["Title"]) == ("Neu", "Neu", None)
    assert read["OwnerId"] == read["CreatedById"] == api.user_id


def test_a_change_answers_204_and_updates_the_timestamps(stopped_practice: Practice):
    api = Api(stopped_practice)
    contact = api.first("Contact", LastName="Plain")

    answer = api.call(
        "PATCH", f"sobjects/Contact/{contact['Id']}", json={"HasOptedOutOfEmail": True}
    )

    assert (answer.status_code, answer.text) == (204, "")
    row = api.row("Contact", contact["Id"])
    assert row["HasOptedOutOfEmail"] is True
    assert row["SystemModstamp"] == row["LastModifiedDate"] == "2026-03-02T12:00:00.000+0000"
    assert row["LastModifiedById"] == api.user_id
    assert row["CreatedDate"] == contact["CreatedDate"]


def test_ids_of_15_characters_and_names_in_any_case_are_accepted(api: Api):
    contact = api.first("Contact")

    read = api.call("GET", f"sobjects/contact/{contact['Id'][:15]}/", params={"fields": "id,email"})

    assert read.json()["Id"] == contact["Id"]
    assert list(read.json()) == ["attributes", "Id", "Email"]


@pytest.mark.parametrize(
    ("values", "code", "message"),
    [
        ({"Nope": 1}, "INVALID_FIELD", "No such column 'Nope' on sobject of type Contact"),
        ({"Email": "no"}, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: no"),
        ({"LastName": None}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]"),
        (
            {"FirstName": "x" * 41},
            "STRING_TOO_LONG",
            f"First Name: data value too large: {'x' * 41} (max length=40)",
        ),
        (
            {"CleanStatus": "Shiny"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Clean Status: bad value for restricted picklist field: Shiny",
        ),
        (
            {"AccountId": "00Q000000000001"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 00Q000000000001EAA",
        ),
        (
            {"AccountId": "001000000000001"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
        ),
        (
            {"Id": "003"},
            "INVALID_FIELD",
            "The Id field should not be specified in the sobject data.",
        ),
    ],
)
def test_a_bad_value_is_refused_in_salesforces_words(
    api: Api, values: dict[str, object], code: str, message: str
):
    contact = api.first("Contact")

    answer = api.call("PATCH", f"sobjects/Contact/{contact['Id']}", json=values)

    assert error(answer) == (400, code, message)
    assert api.row("Contact", contact["Id"]) == contact


def test_a_field_that_nobody_can_write_is_refused_by_name(api: Api):
    contact = api.first("Contact")

    answer = api.call("PATCH", f"sobjects/Contact/{contact['Id']}", json={"SystemModstamp": "x"})

    assert answer.json()[0]["fields"] == ["SystemModstamp"]
    assert error(answer)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_converted_lead_refuses_edits_without_the_permission_for_them(api: Api):
    lead = api.first("Lead", IsConverted=True)
    path = f"sobjects/Lead/{lead['Id']}"

    answer = api.call("PATCH", path, json={"HasOptedOutOfEmail": True})
    assert error(answer) == (400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")

    own = api.first("PermissionSet", IsOwnedByProfile=True)
    api.call(
        "PATCH",
        f"sobjects/PermissionSet/{own['Id']}",
        json={"PermissionsAllowViewEditConvertedLeads": True},
    ).raise_for_status()
    assert api.call("PATCH", path, json={"HasOptedOutOfEmail": True}).status_code == 204


def test_a_deleted_record_cannot_be_read_or_changed_and_its_members_are_deleted_too(api: Api):
    member = api.first("CampaignMember", Type="Contact")
    path = f"sobjects/Contact/{member['ContactId']}"

    assert api.call("DELETE", path).status_code == 204

    assert error(api.call("GET", path)) == (404, "ENTITY_IS_DELETED", "entity is deleted")
    assert error(api.call("PATCH", path, json={"Title": "x"}))[1] == "ENTITY_IS_DELETED"
    assert api.row("CampaignMember", member["Id"])["IsDeleted"] is True


def test_an_invalid_id_is_refused_as_an_unknown_external_field(api: Api):
    message = "Provided external ID field does not exist or is not accessible: 23foo"
    assert error(api.call("GET", "sobjects/Contact/23foo")) == (404, "NOT_FOUND", message)


@pytest.mark.parametrize("way", ["", "Id/"])
def test_a_record_that_never_existed_is_not_found_and_cannot_be_changed(api: Api, way: str):
    path = f"sobjects/Contact/{way}003000000000000AAA"
    unknown = [
        {"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY"}
    ]

    read = api.call("GET", path)
    changes = [api.call("PATCH", path, json={"Title": "x"}), api.call("DELETE", path)]

    assert error(read) == (404, "NOT_FOUND", "The requested resource does not exist")
    assert [(answer.status_code, answer.json()) for answer in changes] == [(404, unknown)] * 2


def test_upsert_by_email_creates_once_and_changes_afterwards(api: Api):
    path = "sobjects/Contact/Email/new.one%2Bx@example.org"

    made = api.call("PATCH", path, json={"LastName": "One"})
    changed = api.call("PATCH", path, json={"Title": "Two"})

    assert (made.status_code, made.json()["success"]) == (201, True)
    assert (changed.status_code, changed.json()["created"]) == (200, False)
    row = api.row("Contact", made.json()["id"])
    assert (row["Email"], row["Title"]) == ("new.one+x@example.org", "Two")


def test_upsert_by_an_address_of_several_people_answers_300_with_all_of_them(api: Api):
    answer = api.call("PATCH", "sobjects/Contact/Email/family@home.test", json={"Title": "x"})

    assert answer.status_code == 300
    assert len(answer.json()) == 2
    assert all(result.startswith(f"{ROOT}/sobjects/Contact/003") for result in answer.json())


def test_a_lead_changed_without_the_header_goes_to_another_owner(api: Api):
    lead = api.first("Lead", IsConverted=False)
    path = f"sobjects/Lead/{lead['Id']}"

    api.call("PATCH", path, json={"Title": "x"}, headers={"Sforce-Auto-Assign": "FALSE"})
    assert api.row("Lead", lead["Id"])["OwnerId"] == lead["OwnerId"]

    api.call("PATCH", path, json={"Title": "y"})
    assert api.row("Lead", lead["Id"])["OwnerId"].startswith("00G")


def test_a_deleted_lead_keeps_its_owner(api: Api):
    lead = api.first("Lead", IsConverted=False)

    api.call("DELETE", f"sobjects/Lead/{lead['Id']}")

    assert api.row("Lead", lead["Id"])["OwnerId"] == lead["OwnerId"]


def test_campaign_members_copy_the_fields_of_their_person(api: Api):
    member = api.first("CampaignMember", Type="Contact", HasOptedOutOfEmail=False)

    api.call("PATCH", f"sobjects/Contact/{member['ContactId']}", json={"HasOptedOutOfEmail": True})

    assert api.row("CampaignMember", member["Id"])["HasOptedOutOfEmail"] is True


@pytest.mark.parametrize(
    ("method", "path", "more", "expected"),
    [
        ("PUT", "sobjects/Contact", {}, (405, "METHOD_NOT_ALLOWED")),
        ("GET", "nowhere", {}, (404, "NOT_FOUND")),
        ("GET", "sobjects/Nothing", {}, (404, "NOT_FOUND")),
        ("GET", "/services/data/v99.0/limits", {}, (404, "NOT_FOUND")),
        ("GET", "/services/data/v30.0/limits", {}, (410, "GONE")),
        ("POST", "sobjects/Contact", {"json": []}, (400, "JSON_PARSER_ERROR")),
        (
            "POST",
            "sobjects/Contact",
            {"data": "{", "headers": {"Content-Type": "application/json"}},
            (400, "JSON_PARSER_ERROR"),
        ),
        (
            "POST",
            "sobjects/Contact",
            {"data": "a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            (415, "UNSUPPORTED_MEDIA_TYPE"),
        ),
    ],
)
def test_an_unsupported_request_is_refused_with_its_status(
    api: Api, method: str, path: str, more: dict[str, object], expected: tuple[int, str]
):
    assert error(api.call(method, path, **more))[:2] == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "The HTTP entity body is required, but this request has no entity body."),
        ("[]", "Can not deserialize SObject out of START_ARRAY token at [line:1, column:1]"),
        (
            '{"Title" junk}',
            "Unexpected character ('j' (code 106)): was expecting a colon to separate field name "
            "and value at [line:1, column:11]",
        ),
        (
            '{"Title":"x","EmailBouncedDate":"2024-07-30 20:54:16 UTC"}',
            "Cannot deserialize instance of datetime from VALUE_STRING value 2024-07-30 20:54:16 "
            "UTC or request may be missing a required field at [line:1, column:33]",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_place(api: Api, body: str, message: str):
    path = f"sobjects/Contact/{api.first('Contact')['Id']}"

    answer = api.call("PATCH", path, data=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json() == [{"message": message, "errorCode": "JSON_PARSER_ERROR"}]


@pytest.mark.parametrize(
    "path",
    [
        "describe/layouts",
        "describe/layouts/012000000000000AAA",
        "describe/compactLayouts",
        "describe/approvalLayouts",
        "listviews",
        "listviews/00B000000000001",
        "quickActions",
    ],
)
def test_parts_of_an_sobject_that_are_not_imitated_are_not_found(api: Api, path: str):
    answer = api.call("GET", f"sobjects/Contact/{path}")

    message = "The requested resource does not exist"
    assert answer.status_code == 404
    assert answer.json() == [{"errorCode": "NOT_FOUND", "message": message}]


def test_the_refusal_of_a_wrong_method_names_the_right_methods(api: Api):
    answer = api.call("PATCH", "sobjects/Account", json={})
    message = "HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST"
    assert error(answer) == (405, "METHOD_NOT_ALLOWED", message)


def test_a_campaign_member_needs_a_person_and_is_counted(api: Api):
    campaign = api.first("Campaign")
    contact = api.call("POST", "sobjects/Contact", json={"LastName": "Neu"}).json()["id"]
    nobody = {"CampaignId": campaign["Id"]}

    refused = api.call("POST", "sobjects/CampaignMember", json=nobody)
    made = api.call("POST", "sobjects/CampaignMember", json={**nobody, "ContactId": contact})

    assert error(refused)[1] == "REQUIRED_FIELD_MISSING"
    member = api.row("CampaignMember", made.json()["id"])
    assert (member["Type"], member["LastName"], member["LeadOrContactId"]) == (
        "Contact",
        "Neu",
        contact,
    )
    after = api.row("Campaign", campaign["Id"])
    assert after["NumberOfContacts"] == campaign["NumberOfContacts"] + 1


def test_a_validation_rule_refuses_with_its_own_message(api: Api):
    contact = api.first("Contact")
    rule = ValidationRule("Contact", "HasOptedOutOfEmail", True, "Ask Robin.", contact["Id"])
    api.org.settings.validation_rules.append(rule)

    answer = api.call(
        "PATCH", f"sobjects/Contact/{contact['Id']}", json={"HasOptedOutOfEmail": True}
    )

    assert error(answer) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Ask Robin.")


def test_writes_from_several_threads_are_all_saved(api: Api):
    ids = list(api.org.tables.rows("Contact"))[:40]

    def change(record_id: str) -> int:
        path = f"sobjects/Contact/{record_id}"
        return api.call("PATCH", path, json={"Title": record_id}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(change, ids))

    assert statuses == {204}
    assert all(api.row("Contact", title)["Title"] == title for title in ids)
    assert api.org.meter.used == 40


def test_the_address_of_the_field_id_creates_records(api: Api):
    made = api.call("POST", "sobjects/Contact/Id", json={"LastName": "New"})
    refused = api.call("PATCH", "sobjects/Contact/Id/", json={"LastName": "New"})

    assert made.status_code == 201
    assert api.row("Contact", made.json()["id"])["LastName"] == "New"
    message = "HTTP Method 'PATCH' not allowed. Allowed are GET,HEAD,POST"
    assert error(refused) == (405, "METHOD_NOT_ALLOWED", message)
    old = api.call("POST", "/services/data/v36.0/sobjects/Contact/Id", json={"LastName": "New"})
    assert error(old)[0] == 404
