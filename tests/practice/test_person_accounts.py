"""Person accounts: off at first; once they are on, a person has two rows."""

import pytest
import requests

from lib.practice.saving import person_accounts
from lib.practice.serve import Practice
from tests.practice.api import Api, error


@pytest.fixture
def api(practice: Practice) -> Api:
    """The administrator of a practice org with about a hundred people."""
    return Api(practice)


@pytest.fixture
def person(api: Api) -> dict[str, object]:
    """A person account, as stored in an org that has them turned on."""
    person_accounts.turn_on(api.org)
    made = api.call(
        "POST",
        "sobjects/Account",
        json={"FirstName": "Pia", "LastName": "Person", "PersonEmail": "pia@example.org"},
    )
    return api.row("Account", made.json()["id"])


def field_names(api: Api, sobject: str) -> set[str]:
    """The names in describe."""
    answer = api.call("GET", f"sobjects/{sobject}/describe").json()
    return {field["name"] for field in answer["fields"]}


def test_without_person_accounts_their_fields_do_not_exist(api: Api):
    assert not any(name.startswith("Person") for name in field_names(api, "Account"))
    query = api.call("GET", "query", params={"q": "SELECT IsPersonAccount FROM Account"})
    assert error(query)[1] == "INVALID_FIELD"


def test_an_account_with_a_last_name_is_a_person_account_with_a_contact(
    api: Api, person: dict[str, object]
):
    assert (person["IsPersonAccount"], person["Name"]) == (True, "Pia Person")
    answer = api.query(
        "SELECT AccountId, Email, HasOptedOutOfEmail FROM Contact WHERE IsPersonAccount = true"
    )
    [record] = answer["records"]
    assert (record["AccountId"], record["Email"]) == (person["Id"], "pia@example.org")


def test_an_opt_out_is_written_through_the_account_and_shows_on_the_contact(
    api: Api, person: dict[str, object]
):
    path = f"sobjects/Account/{person['Id']}"

    assert api.call("PATCH", path, json={"PersonHasOptedOutOfEmail": True}).status_code == 204

    contact = api.row("Contact", str(person["PersonContactId"]))
    assert contact["HasOptedOutOfEmail"] is True


def test_the_contact_of_a_person_account_refuses_writes(api: Api, person: dict[str, object]):
    path = f"sobjects/Contact/{person['PersonContactId']}"

    answer = api.call("PATCH", path, json={"HasOptedOutOfEmail": True})

    assert error(answer)[:2] == (400, "INSUFFICIENT_ACCESS_OR_READONLY")


def test_all_other_accounts_stay_businesses(api: Api, person: dict[str, object]):
    accounts = api.query("SELECT COUNT() FROM Account WHERE IsPersonAccount = false")
    contacts = api.query("SELECT COUNT() FROM Contact WHERE IsPersonAccount = false")

    assert accounts["totalSize"] == len(api.org.tables.rows("Account")) - 1
    assert contacts["totalSize"] == 60


def test_made_up_person_accounts_can_be_added_and_some_are_opted_out(practice: Practice, api: Api):
    act(practice, "org-switch", person_accounts=True, persons=30)

    answer = api.query(
        "SELECT PersonEmail, PersonHasOptedOutOfEmail, PersonContact.HasOptedOutOfEmail"
        " FROM Account WHERE IsPersonAccount = true"
    )

    out = [record["PersonHasOptedOutOfEmail"] for record in answer["records"]]
    assert (len(out), sum(out)) == (30, 10)
    assert out == [record["PersonContact"]["HasOptedOutOfEmail"] for record in answer["records"]]


def test_a_colleague_can_tick_the_box_of_a_person_by_address(
    practice: Practice, api: Api, person: dict[str, object]
):
    done = act(practice, "tick-box", address="PIA@example.org")

    assert done == {"records": [person["PersonContactId"]], "refused": []}
    assert api.row("Account", str(person["Id"]))["PersonHasOptedOutOfEmail"] is True


def act(practice: Practice, name: str, **values: object) -> dict[str, object]:
    """Do an act."""
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=10)
    assert answer.status_code == 200, answer.text
    done: dict[str, object] = answer.json()
    return done
