"""sObject Collections of the practice org: 200 records a call, a result for each."""

from typing import Any

import pytest

from lib.practice.serve import Practice
from tests.practice.api import Api, error

PATH = "composite/sobjects"


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def ticked(sobject: str, record_id: str) -> dict[str, Any]:
    """The JSON that ticks one record's box."""
    return {"attributes": {"type": sobject}, "id": record_id, "HasOptedOutOfEmail": True}


def patch(api: Api, records: list[dict[str, Any]], *, all_or_none: bool = False) -> Any:
    """The results of one update call."""
    body = {"allOrNone": all_or_none, "records": records}
    return api.call("PATCH", PATH, json=body, headers={"Sforce-Auto-Assign": "FALSE"}).json()


def test_contacts_and_leads_change_in_one_call_and_answer_in_order(api: Api):
    contact, lead = api.first("Contact"), api.first("Lead", IsConverted=False)
    before = api.org.meter.used

    results = patch(api, [ticked("Contact", contact["Id"]), ticked("Lead", lead["Id"])])

    assert results == [
        {"id": record["Id"], "success": True, "errors": []} for record in (contact, lead)
    ]
    assert api.row("Lead", lead["Id"])["HasOptedOutOfEmail"] is True
    assert api.org.meter.used == before + 1


def test_a_refused_record_has_the_reason_and_the_others_are_saved(api: Api):
    converted, gone = api.first("Lead", IsConverted=True), api.first("Contact")
    other = api.first("Contact", LastName="Twice")
    api.call("DELETE", f"sobjects/Contact/{gone['Id']}")

    results = patch(
        api,
        [
            ticked("Lead", converted["Id"]),
            ticked("Contact", gone["Id"]),
            ticked("Contact", "003000000000000AAA"),
            ticked("Contact", other["Id"]),
        ],
    )

    codes = [[error["statusCode"] for error in result["errors"]] for result in results]
    assert codes == [
        ["CANNOT_UPDATE_CONVERTED_LEAD"],
        ["ENTITY_IS_DELETED"],
        ["INVALID_CROSS_REFERENCE_KEY"],
        [],
    ]
    assert results[0] == {
        "success": False,
        "errors": [
            {
                "statusCode": "CANNOT_UPDATE_CONVERTED_LEAD",
                "message": "cannot reference converted lead",
                "fields": [],
            }
        ],
    }
    assert api.row("Contact", other["Id"])["HasOptedOutOfEmail"] is True


def test_all_or_none_rolls_everything_back(api: Api):
    converted, contact = api.first("Lead", IsConverted=True), api.first("Contact")

    results = patch(
        api, [ticked("Contact", contact["Id"]), ticked("Lead", converted["Id"])], all_or_none=True
    )

    codes = [result["errors"][0]["statusCode"] for result in results]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "CANNOT_UPDATE_CONVERTED_LEAD"]
    assert api.row("Contact", contact["Id"]) == contact


def test_more_than_200_records_are_refused_as_a_whole(api: Api):
    records = [ticked("Contact", "003000000000000AAA")] * 201

    answer = api.call("PATCH", PATH, json={"records": records})

    assert error(answer) == (
        400,
        "EXCEEDED_ID_LIMIT",
        "record limit reached. cannot submit more than 200 records into this call",
    )


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_call_without_records_is_refused(api: Api, method: str):
    answer = api.call(method, PATH, json={"records": []})

    assert error(answer) == (400, "REQUIRED_FIELD_MISSING", "At least 1 record is required")


def test_types_can_change_ten_times_and_no_more(api: Api):
    contact, lead = api.first("Contact"), api.first("Lead")
    pair = [ticked("Contact", contact["Id"]), ticked("Lead", lead["Id"])]

    answer = api.call("PATCH", PATH, json={"records": pair * 6})

    assert error(answer)[2].startswith("Cannot have more than 10 chunks in a single operation")


def test_the_second_of_two_equal_ids_is_refused(api: Api):
    contact = api.first("Contact")

    results = patch(api, [ticked("Contact", contact["Id"]), ticked("Contact", contact["Id"][:15])])

    assert [result["success"] for result in results] == [True, False]
    assert results[1]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


@pytest.mark.parametrize(
    ("all_or_none", "other"), [(False, []), (True, ["ALL_OR_NONE_OPERATION_ROLLED_BACK"])]
)
def test_a_column_that_does_not_exist_refuses_its_own_row_only(
    api: Api, all_or_none: bool, other: list[str]
):
    contact, odd = api.first("Contact"), api.first("Contact", LastName="Twice")
    wrong = {"attributes": {"type": "Contact"}, "id": odd["Id"], "Nope": 1}

    results = patch(api, [wrong, ticked("Contact", contact["Id"])], all_or_none=all_or_none)

    message = "No such column 'Nope' on sobject of type Contact"
    error = {"statusCode": "INVALID_FIELD", "message": message, "fields": []}
    assert results[0] == {"success": False, "errors": [error]}
    assert [refusal["statusCode"] for refusal in results[1]["errors"]] == other
    assert api.row("Contact", contact["Id"])["HasOptedOutOfEmail"] is not all_or_none


def test_a_hidden_field_refuses_its_own_row_only(api: Api):
    hide = {"access": "hidden", "sobject": "Contact"}
    api.call("POST", "/practice/field-access", json=hide).raise_for_status()
    contact, lead = api.first("Contact"), api.first("Lead", IsConverted=False)

    results = patch(api, [ticked("Contact", contact["Id"]), ticked("Lead", lead["Id"])])

    assert [result["success"] for result in results] == [False, True]
    assert results[0]["errors"][0]["statusCode"] == "INVALID_FIELD"


def test_records_are_created_upserted_and_deleted_200_at_a_time(api: Api):
    new = {"attributes": {"type": "Contact"}, "LastName": "Neu", "Email": "neu@example.org"}

    [made] = api.call("POST", PATH, json={"records": [new]}).json()
    by_email = api.call("PATCH", f"{PATH}/Contact/Email", json={"records": [new]}).json()
    by_no_id = api.call(
        "PATCH", f"{PATH}/Contact/Id", json={"records": [{**new, "Id": None}]}
    ).json()
    ids = f"{made['id']},{by_no_id[0]['id']}"
    gone = api.call("DELETE", PATH, params={"ids": ids, "allOrNone": "false"}).json()

    assert by_email == [{"id": made["id"], "success": True, "errors": [], "created": False}]
    assert by_no_id[0]["created"] is True
    assert [result["success"] for result in gone] == [True, True]


def test_a_key_of_several_records_is_refused_with_their_ids(api: Api):
    record = {"attributes": {"type": "Contact"}, "Email": "family@home.test", "Title": "x"}
    rows = api.org.tables.rows("Contact").values()
    bearers = [row["Id"] for row in rows if row.get("Email") == "family@home.test"]

    [result] = api.call("PATCH", f"{PATH}/Contact/Email", json={"records": [record]}).json()

    found = ", ".join(bearers)
    assert result["errors"] == [
        {
            "statusCode": "DUPLICATE_EXTERNAL_ID",
            "message": f"Email: more than one record found for external id field: [{found}]",
            "fields": ["Email"],
        }
    ]


def test_a_new_record_cannot_have_an_id(api: Api):
    new = {"attributes": {"type": "Contact"}, "Id": api.first("Contact")["Id"], "LastName": "Neu"}
    error = {
        "message": "cannot specify Id in an insert call",
        "statusCode": "INVALID_FIELD_FOR_INSERT_UPDATE",
        "fields": ["Id"],
    }

    [result] = api.call("POST", PATH, json={"records": [new]}).json()
    alone = api.call("POST", "sobjects/Contact", json=new).json()

    assert result == {"success": False, "errors": [error]}
    assert alone[0]["message"] == error["message"]


def test_retrieve_answers_in_order_with_null_for_missing_records(api: Api):
    first, second = [dict(row) for row in list(api.org.tables.rows("Contact").values())[:2]]
    ids = [second["Id"], "003000000000000AAA", first["Id"]]

    posted = api.call("POST", f"{PATH}/Contact", json={"ids": ids, "fields": ["Id", "Email"]})
    got = api.call("GET", f"{PATH}/Contact", params={"ids": ",".join(ids), "fields": "Id,Email"})

    assert posted.json() == got.json()
    assert [record and record["Id"] for record in posted.json()] == [
        second["Id"],
        None,
        first["Id"],
    ]
    assert list(posted.json()[0]) == ["attributes", "Id", "Email"]


def test_setup_rows_cannot_be_saved_with_other_rows(api: Api):
    records = [
        {"attributes": {"type": "Contact"}, "LastName": "x"},
        {"attributes": {"type": "PermissionSet"}, "Name": "Mine", "Label": "Mine"},
    ]

    results = api.call("POST", PATH, json={"records": records}).json()

    assert results[1]["errors"][0]["statusCode"] == "MIXED_DML_OPERATION"


def test_a_locked_row_is_unlocked_after_some_tries(api: Api):
    contact = api.first("Contact")
    api.org.settings.locked[contact["Id"]] = 1

    [first] = patch(api, [ticked("Contact", contact["Id"])])
    [second] = patch(api, [ticked("Contact", contact["Id"])])

    assert first["errors"][0] == {
        "statusCode": "UNABLE_TO_LOCK_ROW",
        "message": "unable to obtain exclusive access to this record or 1 records: "
        + contact["Id"],
        "fields": [],
    }
    assert second["success"] is True
