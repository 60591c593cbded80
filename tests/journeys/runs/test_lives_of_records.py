"""Converted Leads, merges, deleted and undeleted records (rules.md, 3.6)."""

import os

import pytest

from lib.practice.org_setup import USERNAME
from lib.services.connections.chosen import choose
from lib.services.log import open_log
from lib.services.runs.order import RunOrder, run_once
from lib.sync.request import RunHooks
from tests.journeys.runs.conftest import House

ANNA, BEN = "anna@example.org", "ben@example.org"
EDIT_CONVERTED = "AllowViewEditConvertedLeads"


@pytest.fixture
def converted(house: House) -> tuple[str, str]:
    """A converted Lead of Anna, who unsubscribed, and the Contact it became at another address."""
    lead = house.lead(ANNA)
    contact = house.act("convert-lead", record=lead)["contact"]
    house.act("edit-email", record=contact, email=BEN)
    house.unsubscribe(ANNA)
    return lead, contact


def may_edit_converted(house: House, *, on: bool) -> None:
    house.act("user-permission", permission=EDIT_CONVERTED, on=on)


def test_rule_3_6_a_converted_lead_is_left_alone(house, converted):
    lead, contact = converted
    may_edit_converted(house, on=False)

    code, result = house.sync("run")

    assert (code, result["records"], result["skipped"]) == (0, 1, 1)
    assert house.changes(result["run_id"])[0]["reason"] == "converted"
    assert not house.is_opted_out(lead)
    assert not house.is_opted_out(contact)


def test_rule_3_6_a_converted_lead_is_written_if_the_user_may_edit_it(house, converted):
    lead, contact = converted
    may_edit_converted(house, on=True)

    code, result = house.sync("run")

    assert (code, result["updated"], result["skipped"]) == (0, 1, 0)
    assert house.is_opted_out(lead)
    assert not house.is_opted_out(contact)


def test_rule_3_6_the_contact_a_lead_became_is_written_if_it_has_the_address(house):
    lead = house.lead(ANNA)
    contact = house.act("convert-lead", record=lead)["contact"]
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert (result["updated"], result["skipped"]) == (1, 1)
    assert house.is_opted_out(contact)


def test_rule_3_6_asking_for_the_permission_takes_no_call_of_its_own(house):
    house.lead(ANNA)
    house.unsubscribe(ANNA)
    _, plain = house.sync("run", "--dry-run")
    house.act("convert-lead", record=house.lead(ANNA))

    _, asked = house.sync("run", "--dry-run")

    assert asked["skipped"] == 1
    assert asked["api_calls"] == plain["api_calls"]


def test_rule_3_6_a_cleared_converted_lead_stays_cleared(house, converted):
    lead, _ = converted
    may_edit_converted(house, on=True)
    house.sync("run")
    house.act("update-record", record=lead, values={"HasOptedOutOfEmail": False}, user=USERNAME)

    _, result = house.sync("run")

    assert (result["updated"], result["kept"]) == (0, 1)


@pytest.fixture
def late(house: House) -> str:
    """A Lead with Anna's address that was imported and converted after her unsubscribe was done."""
    house.unsubscribe(ANNA, asked="2025-01-05T09:00:00Z")
    house.sync("run")
    lead = house.lead(ANNA)
    contact = house.act("convert-lead", record=lead)["contact"]
    house.act("edit-email", record=contact, email=BEN)
    return lead


def hide_change(house: House, lead: str) -> None:
    """Give the Lead a SystemModstamp from long ago, so that only a full comparison finds it."""
    org = house.practice.world.org
    with org.transaction():
        row = org.tables.rows("Lead")[lead]
        org.tables.put("Lead", {**row, "SystemModstamp": "2025-02-01T00:00:00.000+0000"})


@pytest.mark.parametrize("option", [(), ("--full",)])
@pytest.mark.parametrize("may_edit", [True, False])
def test_rule_3_6_a_late_converted_lead_is_written_only_if_the_user_may_edit_it(
    house, late, option, may_edit
):
    if option:
        hide_change(house, late)
    may_edit_converted(house, on=may_edit)

    code, result = house.sync("run", *option)

    assert (code, result["records"], result["updated"]) == (0, may_edit, may_edit)
    assert house.is_opted_out(late) is may_edit
    assert house.sync("run")[1]["updated"] == 0


def test_rule_3_6_a_late_converted_lead_is_found_once_the_user_may_edit_it(house, late):
    may_edit_converted(house, on=False)
    house.sync("run")
    house.act("pass-time", hours=5)
    house.sync("run")
    may_edit_converted(house, on=True)

    _, result = house.sync("run", "--full")

    assert result["updated"] == 1
    assert house.is_opted_out(late)


def test_rule_3_6_converted_leads_of_others_cost_no_extra_call(house, late):
    may_edit_converted(house, on=True)
    house.sync("run")
    house.act("pass-time", hours=1)
    _, without = house.sync("run")
    house.act("convert-lead", record=house.lead("clara@example.org"))

    _, result = house.sync("run")

    assert result["api_calls"] == without["api_calls"]


def test_rule_3_2_a_converted_lead_that_someone_clears_is_seen_by_the_next_run(house, late):
    may_edit_converted(house, on=True)
    house.sync("run")
    house.act("pass-time", hours=1)
    house.act("update-record", record=late, values={"HasOptedOutOfEmail": False}, user=USERNAME)

    _, result = house.sync("run")

    assert (result["updated"], result["kept"]) == (0, 1)


def test_rule_3_6_the_record_left_after_a_merge_is_written_if_it_has_the_address(house):
    winner, loser = house.contact(BEN), house.contact(ANNA)
    house.act("merge-records", winner=winner, loser=loser, values={"Email": ANNA})
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert (result["records"], result["updated"]) == (1, 1)
    assert house.is_opted_out(winner)


def test_rule_3_6_the_record_left_after_a_merge_with_another_address_is_left_alone(house):
    winner, loser = house.contact(BEN), house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("merge-records", winner=winner, loser=loser)

    _, result = house.sync("run")

    assert result["updated"] == 0
    assert not house.is_opted_out(winner)


def test_rule_3_6_a_merge_that_brings_the_address_later_is_a_late_arrival(house):
    winner, loser = house.contact(BEN), house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("merge-records", winner=winner, loser=loser, values={"Email": ANNA})

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert house.is_opted_out(winner)


def test_rule_3_6_merged_person_accounts_are_one_record(house):
    winner, loser = house.person_account(BEN), house.person_account(ANNA)
    house.act("merge-records", winner=winner, loser=loser, values={"PersonEmail": ANNA})
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert (result["records"], result["updated"]) == (1, 1)
    assert house.is_opted_out(winner)


def delete_once_found(house: House, record: str, line: str) -> None:
    """Delete the record after the run has found it, and before it writes."""
    if "records have" in line:
        house.act("delete-record", record=record)


@pytest.mark.parametrize("kind", ["contact", "lead", "person_account"])
def test_rule_3_6_a_record_deleted_before_its_write_is_gone(house, kind):
    record = getattr(house, kind)(ANNA)
    other = house.contact(ANNA)
    house.unsubscribe(ANNA)
    with open_log(house.home, os.environ) as log:
        chosen = choose(log, os.environ, None)
        hooks = RunHooks(report=lambda line: delete_once_found(house, record, line))
        result = run_once(log, chosen, RunOrder("test"), hooks)

    assert (result.status, result.updated, result.skipped) == ("succeeded", 1, 1)
    reasons = {one["record_id"]: one["reason"] for one in house.changes(result.run_id)}
    assert reasons == {record: "gone", other: None}


@pytest.mark.parametrize("kind", ["contact", "lead", "person_account"])
def test_rule_3_6_an_undeleted_record_is_opted_out_by_the_next_run(house, kind):
    record = getattr(house, kind)(ANNA)
    house.act("delete-record", record=record)
    house.unsubscribe(ANNA)
    _, without = house.sync("run")
    house.act("undelete-record", record=record)

    _, result = house.sync("run")

    assert (without["records"], without["unmatched"]) == (0, 1)
    assert result["updated"] == 1
    assert house.is_opted_out(record)


def test_rule_3_6_a_record_undeleted_with_its_box_set_is_left_as_it_is(house):
    record = house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("delete-record", record=record)
    house.act("undelete-record", record=record)

    _, result = house.sync("run")

    assert (result["updated"], result["kept"]) == (0, 0)
    assert house.is_opted_out(record)
