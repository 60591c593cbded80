"""What the user can see and edit, and what to do if that isn't enough."""

from typing import Any

import pytest

from lib.salesforce.access import Access, access, api_calls_left, checks
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic, read_org
from tests.unit.salesforce.wire import Answer, Wire, composite, rows

MISSING = (404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])
CALLS = {"DailyApiRequests": {"Max": 15000, "Remaining": 14000}}


def _described(
    *fields: str, updateable: bool = True, read_only: str = "", **more: Any
) -> tuple[int, Any]:
    named = [{"name": name, "updateable": name != read_only} for name in fields]
    return 200, {"queryable": True, "updateable": updateable, "fields": named, **more}


ALL = ("Id", "Email", "HasOptedOutOfEmail")


def test_rights_cost_one_call(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(_described(*ALL), _described(*ALL, "IsConverted")))

    rights = access(door)

    assert rights == {
        "Contact": Access("Contact", True, True, True, True, True, False, False),
        "Lead": Access("Lead", True, True, True, True, True, False, True),
    }
    assert all(right.can_write and right.problem() is None for right in rights.values())
    assert door.calls == 1


@pytest.mark.parametrize(
    ("described", "message", "place"),
    [
        (
            _described("Id", "Email"),
            'Salesforce hides "Email Opt Out" on Contact from this user',
            "Set Field-Level Security",
        ),
        (
            _described(*ALL, read_only="HasOptedOutOfEmail"),
            '"Email Opt Out" on Contact is read-only for this user',
            "Set Field-Level Security",
        ),
        (
            _described("Id", "HasOptedOutOfEmail"),
            'Salesforce hides "Email" on Contact from this user',
            "Set Field-Level Security",
        ),
        (
            _described(*ALL, updateable=False),
            "This user can't edit any Contact",
            "Object Settings",
        ),
        (MISSING, "This user can't see any Contact", "Object Settings"),
    ],
)
def test_a_missing_right_says_where_to_click(
    wire: Wire, door: Door, described: tuple[int, Any], message: str, place: str
) -> None:
    wire.on("POST", "composite$", composite(described, _described(*ALL)))

    contact = access(door)["Contact"]

    problem = contact.problem()
    assert problem is not None
    assert problem.message == message
    assert place in problem.remedy
    assert "Lightning" in problem.remedy
    assert "Classic" in problem.remedy
    assert not contact.can_write


def test_without_composite_each_object_is_described_alone(wire: Wire, door: Door) -> None:
    wire.on("GET", "sobjects/Contact/describe", Answer(*_described(*ALL)))
    wire.on("GET", "sobjects/Lead/describe", Answer(*MISSING))

    rights = access(door)

    assert rights["Contact"].can_write
    assert not rights["Lead"].readable


def test_the_check_shows_sign_in_first_then_rights_then_calls(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", composite(_described(*ALL), _described("Id", "Email")))
    wire.on("GET", "limits", Answer(200, CALLS))

    lines = checks(door)

    assert lines[0].name == "Salesforce sign-in"
    assert "Summer '27" in lines[0].detail
    assert [line.ok for line in lines] == [True] * 7 + [False, False, True]
    assert lines[-1].detail == "14,000 of 15,000 left in the last 24 hours"
    assert all(line.remedy for line in lines if not line.ok)


def test_too_few_calls_left_is_a_failed_check(wire: Wire, door: Door) -> None:
    left = {"DailyApiRequests": {"Max": 15000, "Remaining": 12}}
    wire.on("GET", "limits", Answer(200, left))

    assert not api_calls_left(door).ok


def test_the_header_shows_the_calls_left_if_the_limits_are_hidden(wire: Wire, door: Door) -> None:
    info = {"Sforce-Limit-Info": "api-usage=10/15000"}
    refused = [{"errorCode": "FUNCTIONALITY_NOT_ENABLED", "message": ""}]
    wire.on("GET", "limits", Answer(403, refused, info))

    check = api_calls_left(door)

    assert (check.ok, check.detail) == (True, "14,990 of 15,000 left in the last 24 hours")


@pytest.mark.parametrize(
    ("instance", "sandbox", "environment"),
    [("NA139", False, "production"), ("CS42", True, "sandbox"), ("PRA17", False, "practice")],
)
def test_the_org_says_who_it_is(
    wire: Wire, door: Door, instance: str, sandbox: bool, environment: str
) -> None:
    org = {"Id": "00D000000000009EAA", "Name": "Acme", "IsSandbox": sandbox}
    user = {"Username": "eva@example.org", "LocaleSidKey": "tr_TR"}
    wire.on("POST", "composite$", composite(rows(org | {"InstanceName": instance}), rows(user)))

    found = read_org(door)

    assert (found.org_id, found.name) == ("00D000000000009EAA", "Acme")
    assert (found.environment, found.username) == (environment, "eva@example.org")
    assert is_turkic(found.locale)
    assert door.session.locale == "tr_TR"
    assert "Turkish" in checks_of_sign_in(wire, door)


def checks_of_sign_in(wire: Wire, door: Door) -> str:
    wire.on("POST", "composite$", composite(_described(*ALL), _described(*ALL)))
    wire.on("GET", "limits", Answer(200, CALLS))
    return checks(door)[0].detail


def test_an_org_that_says_nothing_is_known_from_the_sign_in(wire: Wire, door: Door) -> None:
    hidden = (400, [{"errorCode": "INVALID_TYPE", "message": ""}])
    wire.on("POST", "composite$", composite(hidden, hidden))

    found = read_org(door)

    assert found.org_id == "00D000000000001EAA"
    assert found.environment == "production"
    assert found.username == "ana@example.org"
