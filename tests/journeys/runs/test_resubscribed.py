"""People who were taken off JangoMail's list (rules.md, 1.5): what runs and lists do then."""

import pytest

LONG_AGO = "2025-01-05T09:00:00Z"
ANNA, BEN = "anna@example.org", "ben@example.org"
EVERYONE = "SELECT Id, Email FROM Contact"


@pytest.fixture
def resubscribed(house):
    """Anna unsubscribed and was opted out; then she was taken off the list, and a report was read.

    Ben stays on the list.
    """
    anna = house.contact(ANNA)
    house.contact(BEN)
    for address in (ANNA, BEN):
        house.unsubscribe(address, asked=LONG_AGO)
    assert house.sync("run")[1]["updated"] == 2
    house.act("pass-time", hours=1)
    house.act("resubscribe", entry=ANNA)
    assert house.sync("run", "--full")[0] == 0
    house.act("pass-time", hours=1)
    return anna


def on_list(house, tmp_path) -> str:
    path = tmp_path / "list.csv"
    assert house.sync("list", EVERYONE, "--out", str(path))[0] == 0
    return path.read_text()


def test_rule_1_5_checked_boxes_stay_checked(house, resubscribed):
    assert house.is_opted_out(resubscribed)


def test_rule_1_5_a_record_that_comes_later_is_no_late_arrival(house, resubscribed):
    lead, other = house.lead(ANNA), house.lead(BEN)

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert (house.is_opted_out(lead), house.is_opted_out(other)) == (False, True)
    house.sync("run", "--full")
    assert not house.is_opted_out(lead)


def test_rule_6_2_they_are_back_on_lists_unless_their_box_is_checked(house, resubscribed, tmp_path):
    assert ANNA not in on_list(house, tmp_path)
    house.act("clear-box", record=resubscribed)

    assert ANNA in on_list(house, tmp_path)
    assert BEN not in on_list(house, tmp_path)


def test_rule_1_5_a_pending_unsubscribe_is_no_longer_pending(house):
    anna = house.contact(ANNA)
    house.act("in-approval", record=anna)
    house.unsubscribe(ANNA, asked=LONG_AGO)
    assert house.sync("run")[1]["failed"] == 1
    house.act("in-approval", record=anna, on=False)
    house.act("resubscribe", entry=ANNA)

    _, result = house.sync("run", "--full")

    assert (result["addresses"], result["updated"]) == (0, 0)
    assert not house.is_opted_out(anna)


def test_rule_1_2_someone_who_unsubscribes_again_is_opted_out_again(house, resubscribed):
    lead = house.lead(ANNA)
    house.sync("run")
    house.act("pass-time", hours=1)
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert house.is_opted_out(lead)


def test_rule_3_2_a_box_cleared_after_the_resubscription_stays_cleared(house, resubscribed):
    house.act("clear-box", record=resubscribed)

    _, result = house.sync("run")

    assert (result["updated"], result["kept"]) == (0, 1)
    assert not house.is_opted_out(resubscribed)


def test_rule_1_5_a_list_that_shrinks_at_once_is_an_alert_and_makes_no_one_mailable(
    house, tmp_path
):
    everyone = [f"person{number}@example.org" for number in range(30)]
    for address in everyone:
        house.unsubscribe(address, asked=LONG_AGO)
    contact = house.contact(everyone[0])
    house.sync("run")
    for address in everyone[:25]:
        house.act("resubscribe", entry=address)

    code, result = house.sync("run", "--full")

    assert code == 0
    assert [error["code"] for error in result["errors"]] == ["list_shrank"]
    [alert] = house.sync("alerts")[1]["alerts"]
    assert (alert["cause"], alert["state"]) == ("list_shrank", "open")
    house.act("pass-time", hours=1)
    late = house.lead(everyone[1])
    assert house.sync("run")[1]["updated"] == 1
    assert house.is_opted_out(late)
    house.act("clear-box", record=contact)


def test_rule_1_6_a_preview_marks_no_one(house, tmp_path):
    anna = house.contact(ANNA)
    house.unsubscribe(ANNA, asked=LONG_AGO)
    house.sync("run")
    house.act("resubscribe", entry=ANNA)

    house.sync("run", "--full", "--dry-run")

    house.act("clear-box", record=anna)
    assert ANNA not in on_list(house, tmp_path)


def test_rule_5_an_undone_record_is_not_opted_out_by_an_event_that_was_taken_off_the_list(house):
    anna = house.contact(ANNA)
    house.unsubscribe(ANNA, asked=LONG_AGO)
    _, result = house.sync("run")
    assert house.sync("undo", result["run_id"], "--yes")[1]["updated"] == 1
    house.act("pass-time", hours=1)
    house.unsubscribe(ANNA)
    house.act("resubscribe", entry=ANNA)
    house.sync("run", "--full")

    assert not house.is_opted_out(anna)


def test_a_preview_leaves_out_who_the_report_no_longer_has_just_as_the_run_does(house):
    house.unsubscribe(ANNA, asked=LONG_AGO)
    house.sync("run")
    house.act("pass-time", hours=1)
    lead = house.lead(ANNA)
    house.act("resubscribe", entry=ANNA)

    _, preview = house.sync("run", "--full", "--dry-run")
    _, result = house.sync("run", "--full")

    assert (preview["planned"], result["updated"]) == (0, 0)
    assert not house.is_opted_out(lead)
