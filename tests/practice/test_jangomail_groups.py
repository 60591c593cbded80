"""New groups in the practice org's e-mail service, over HTTP."""

import pytest

from lib.errors import SourceCredentialsRefused
from lib.practice.faults.fault import InjectedFault
from lib.practice.serve import Practice
from lib.settings import credentials_from
from lib.sources.jangomail.asmx import ServiceRefused
from lib.sources.jangomail.groups import GroupNameTaken, Groups, Unanswered, field_names

NAME = "Spring 2026-03-02"


def groups_of(practice: Practice, **changed: str) -> Groups:
    login = credentials_from({**practice.environment, **changed}).jangomail
    return Groups(login, sleep=lambda _seconds: None)


def members(practice: Practice) -> dict[str, dict[str, str]]:
    return practice.world.mail.group(NAME).members


def test_a_new_group_takes_people_with_their_fields(practice: Practice) -> None:
    groups = groups_of(practice)

    groups.make(NAME)
    for field in ("FirstName", "AccountName"):
        groups.add_field(NAME, field)
    groups.put(
        NAME,
        ["FirstName", "AccountName"],
        [("ann@example.org", "Ann", "A, B & <C>"), ("bob@example.org", "", "")],
    )

    assert members(practice) == {
        "ann@example.org": {
            "EmailAddress": "ann@example.org",
            "FirstName": "Ann",
            "AccountName": "A, B & <C>",
        },
        "bob@example.org": {"EmailAddress": "bob@example.org", "FirstName": "", "AccountName": ""},
    }
    assert groups.count(NAME) == 2
    assert sorted(groups.members(NAME)) == ["ann@example.org", "bob@example.org"]


def test_values_cannot_start_another_row_or_column(practice: Practice) -> None:
    groups = groups_of(practice)
    groups.make(NAME)
    groups.add_field(NAME, "Note")

    groups.put(NAME, ["Note"], [("ann@example.org", 'x"\t"y"\n"eve@example.org"\t"z\r')])

    assert list(members(practice)) == ["ann@example.org"]


@pytest.mark.parametrize("taken", [NAME, NAME.upper()])
def test_a_name_that_is_taken_has_its_own_error(practice: Practice, taken: str) -> None:
    practice.world.mail.add_group(taken)

    with pytest.raises(GroupNameTaken, match=NAME):
        groups_of(practice).make(NAME)


def test_a_group_is_found_by_its_name_whatever_its_case(practice: Practice) -> None:
    groups = groups_of(practice)
    assert groups.find(NAME) is None

    groups.make(NAME)
    groups.put(NAME, [], [("ann@example.org",)])

    found = groups.find(NAME.lower())
    assert found is not None
    assert (found.name, found.members) == (NAME, 1)


def test_a_member_added_twice_is_there_once(practice: Practice) -> None:
    groups = groups_of(practice)
    groups.make(NAME)

    for _ in range(2):
        groups.add_field(NAME, "FirstName")
        groups.put(NAME, ["FirstName"], [("ann@example.org", "Ann")])

    assert groups.count(NAME) == 1


def test_a_member_is_removed_and_a_missing_member_is_no_error(practice: Practice) -> None:
    groups = groups_of(practice)
    groups.make(NAME)
    groups.put(NAME, [], [("ann@example.org",), ("bob@example.org",)])

    for _ in range(2):
        groups.take_out(NAME, "ANN@example.org")

    assert list(members(practice)) == ["bob@example.org"]


def test_a_missing_group_is_refused(practice: Practice) -> None:
    with pytest.raises(ServiceRefused, match="invalid"):
        groups_of(practice).count(NAME)


@pytest.mark.parametrize(("kind", "is_made"), [("reset", False), ("reset_after", True)])
def test_a_lost_answer_has_its_own_error_and_nothing_is_sent_twice(
    practice: Practice, kind: str, is_made: bool
) -> None:
    groups = groups_of(practice)
    practice.world.faults.add(InjectedFault(kind, area="jangomail"))

    with pytest.raises(Unanswered):
        groups.make(NAME)

    assert (groups.find(NAME) is not None) is is_made


def test_a_wrong_password_is_a_refused_sign_in(practice: Practice) -> None:
    with pytest.raises(SourceCredentialsRefused):
        groups_of(practice, JANGOMAIL_PASSWORD="wrong").make(NAME)


def test_fields_get_unique_names_that_a_mailing_can_use() -> None:
    titles = ["FirstName", "Account.Name", "AccountName", "A__c", "!?", "emailaddress"]

    assert field_names(titles) == [
        "FirstName",
        "AccountName",
        "AccountName2",
        "A__c",
        "Field",
        "emailaddress2",
    ]
