"""What real orgs answer if automation, apps, or the service get in the way of a run."""

from typing import Any

import pytest

from lib.practice.org_setup import USERNAME
from tests.journeys.runs.conftest import House

WRAPPER = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
CPU = "npsp.TDTM_Contact: System.LimitException: npsp:Apex CPU time limit exceeded"
LOCK = (
    "dlrs_ContactTrigger: execution of AfterUpdate caused by: System.DmlException: Update failed. "
    "First exception on row 0; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access "
    "to this record: [] (dlrs)"
)
TOO_LONG = {
    "kind": "collection",
    "status": 400,
    "code": "REQUEST_RUNNING_TOO_LONG",
    "message": "Your request was running for too long, and has been stopped.",
}
ROWS = {"kind": "rows", "code": WRAPPER, "message": CPU}


def people(house: House, count: int) -> list[str]:
    """Create Contacts for people who unsubscribed, and return their IDs."""
    addresses = [f"p{number:04}@example.org" for number in range(count)]
    for address in addresses:
        house.unsubscribe(address)
    return [house.contact(address) for address in addresses]


@pytest.fixture
def app(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house, signed in with client credentials."""
    for name in ("PASSWORD", "SECURITY_TOKEN", "USERNAME"):
        monkeypatch.delenv(f"SALESFORCE_{name}")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", house.practice.world.app.consumer_key)
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", house.practice.world.app.consumer_secret)
    return house


@pytest.mark.parametrize("fault", [TOO_LONG, ROWS], ids=["call", "rows"])
def test_calls_that_meet_a_limit_are_made_smaller_until_they_pass(
    house: House, fault: dict[str, Any]
) -> None:
    contacts = people(house, 230)
    house.act("fault", **fault, more_than=100, times=None)

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["failed"], result["pending"]) == (0, 230, 0, 0)
    assert result["errors"] == []
    assert all(house.is_opted_out(record_id) for record_id in contacts)
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 0


def test_only_a_record_that_fails_alone_is_refused_and_the_next_run_tries_it_again(
    house: House,
) -> None:
    contacts = people(house, 60)
    house.act("fault", **TOO_LONG, records=contacts[7], times=None)

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["failed"]) == (3, 59, 1)
    assert [error["code"] for error in result["errors"]] == ["REQUEST_RUNNING_TOO_LONG"]
    assert "automation" in result["errors"][0]["remedy"]
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 1


def test_a_lock_inside_a_triggers_message_is_tried_again_in_the_same_run(house: House) -> None:
    people(house, 3)
    house.act("fault", kind="rows", code=WRAPPER, message=LOCK)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 3)


@pytest.mark.parametrize("code", ["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"])
def test_a_record_that_points_to_a_missing_record_is_refused_and_not_gone(
    house: House, code: str
) -> None:
    living, fine = people(house, 2)
    house.act("fault", kind="rows", code=code, records=living, times=None)

    exit_code, result = house.sync("run")

    outcomes = {
        change["record_id"]: change["outcome"] for change in house.changes(result["run_id"])
    }
    assert (exit_code, outcomes[living], outcomes[fine]) == (3, "failed", "updated")
    assert "what it points to" in result["errors"][0]["remedy"]
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 1


@pytest.mark.parametrize("error", ["unknown_error", "temporarily_unavailable", "server_error"])
def test_a_sign_in_is_tried_again_if_the_token_endpoint_fails_once(app: House, error: str) -> None:
    people(app, 1)
    app.act("fault", kind="status", area="signin", status=400, code=error, message="try again")

    code, result = app.sync("run")

    assert (code, result["updated"]) == (0, 1)


def test_a_soap_sign_in_that_fails_once_is_tried_again(house: House) -> None:
    people(house, 1)
    house.act("fault", kind="status", area="signin", status=500, code="SERVER_UNAVAILABLE")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert house.practice.world.signin.account(USERNAME).wrong_tries == 0


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("app_not_found", "External client app is not installed in this org"),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin"),
        ("invalid_grant", "user is not admin approved to access this app"),
    ],
)
def test_rule_7_an_app_that_is_not_allowed_pauses_the_connection_until_a_test_succeeds(
    app: House, error: str, message: str
) -> None:
    people(app, 1)
    app.act(
        "fault", kind="status", area="signin", status=400, code=error, message=message, times=None
    )

    _, first = app.sync("run")
    app.act("clear-faults")
    _, second = app.sync("run")

    assert first["errors"][0]["code"] == "credentials_refused"
    assert "Connected Apps OAuth Usage" in first["errors"][0]["remedy"]
    assert second["errors"][0]["code"] == "paused"
    assert app.sync("test")[0] == 0
    assert app.sync("run")[1]["updated"] == 1


def test_rule_7_a_missing_scope_does_not_pause_the_connection(app: House) -> None:
    people(app, 1)
    fault = {"code": "invalid_grant", "message": "no valid scopes defined"}
    app.act("fault", kind="status", area="signin", status=400, **fault)

    _, first = app.sync("run")

    assert first["errors"][0]["code"] == "sign_in_refused"
    assert "Manage user data via APIs (api)" in first["errors"][0]["remedy"]
    assert app.sync("run")[1]["updated"] == 1


def test_a_session_that_may_not_use_rest_is_reported_right_away_and_not_renewed(
    house: House,
) -> None:
    people(house, 1)
    message = "This session is not valid for use with the REST API"
    house.act(
        "fault", kind="status", status=401, code="INVALID_SESSION_ID", message=message, times=None
    )

    _, result = house.sync("run")

    assert result["errors"][0]["code"] == "sign_in_refused"
    assert "API Enabled" in result["errors"][0]["remedy"]
    assert len(house.practice.world.sessions) == 1
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 1
