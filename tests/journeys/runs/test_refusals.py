"""What Salesforce or JangoMail refuses: exit code, remedy, and what is left for later."""

import pytest

ANNA = "anna@example.org"


@pytest.fixture
def records(house):
    """A Contact and a Lead whose address is on JangoMail's list."""
    house.unsubscribe(ANNA)
    return house.contact(ANNA), house.lead(ANNA)


def sign_ins(house) -> int:
    return house.practice.world.signin.account(
        house.practice.environment["SALESFORCE_USERNAME"]
    ).wrong_tries


def test_a_wrong_password_fails_and_is_not_tried_again(house, records, monkeypatch):
    monkeypatch.setenv("SALESFORCE_PASSWORD", "wrong")

    code, first = house.sync("run")
    _, second = house.sync("run")

    assert (code, first["status"]) == (1, "failed")
    assert first["errors"][0]["code"] == "credentials_refused"
    assert second["errors"][0]["code"] == "paused"
    assert sign_ins(house) == 1
    assert not any(house.is_opted_out(record_id) for record_id in records)


def test_changed_credentials_work_right_away(house, records, monkeypatch):
    right = house.practice.environment["SALESFORCE_PASSWORD"]
    monkeypatch.setenv("SALESFORCE_PASSWORD", "wrong")
    house.sync("run")
    monkeypatch.setenv("SALESFORCE_PASSWORD", right)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)


def test_a_successful_test_ends_the_pause_of_the_same_credentials(house, records):
    house.act("policy", refusal="INVALID_LOGIN")
    house.sync("run")
    house.act("policy", refusal="")

    assert house.sync("run")[1]["errors"][0]["code"] == "paused"
    assert house.sync("test")[0] == 0
    assert house.sync("run")[0] == 0


def test_rule_7_restricted_hours_do_not_pause_the_connection(house, records):
    house.act("policy", refusal="LOGIN_DURING_RESTRICTED_TIME")
    assert house.sync("run")[1]["errors"][0]["code"] == "sign_in_refused"
    house.act("policy", refusal="")

    assert house.sync("run")[0] == 0


@pytest.mark.parametrize("access", ["hidden", "read_only"])
def test_a_run_without_access_to_the_field_fails_and_says_where_to_click(house, records, access):
    house.act("field-access", access=access)

    code, result = house.sync("run")

    assert (code, result["status"], result["updated"]) == (1, "failed", 0)
    assert {error["code"] for error in result["errors"]} == {"permission_missing"}
    assert "Set Field-Level Security" in result["errors"][0]["remedy"]


def test_records_left_by_a_missing_permission_are_opted_out_once_it_is_fixed(house, records):
    house.act("field-access", access="hidden")
    house.sync("run")
    house.act("field-access", access="editable")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)


def test_without_permission_to_edit_leads_the_contacts_are_still_opted_out(house, records):
    contact, lead = records
    house.act("object-edit", sobject="Lead", on=False)

    code, result = house.sync("run")

    assert (code, result["updated"], result["pending"]) == (1, 1, 1)
    assert house.is_opted_out(contact)
    assert not house.is_opted_out(lead)


def test_an_expired_session_is_renewed_during_a_run(house, records):
    house.act("fault", kind="status", status=401, code="INVALID_SESSION_ID", path="composite")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)


def test_a_request_is_tried_again_if_the_server_is_too_busy(house, records):
    house.act("fault", kind="status", status=503, times=2)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)


def test_a_write_whose_answer_is_lost_is_looked_up_and_not_sent_again(house, records):
    contact, _ = records
    house.act("fault", kind="reset_after", method="PATCH")

    code, result = house.sync("run")

    stamp = house.practice.world.org.tables.rows("Contact")[contact]["SystemModstamp"]
    house.sync("run")
    assert (code, result["updated"]) == (0, 2)
    assert house.practice.world.org.tables.rows("Contact")[contact]["SystemModstamp"] == stamp


def test_a_locked_row_is_tried_again(house, records):
    house.act("lock-rows", records=list(records), tries=1)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)


def test_rule_1_4_an_incomplete_answer_from_jangomail_is_discarded(house, records):
    house.act("fault", kind="cut", area="jangomail", times=10)

    code, result = house.sync("run")

    assert (code, result["status"], result["events_read"]) == (1, "failed", 0)
    house.act("clear-faults")
    assert house.sync("run")[1]["updated"] == 2


def test_used_up_api_calls_leave_the_rest_for_the_next_run(house, records):
    house.act("api-limit", used=100_000)

    code, result = house.sync("run")

    assert (code, result["errors"][0]["code"]) == (1, "api_limit_reached")
    house.act("api-limit", used=0)
    assert house.sync("run")[1]["updated"] == 2
