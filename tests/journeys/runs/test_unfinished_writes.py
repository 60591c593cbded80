"""Writes that weren't made, or whose answer was lost: never forgotten and never counted twice."""

import pytest

ANNA = "anna@example.org"


@pytest.fixture
def records(house):
    """A Contact and a Lead whose address is on JangoMail's list."""
    house.unsubscribe(ANNA)
    return house.contact(ANNA), house.lead(ANNA)


def history_sum(house) -> int:
    return sum(run["updated"] or 0 for run in house.sync("history")[1]["runs"])


def test_a_write_that_certainly_was_not_made_is_made_later_even_if_the_record_has_changed(
    house, records
):
    contact, _ = records
    house.act("fault", kind="status", status=503, method="PATCH", times=50)
    house.sync("run")
    house.act("clear-faults")
    house.act("update-record", record=contact, values={"Phone": "1"})

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)
    assert house.is_opted_out(contact)


def test_a_change_that_was_not_written_is_settled_once_and_counted_once(house, records):
    house.act("fault", kind="reset", method="PATCH", times=50)
    house.sync("run")
    house.act("clear-faults")

    for _ in range(3):
        house.sync("run")

    assert history_sum(house) == 2


def test_a_lost_write_to_a_record_that_has_changed_is_unsure(house, records):
    contact, lead = records
    house.act("fault", kind="reset", method="PATCH", times=1)
    house.act("fault", kind="status", status=500, code="", path="composite/sobjects/", times=50)
    house.act("fault", kind="reset", method="PATCH", times=50)
    house.sync("run")
    house.act("clear-faults")
    house.act("pass-time", minutes=1)
    house.act("update-record", record=contact, values={"Phone": "1"})

    code, result = house.sync("run")

    outcomes = {change["record_id"]: change["reason"] for change in house.changes(result["run_id"])}
    assert code == 0
    assert outcomes[contact] == "unsure"
    assert house.is_opted_out(lead)
    assert not house.is_opted_out(contact)


def test_a_hidden_box_on_leads_does_not_hold_up_contacts(house, records):
    contact, lead = records
    house.act("fault", kind="reset", method="PATCH", times=50)
    house.act("fault", kind="status", status=503, path="composite/sobjects/Lead", times=50)
    house.sync("run")
    house.act("clear-faults")
    house.act("field-access", access="hidden", sobject="Lead")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (1, 1)
    assert house.is_opted_out(contact)
    assert not house.is_opted_out(lead)


def test_another_connection_to_the_same_org_knows_which_boxes_a_person_cleared(house, records):
    contact, _ = records
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)
    house.sync("run")

    house.sync("connect", "default")
    _, result = house.sync("run")

    assert (result["connection"], result["updated"]) == ("default", 0)
    assert not house.is_opted_out(contact)


def test_a_report_that_cannot_be_read_holds_up_no_one_else(house, records):
    contact, _ = records
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=contact)
    bert = house.contact("bert@example.org")
    house.unsubscribe("bert@example.org")
    house.act("fault", kind="status", area="jangomail", status=500, path="Reports_", times=50)

    _, result = house.sync("run")

    assert (result["updated"], result["kept"]) == (1, 1)
    assert house.is_opted_out(bert)
    assert not house.is_opted_out(contact)
