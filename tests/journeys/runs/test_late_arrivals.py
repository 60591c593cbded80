"""Records that came to have an address long after it unsubscribed (rules.md, 3.4)."""

import pytest

from lib.practice.org_setup import USERNAME

LONG_AGO = "2025-01-05T09:00:00Z"
ANNA, BEN = "anna@example.org", "ben@example.org"


@pytest.fixture
def connected(house):
    """An org whose first run is done: Anna unsubscribed long ago, and has one Contact."""
    house.contact(ANNA)
    house.contact("bystander@example.org")
    house.unsubscribe(ANNA, asked=LONG_AGO)
    assert house.sync("run")[0] == 0
    house.act("pass-time", hours=1)
    return house


def test_rule_3_4_a_record_edited_to_an_unsubscribed_address_is_opted_out(connected):
    contact = connected.contact(BEN)
    connected.sync("run")
    connected.act("pass-time", hours=1)
    connected.act("edit-email", record=contact, email=ANNA)

    _, result = connected.sync("run")

    assert result["updated"] == 1
    assert connected.is_opted_out(contact)


def test_rule_3_4_a_record_edited_away_from_an_unsubscribed_address_is_left_alone(connected):
    lead = connected.lead(ANNA)
    connected.sync("run")
    connected.act("pass-time", hours=1)
    connected.act("edit-email", record=lead, email=BEN)

    _, result = connected.sync("run")

    assert result["records"] == 0
    assert connected.is_opted_out(lead)


def test_rule_3_2_a_late_arrival_that_someone_clears_stays_cleared(connected):
    lead = connected.lead(ANNA)
    connected.sync("run")
    connected.act("pass-time", hours=1)
    connected.act("clear-box", record=lead)

    _, result = connected.sync("run")

    assert (result["updated"], result["kept"]) == (0, 1)
    assert not connected.is_opted_out(lead)


def test_rule_3_4_a_preview_shows_late_arrivals_and_the_run_after_it_still_finds_them(connected):
    lead = connected.lead(ANNA)

    _, preview = connected.sync("run", "--dry-run")

    assert (preview["planned"], connected.is_opted_out(lead)) == (1, False)
    assert connected.sync("run")[1]["updated"] == 1


def test_rule_3_4_late_arrivals_over_the_limit_are_found_again_by_the_approved_run(connected):
    lead = connected.lead(ANNA)

    code, _ = connected.sync("run", "--max-changes", "0")

    assert code == 4
    assert connected.sync("run", "--max-changes", "1")[1]["updated"] == 1
    assert connected.is_opted_out(lead)


def test_rule_1_8_a_run_with_a_file_does_not_look_for_late_arrivals(connected, tmp_path):
    lead = connected.lead(ANNA)
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{BEN}\n")

    _, result = connected.sync("run", "--file", str(path))

    assert result["updated"] == 0
    assert not connected.is_opted_out(lead)
    assert connected.sync("run")[1]["updated"] == 1


def test_invariant_2_a_late_arrival_that_salesforce_refuses_is_tried_by_every_run(connected):
    lead = connected.lead(ANNA)
    connected.act("in-approval", record=lead)
    code, result = connected.sync("run")
    assert (code, result["failed"]) == (3, 1)
    connected.act("pass-time", hours=1)
    assert connected.sync("run")[1]["failed"] == 1
    connected.act("in-approval", record=lead, on=False)
    connected.act("pass-time", hours=1)

    _, result = connected.sync("run")

    assert result["updated"] == 1
    assert connected.is_opted_out(lead)


def test_the_first_run_of_a_large_org_reads_no_records_for_late_arrivals(house):
    house.unsubscribe(ANNA, asked=LONG_AGO)
    for number in range(2_100):
        house.contact(f"person{number}@example.org")

    _, result = house.sync("run")

    assert result["api_calls"] <= 5


def test_rule_3_4_a_first_run_that_dies_half_way_hides_no_record_that_comes_after_it(house):
    contacts = [house.contact(f"person{number}@example.org") for number in range(3)]
    house.unsubscribe(*(f"person{number}@example.org" for number in range(3)), asked=LONG_AGO)
    house.act("in-approval", record=contacts[0])
    assert house.sync("run")[1]["failed"] == 1
    house.act("pass-time", hours=1)
    lead = house.lead("person1@example.org")

    house.sync("run")

    assert house.is_opted_out(lead)


def test_a_turkic_user_gets_the_late_arrivals_of_both_spellings(house):
    user = house.practice.world.org.user_named(USERNAME)
    with house.practice.world.org.transaction():
        house.practice.world.org.tables.put("User", {**user, "LocaleSidKey": "tr_TR"})
    house.unsubscribe("iris@example.org", asked=LONG_AGO)
    house.sync("run")
    house.act("pass-time", hours=1)
    lead = house.lead("IRIS@EXAMPLE.ORG")

    assert house.sync("run")[1]["updated"] == 1
    assert house.is_opted_out(lead)


def test_rule_5_a_late_arrival_can_be_taken_back_and_stays_mailable(connected):
    lead = connected.lead(ANNA)
    _, result = connected.sync("run")

    assert connected.sync("undo", result["run_id"], "--yes")[1]["updated"] == 1

    connected.act("pass-time", hours=1)
    _, daily = connected.sync("run")
    _, full = connected.sync("run", "--full")
    assert (daily["updated"], full["updated"]) == (0, 0)
    assert not connected.is_opted_out(lead)
