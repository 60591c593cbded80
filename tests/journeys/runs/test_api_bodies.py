"""Each answer in tests/cases/api_bodies.json, given by the practice org, has the right result."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.runs.conftest import House

BODIES: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "cases" / "api_bodies.json").read_text(encoding="utf-8")
)
ONCE = "oauth_unknown_error (HTTP 400, once)", "oauth_temporarily_unavailable (HTTP 400, once)"
PAUSING = {
    "oauth_app_not_found (HTTP 400)": "install",
    "oauth_blocked (HTTP 400)": "unblock",
}
SCOPES = "oauth_scopes (HTTP 400)"
ROWS = "collections_row x200 (HTTP 200, only when the call holds more than 100 records)"
CALL = "collections_call (HTTP 400, only when the call holds more than 100 records)"
LOCK = "collections_row wrapped lock (once)"
LIVING = "collections_row living record"
QUERY = "query (HTTP 400) in list"


def token_fault(body: dict[str, str], times: int | None) -> dict[str, Any]:
    """A fault that makes the practice org's token endpoint answer with this body."""
    said = {"code": body["error"], "message": body["error_description"]}
    return {"kind": "status", "area": "signin", "status": 400, "times": times, **said}


def row_fault(body: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A fault that makes the practice org refuse records with this body."""
    row = body["errors"][0] if "errors" in body else body
    return {"kind": "rows", "code": row["statusCode"], "message": row["message"], **more}


@pytest.fixture
def app(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house, signed in with client credentials, and a person who unsubscribed."""
    for name in ("PASSWORD", "SECURITY_TOKEN", "USERNAME"):
        monkeypatch.delenv(f"SALESFORCE_{name}")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", house.practice.world.app.consumer_key)
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", house.practice.world.app.consumer_secret)
    house.unsubscribe("anna@example.org")
    house.contact("anna@example.org")
    return house


def test_every_answer_has_a_test() -> None:
    assert set(BODIES) == {*ONCE, *PAUSING, SCOPES, ROWS, CALL, LOCK, LIVING, QUERY}


@pytest.mark.parametrize("case", ONCE)
def test_a_temporary_error_at_sign_in_is_tried_again_in_the_same_run(app: House, case: str) -> None:
    app.act("fault", **token_fault(BODIES[case], times=1))

    code, result = app.sync("run")

    assert (code, result["updated"]) == (0, 1)


@pytest.mark.parametrize(("case", "word"), PAUSING.items())
def test_an_app_that_is_not_allowed_pauses_the_connection_and_says_what_to_do(
    app: House, case: str, word: str
) -> None:
    app.act("fault", **token_fault(BODIES[case], times=None))

    code, result = app.sync("run")

    remedy = result["errors"][0]["remedy"]
    assert (code, app.sync("run")[1]["errors"][0]["code"]) == (1, "paused")
    assert word in remedy.lower()
    assert "Connected Apps OAuth Usage" in remedy
    assert "External Client App" in remedy


def test_a_missing_scope_is_named(app: House) -> None:
    app.act("fault", **token_fault(BODIES[SCOPES], times=None))

    assert "Manage user data via APIs (api)" in app.sync("run")[1]["errors"][0]["remedy"]


@pytest.mark.parametrize("case", [ROWS, CALL], ids=["row by row", "as a whole"])
def test_calls_of_more_than_a_hundred_records_are_made_smaller(house: House, case: str) -> None:
    body = BODIES[case]
    addresses = [f"p{number:03}@example.org" for number in range(150)]
    house.unsubscribe(*addresses)
    for address in addresses:
        house.contact(address)
    fault = (
        row_fault(body) if case == ROWS else {"kind": "status", "status": 400, "method": "PATCH"}
    )
    if case == CALL:
        fault |= {"code": body[0]["errorCode"], "message": body[0]["message"]}
    house.act("fault", **fault, more_than=100, times=None)

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["failed"]) == (0, 150, 0)


def test_a_lock_inside_another_error_is_tried_again(app: House) -> None:
    app.act("fault", **row_fault(BODIES[LOCK], times=1))

    code, result = app.sync("run")

    assert (code, result["updated"]) == (0, 1)


def test_a_record_that_still_exists_is_failed_and_not_gone(app: House) -> None:
    app.act("fault", **row_fault(BODIES[LIVING], times=None))

    code, result = app.sync("run")

    assert (code, result["failed"], result["skipped"]) == (3, 1, 0)
    assert "points to" in result["errors"][0]["remedy"]


def test_a_list_that_runs_too_long_says_how_to_make_it_smaller(app: House, tmp_path: Path) -> None:
    body = BODIES[QUERY][0]
    app.sync("run")
    said = {"code": body["errorCode"], "message": body["message"]}
    app.act("fault", kind="status", status=400, path="/query", times=None, **said)

    code, result = app.sync("list", "SELECT Email FROM Contact", "--out", str(tmp_path / "l.csv"))

    assert code == 1
    assert "narrow it with a condition" in result["errors"][0]["remedy"]
