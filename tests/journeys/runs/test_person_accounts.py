"""Person accounts: one person, written through Account and counted once (rules.md, 3.7)."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import to_text
from lib.services.log import open_log
from lib.services.runs.lookup import look_up
from tests.journeys.runs.conftest import House

ANNA, BEN = "anna@example.org", "ben@example.org"


@pytest.fixture
def anna(house: House) -> str:
    """The Account of Anna, who is a person account and unsubscribed."""
    account = house.person_account(ANNA)
    house.unsubscribe(ANNA)
    return account


def test_rule_3_7_a_person_account_is_opted_out_through_its_account(house: House, anna: str):
    code, result = house.sync("run")

    assert (code, result["records"], result["updated"], result["skipped"]) == (0, 1, 1, 0)
    assert house.is_opted_out(anna)
    assert house.is_opted_out(house.contact_of(anna))
    [change] = house.changes(result["run_id"])
    assert (change["sobject"], change["record_id"], change["outcome"]) == (
        "Account", anna, "updated",
    )  # fmt: skip


def test_rule_3_7_a_person_account_is_counted_once_next_to_contacts_and_leads(house, anna):
    contact, lead = house.contact(ANNA), house.lead(f" {ANNA.upper()} ")

    _, preview = house.sync("run", "--dry-run")
    _, result = house.sync("run")

    assert (preview["planned"], result["updated"]) == (3, 3)
    assert all(map(house.is_opted_out, (anna, contact, lead)))


def test_invariant_3_a_second_run_writes_no_person_account_again(house, anna):
    house.sync("run")

    _, again = house.sync("run")

    assert (again["updated"], again["already_opted_out"], again["records"]) == (0, 1, 1)


def test_rule_3_7_an_opted_out_person_account_counts_as_already_opted_out(house):
    house.person_account(ANNA, PersonHasOptedOutOfEmail=True)
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert (result["records"], result["already_opted_out"]) == (1, 1)


def test_rule_3_2_a_cleared_person_account_stays_cleared_until_a_newer_unsubscribe(house):
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    account = house.person_account(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("pass-time", hours=1)
    house.act("clear-box", record=account)

    _, kept = house.sync("run")
    house.act("pass-time", hours=1)
    house.unsubscribe(ANNA)
    _, newer = house.sync("run")

    assert (kept["kept"], kept["updated"]) == (1, 0)
    assert newer["updated"] == 1
    assert house.is_opted_out(account)


def test_rule_3_7_an_org_without_person_accounts_is_never_asked_for_their_fields(house):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.act("api-limit", used=0)

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert house.act("api-limit")["used"] == result["api_calls"]
    assert not house.practice.world.org.settings.person_accounts


def test_a_run_that_finds_nothing_new_takes_three_calls_with_person_accounts(house, anna):
    house.sync("run")

    _, result = house.sync("run")

    assert (result["records"], result["updated"], result["api_calls"]) == (1, 0, 3)


def test_a_person_account_is_looked_up_as_one_record(house, anna):
    house.sync("run")
    with open_log(house.home, os.environ) as log:
        found = look_up(log, os.environ, "environment", ANNA)

    assert [(each.sobject, each.opted_out) for each in found.records] == [("Account", True)]
    assert list(found.remembered) == [anna]


def test_rule_5_a_person_account_is_taken_back_through_its_account(house, anna):
    run = house.sync("run")[1]["run_id"]

    code, undone = house.sync("undo", run, "--yes")

    assert (code, undone["updated"]) == (0, 1)
    assert not house.is_opted_out(anna)
    assert not house.is_opted_out(house.contact_of(anna))
    assert house.sync("run")[1]["updated"] == 0


def test_rule_4_4_a_person_account_of_a_held_domain_is_on_hold(house):
    account = house.person_account(ANNA)
    house.unsubscribe("example.org")

    _, result = house.sync("run")

    assert (result["records"], result["skipped"]) == (1, 1)
    assert not house.is_opted_out(account)
    assert house.changes(result["run_id"])[0]["reason"] == "held"


def test_rule_3_4_a_person_account_that_comes_later_is_opted_out_once(house):
    house.unsubscribe(ANNA)
    house.sync("run")
    account = house.person_account(ANNA)

    _, result = house.sync("run")

    assert (result["records"], result["updated"]) == (1, 1)
    assert house.is_opted_out(account)


def test_rule_4_1_person_accounts_are_mailable_records(house):
    house.act("org-switch", person_accounts=True, persons=200)
    for number in range(60):
        house.contact(f"p{number}@made-up.test")
        house.unsubscribe(f"p{number}@made-up.test")

    code, result = house.sync("run")

    # 60 is more than half of the 60 mailable Contacts, but not of everyone.
    assert (code, result["updated"]) == (0, 60)


def test_rule_3_7_without_access_to_accounts_the_unsubscribe_stays_pending(house, anna):
    house.act("field-access", access="read_only", sobject="Contact")
    lead = house.lead(ANNA)

    code, result = house.sync("run")

    assert (code, result["status"]) == (1, "failed")
    assert (result["updated"], result["pending"]) == (1, 1)
    assert house.is_opted_out(lead)
    house.act("field-access", access="editable", sobject="Contact")
    _, again = house.sync("run")
    assert again["updated"] == 1
    assert house.is_opted_out(anna)


def test_rule_3_7_a_user_who_cannot_see_accounts_skips_the_contact_and_says_so(house, anna):
    hide_accounts(house)

    code, result = house.sync("run")

    assert (code, result["skipped"], result["updated"]) == (1, 1, 0)
    assert "can't see any Account" in result["errors"][0]["message"]
    assert house.changes(result["run_id"])[0]["reason"] == "person_account"


def hide_accounts(house: House) -> None:
    """Take away the right to see Accounts, as an administrator can."""
    org = house.practice.world.org
    with org.transaction():
        for row in list(org.tables.rows("PermissionSet").values()):
            org.tables.put("PermissionSet", {**row, "PermissionsModifyAllData": False})
        for row in list(org.tables.rows("ObjectPermissions").values()):
            if row["SobjectType"] == "Account":
                org.tables.put("ObjectPermissions", {**row, "PermissionsRead": False})


def test_rule_3_6_a_deleted_person_account_has_no_record(house, anna):
    house.act("delete-record", record=anna)

    _, result = house.sync("run")

    assert (result["records"], result["unmatched"]) == (0, 1)


def test_invariant_2_a_lost_answer_of_a_person_account_is_looked_up(house, anna):
    house.act("fault", kind="reset_after", method="PATCH")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert house.is_opted_out(anna)
