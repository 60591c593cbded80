"""What real orgs answer when automation, apps or the service get in the way of a run."""

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
    "kind": "status",
    "status": 400,
    "code": "REQUEST_RUNNING_TOO_LONG",
    "message": "Your request was running for too long, and has been stopped.",
    "method": "PATCH",
}
ROWS = {"kind": "rows", "code": WRAPPER, "message": CPU}


def people(house: House, count: int) -> list[str]:
    """The ids of new Contacts; each of these people asked not to be emailed."""
    addresses = [f"p{number:04}@example.org" for number in range(count)]
    for address in addresses:
        house.unsubscribe(address)
    return [house.contact(address) for address in addresses]


@pytest.fixture
def app(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house, signed in by client credentials."""
    for name in ("PASSWORD", "SECURITY_TOKEN", "USERNAME"):
        monkeypatch.delenv(f"SALESFORCE_{name}")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", house.practice.world.app.consumer_key)
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", house.practice.world.app.consumer_secret)
    return house


@pytest.mark.parametrize("fault", [TOO_LONG, ROWS], ids=["call", "rows"])
def test_calls_that_meet_a_limit_are_made_smaller_until_they_pass(
    house: House, fault: dict[str, Any]
) -> None:
    asked = people(house, 230)
    house.act("fault", **fault, more_than=100, times=None)

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["failed"], result["pending"]) == (0, 230, 0, 0)
    assert result["errors"] == []
    assert all(house.is_opted_out(one) for one in asked)
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 0


def test_only_the_record_that_fails_alone_is_refused_and_the_next_run_tries_it_again(
    house: House,
) -> None:
    asked = people(house, 60)
    house.act("fault", **TOO_LONG, records=asked[7], times=None)

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["failed"]) == (3, 59, 1)
    assert [one["code"] for one in result["errors"]] == ["REQUEST_RUNNING_TOO_LONG"]
    assert "automation" in result["errors"][0]["remedy"]
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 1


def test_a_lock_inside_a_triggers_message_is_tried_again_in_the_same_run(house: House) -> None:
    people(house, 3)
    house.act("fault", kind="rows", code=WRAPPER, message=LOCK)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 3)


@pytest.mark.parametrize("code", ["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"])
def test_a_living_record_that_points_to_a_missing_one_is_refused_and_not_gone(
    house: House, code: str
) -> None:
    living, fine = people(house, 2)
    house.act("fault", kind="rows", code=code, records=living, times=None)

    exit_code, result = house.sync("run")

    outcomes = {one["record_id"]: one["outcome"] for one in house.changes(result["run_id"])}
    assert (exit_code, outcomes[living], outcomes[fine]) == (3, "failed", "updated")
    assert "what it points to" in result["errors"][0]["remedy"]
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 1


@pytest.mark.parametrize("error", ["unknown_error", "temporarily_unavailable", "server_error"])
def test_a_token_endpoint_that_fails_once_is_asked_again(app: House, error: str) -> None:
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
def test_rule_7_an_app_that_is_not_let_in_pauses_until_a_test_succeeds(
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


def test_rule_7_a_missing_scope_pauses_nothing(app: House) -> None:
    people(app, 1)
    fault = {"code": "invalid_grant", "message": "no valid scopes defined"}
    app.act("fault", kind="status", area="signin", status=400, **fault)

    _, first = app.sync("run")

    assert first["errors"][0]["code"] == "sign_in_refused"
    assert "Manage user data via APIs (api)" in first["errors"][0]["remedy"]
    assert app.sync("run")[1]["updated"] == 1


def test_a_session_that_may_not_use_rest_is_told_at_once_and_not_renewed(house: House) -> None:
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
