"""What the user can see and edit, and what to do if that isn't enough."""

from typing import Any

import pytest

from lib.salesforce.access import Access, access
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic, read_org
from tests.unit.salesforce.wire import Answer, Wire, composite, rows

MISSING = (404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])


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


def test_an_org_that_says_nothing_is_known_from_the_sign_in(wire: Wire, door: Door) -> None:
    hidden = (400, [{"errorCode": "INVALID_TYPE", "message": ""}])
    wire.on("POST", "composite$", composite(hidden, hidden))

    found = read_org(door)

    assert found.org_id == "00D000000000001EAA"
    assert found.environment == "production"
    assert found.username == "ana@example.org"
