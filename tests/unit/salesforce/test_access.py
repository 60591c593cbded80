"""What the user can see and edit, and what to do if that isn't enough."""

from typing import Any

import pytest

from lib.errors import SalesforceUnreachable
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


PERSON = ("Id", "PersonEmail", "PersonHasOptedOutOfEmail", "IsPersonAccount", "PersonContactId")
WITH_PERSONS = composite(_described(*ALL, "IsPersonAccount"), _described(*ALL, "IsConverted"))


def test_rule_3_7_account_is_described_only_if_contact_says_there_are_person_accounts(
    wire: Wire, door: Door
) -> None:
    wire.on("POST", "composite$", WITH_PERSONS, composite(_described(*PERSON)))

    rights = access(door)

    assert list(rights) == ["Contact", "Lead", "Account"]
    assert all(right.can_write for right in rights.values())
    assert rights["Contact"].skips_person_accounts
    assert rights["Account"].fields.opt_outs == ("PersonHasOptedOutOfEmail",)
    assert door.calls == 2


def test_rule_3_7_a_hidden_box_on_person_accounts_is_found_in_contacts_fields(
    wire: Wire, door: Door
) -> None:
    hidden = [name for name in PERSON if name != "PersonHasOptedOutOfEmail"]
    wire.on("POST", "composite$", WITH_PERSONS, composite(_described(*hidden)))

    problem = access(door)["Account"].problem()

    assert problem is not None
    assert problem.message == 'Salesforce hides "Email Opt Out" on Account from this user'
    assert problem.remedy.startswith("Lightning: Setup > Object Manager > Contact >")
    assert "Person accounts have the rights of Contact's field." in problem.remedy


def test_rule_3_7_contacts_of_person_accounts_stay_in_sight_if_account_is_hidden(
    wire: Wire, door: Door
) -> None:
    wire.on("POST", "composite$", WITH_PERSONS, composite(MISSING))

    rights = access(door)

    assert not rights["Contact"].skips_person_accounts
    assert not rights["Account"].can_match


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


@pytest.mark.parametrize("damaged", [{}, {"queryable": True}, [], "<html>"])
def test_a_damaged_describe_is_asked_for_again_and_is_no_missing_right(
    wire: Wire, door: Door, damaged: object
) -> None:
    wire.on("POST", "composite$", composite((200, damaged), _described(*ALL, "IsConverted")))
    wire.on("GET", "Contact/describe", Answer(*_described(*ALL)))

    assert access(door)["Contact"].can_write
    assert door.calls == 2


def test_describes_that_stay_damaged_are_a_broken_answer_and_no_missing_right(
    wire: Wire, door: Door
) -> None:
    wire.on("POST", "composite$", composite((200, {}), _described(*ALL)))
    wire.on("GET", "Contact/describe", Answer(200, {}))

    with pytest.raises(SalesforceUnreachable, match="doesn't describe"):
        access(door)
