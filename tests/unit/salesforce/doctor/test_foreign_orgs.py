"""Orgs that answer less than the practice org: nothing is guessed, and nothing fails for it."""

from dataclasses import replace
from typing import Any

import pytest

from lib.salesforce.doctor.checks import checks
from lib.salesforce.doctor.clocks import clock_check
from lib.salesforce.doctor.permissions import Permissions, Reach, permissions
from lib.salesforce.doctor.session import api_calls_left
from lib.salesforce.door import Door
from lib.salesforce.sessions import Limits
from lib.values import Check, Level, Org
from tests.unit.salesforce.wire import Answer, Wire, composite, rows

ORG = Org("00D000000000001EAA", "Acme", "production", "ana@example.org")
REFUSED = (400, [{"errorCode": "INVALID_TYPE", "message": "sObject type is not supported."}])
NO_FIELD = (400, [{"errorCode": "INVALID_FIELD", "message": "No such column"}])


def described(*fields: str) -> tuple[int, Any]:
    named = [{"name": name, "updateable": True} for name in fields]
    return 200, {"queryable": True, "updateable": True, "fields": named}


FULL = described("Id", "Email", "HasOptedOutOfEmail")


def examined(wire: Wire, door: Door, *answers: tuple[int, Any]) -> dict[str, Check]:
    """The checks, with these answers to the questions about permissions."""
    wire.on("POST", "composite$", composite(FULL, FULL), composite(*answers))
    limits = {"DailyApiRequests": {"Max": 15000, "Remaining": 14000}}
    wire.on("GET", "limits", Answer(200, limits))
    return {line.name: line for line in checks(door, ORG)}


def test_an_org_that_answers_no_question_about_permissions_fails_no_check(
    wire: Wire, door: Door
) -> None:
    lines = examined(wire, door, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)

    assert all(line.ok for line in lines.values())
    for name in ("Contact: all records can be seen", "Lead: converted Leads can be edited"):
        assert lines[name].detail.startswith("Salesforce doesn't say")
        assert lines[name].level == Level.NOTE


def test_a_permission_that_the_edition_does_not_have_costs_only_its_own_answer(
    wire: Wire, door: Door
) -> None:
    broad = rows({"PermissionsViewAllData": True, "PermissionsModifyAllData": True})

    lines = examined(wire, door, broad, NO_FIELD, REFUSED, rows(), rows())

    assert lines["Lead: all records can be seen"].level == Level.FINE
    assert lines["Lead: converted Leads can be edited"].detail.startswith("Salesforce doesn't say")


@pytest.mark.parametrize(("status", "code"), [(404, "NOT_FOUND"), (403, "INSUFFICIENT_ACCESS")])
def test_an_org_without_composite_says_nothing_about_permissions(
    wire: Wire, door: Door, status: int, code: str
) -> None:
    wire.on("POST", "composite$", Answer(status, [{"errorCode": code, "message": ""}]))

    assert permissions(door) == Permissions()


def test_values_of_an_unexpected_kind_are_no_answers(wire: Wire, door: Door) -> None:
    odd = rows({"PermissionsViewAllData": "yes", "PermissionsModifyAllData": None})
    asked = composite(odd, rows({}), (200, []), (200, {}), rows({}))
    wire.on("POST", "composite$", asked, composite(REFUSED, REFUSED))

    held = permissions(door)

    assert held.reach("Lead") == Reach()
    assert held.edits_converted is None


@pytest.mark.parametrize(
    ("user", "of_object", "shows", "sharing", "reach"),
    [
        ({}, None, False, {}, Reach()),
        (
            {"PermissionsViewAllData": False, "PermissionsModifyAllData": False},
            None,
            True,
            {},
            Reach(False, False),
        ),
        (
            {"PermissionsViewAllData": False, "PermissionsModifyAllData": False},
            None,
            False,
            {},
            Reach(None, None),
        ),
        (
            {"PermissionsViewAllData": True, "PermissionsModifyAllData": False},
            (False, False),
            True,
            {},
            Reach(True, False),
        ),
        ({}, (True, True), False, {}, Reach(True, True)),
        ({}, None, False, {"DefaultLeadAccess": "ReadEditTransfer"}, Reach(True, True, True)),
        ({}, None, False, {"DefaultLeadAccess": "Read"}, Reach(True, None, True)),
    ],
)
def test_reach_is_the_widest_of_permissions_and_sharing(
    user: dict[str, bool],
    of_object: tuple[bool, bool] | None,
    shows: bool,
    sharing: dict[str, str],
    reach: Reach,
) -> None:
    objects = {"Lead": of_object} if of_object else {}

    held = Permissions(user, objects=objects, shows_objects=shows, sharing=sharing)

    assert held.reach("Lead") == reach


def test_contacts_follow_their_accounts_where_sharing_says_so() -> None:
    sharing = {"DefaultContactAccess": "ControlledByParent", "DefaultAccountAccess": "Edit"}

    assert Permissions(sharing=sharing).reach("Contact") == Reach(True, True, True)


def test_the_header_shows_the_calls_left_if_the_limits_are_hidden(wire: Wire, door: Door) -> None:
    info = {"Sforce-Limit-Info": "api-usage=10/15000"}
    refused = [{"errorCode": "FUNCTIONALITY_NOT_ENABLED", "message": ""}]
    wire.on("GET", "limits", Answer(403, refused, info))

    check = api_calls_left(door, ORG)

    assert (check.ok, check.detail) == (True, "14,990 of 15,000 left in the last 24 hours")


def test_limits_that_no_one_shows_are_no_failure(wire: Wire, door: Door) -> None:
    wire.on("GET", "limits", Answer(200, {"DailyApiRequests": {}}))

    check = api_calls_left(door, ORG)

    assert (check.ok, check.level) == (True, Level.NOTE)


def test_a_server_without_a_date_says_nothing_about_its_clock(wire: Wire, door: Door) -> None:
    undated = replace(door.session, server_now=None)
    check = clock_check(Door(door.login, undated, door.patience, Limits()))  # no call was made yet

    assert (check.ok, check.level) == (True, Level.NOTE)
