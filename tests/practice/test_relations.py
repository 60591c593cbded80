"""Relations followed by their address, as other clients do."""

import pytest

from lib.practice.serve import Practice
from tests.practice.api import Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


def test_a_lookup_leads_to_its_record(api: Api):
    contact = next(row for row in api.org.tables.rows("Contact").values() if row.get("AccountId"))

    found = api.call("GET", f"sobjects/Contact/{contact['Id']}/Account").json()

    assert found["attributes"]["type"] == "Account"
    assert found["Id"] == contact["AccountId"]
    assert "Industry" in found


def test_several_lookups_lead_to_the_last_record(api: Api):
    contact = next(row for row in api.org.tables.rows("Contact").values() if row.get("AccountId"))
    account = api.row("Account", contact["AccountId"])

    path = f"sobjects/Contact/{contact['Id'][:15]}/account/Owner"
    found = api.call("GET", path, params={"fields": "Id,Username"}).json()

    assert list(found) == ["attributes", "Id", "Username"]
    assert found["Id"] == account["OwnerId"]


def test_child_rows_are_a_page_of_records(api: Api):
    case = next(row for row in api.org.tables.rows("Case").values() if row.get("AccountId"))
    path = f"sobjects/Account/{case['AccountId']}/Cases"

    found = api.call("GET", path, params={"fields": "CaseNumber,Subject"}).json()

    assert found["done"] is True
    assert found["totalSize"] == len(found["records"]) > 0
    assert case["CaseNumber"] in [record["CaseNumber"] for record in found["records"]]
    assert list(found["records"][0]) == ["attributes", "CaseNumber", "Subject"]


def test_no_child_rows_are_an_empty_page_and_an_empty_lookup_is_not_found(api: Api):
    made = api.call("POST", "sobjects/Contact", json={"LastName": "Alone"}).json()["id"]

    cases = api.call("GET", f"sobjects/Contact/{made}/Cases", params={"fields": "Id"})
    account = api.call("GET", f"sobjects/Contact/{made}/Account")

    assert cases.json() == {"totalSize": 0, "done": True, "records": []}
    assert error(account)[:2] == (404, "NOT_FOUND")


def test_a_record_behind_a_lookup_can_be_changed(api: Api):
    contact = next(row for row in api.org.tables.rows("Contact").values() if row.get("AccountId"))

    answer = api.call(
        "PATCH", f"sobjects/Contact/{contact['Id']}/Account", json={"Industry": "Energy"}
    )

    assert answer.status_code == 204
    assert api.row("Account", contact["AccountId"])["Industry"] == "Energy"


@pytest.mark.parametrize(
    ("relation", "code"),
    [("Nope", "NOT_FOUND"), ("Account?fields=Nope", "INVALID_FIELD")],
)
def test_unknown_relations_and_fields_are_refused(api: Api, relation: str, code: str):
    contact = next(row for row in api.org.tables.rows("Contact").values() if row.get("AccountId"))

    assert error(api.call("GET", f"sobjects/Contact/{contact['Id']}/{relation}"))[1] == code


def test_relations_came_with_version_36(api: Api):
    contact = next(row for row in api.org.tables.rows("Contact").values() if row.get("AccountId"))
    path = f"sobjects/Contact/{contact['Id']}/Account"

    assert api.call("GET", f"/services/data/v36.0/{path}").status_code == 200
    assert api.call("GET", f"/services/data/v35.0/{path}").status_code == 404
