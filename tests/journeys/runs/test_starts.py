"""How a run starts: Salesforce and JangoMail at once, and what is needed in the fewest calls."""

import pytest

from tests.journeys.runs.conftest import House

ANNA, LONG_AGO = "anna@example.org", "2020-01-01T00:00:00+00:00"


@pytest.fixture
def known(house: House) -> House:
    """A connection that has run before, with one person opted out."""
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    assert house.sync("run")[0] == 0
    return house


def calls(house: House, kind: str) -> int:
    return house.practice.world.faults.calls.get(kind, 0)


def test_a_run_that_finds_nothing_new_takes_two_calls(known: House):
    _, result = known.sync("run")

    assert (result["records"], result["updated"], result["api_calls"]) == (1, 0, 2)


def test_a_run_with_many_new_people_takes_one_call_to_find_and_one_to_write_them(known: House):
    people = [f"person{number}@example.org" for number in range(49)]
    for email in people:
        known.contact(email)
    known.unsubscribe(*people)

    _, result = known.sync("run")

    assert (result["updated"], result["api_calls"]) == (49, 3)


def test_the_first_run_asks_for_the_org_and_the_rights_in_one_call(house: House):
    house.contact(ANNA)
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert (result["updated"], result["api_calls"]) == (1, 3)


def test_refused_credentials_end_a_run_although_jangomail_is_silent(known: House):
    known.act("policy", refusal="INVALID_LOGIN")
    known.act("fault", kind="silent", call="unsubscribes")

    code, result = known.sync("run")

    assert (code, result["errors"][0]["code"]) == (1, "credentials_refused")


def test_rule_7_both_refusals_are_remembered_when_both_refuse_at_once(
    known: House, monkeypatch: pytest.MonkeyPatch
):
    password = known.practice.world.mail.password
    known.act("policy", refusal="INVALID_LOGIN")
    known.act("mail-service", password="changed-there-1")
    assert known.sync("run")[1]["errors"][0]["code"] == "credentials_refused"
    known.act("policy", refusal="")
    known.act("mail-service", password=password)

    new = known.act("change-password", username="practice@example.org", password="another-1")
    monkeypatch.setenv("SALESFORCE_PASSWORD", new["password"])
    monkeypatch.setenv("SALESFORCE_SECURITY_TOKEN", new["token"])
    code, result = known.sync("run")

    assert (code, result["errors"][0]["code"]) == (1, "source_credentials_refused")


def test_rule_7_a_paused_connection_asks_jangomail_nothing(known: House):
    known.act("policy", refusal="INVALID_LOGIN")
    known.sync("run")
    before = calls(known, "unsubscribes")

    assert known.sync("run")[1]["errors"][0]["code"] == "paused"

    assert calls(known, "unsubscribes") == before


def test_salesforces_error_counts_before_that_of_jangomail(known: House):
    known.act("api-limit", used=15_000, maximum=15_000)
    known.act("mail-outage", times=9, status=503)

    code, result = known.sync("run")

    assert (code, result["errors"][0]["code"]) == (1, "api_limit_reached")


def test_a_right_that_was_withdrawn_since_the_last_run_is_noticed_by_the_next(known: House):
    new = known.contact("new@example.org")
    known.unsubscribe("new@example.org")
    known.act("field-access", access="hidden", sobject="Contact")

    code, result = known.sync("run")

    assert (code, result["errors"][0]["code"]) == (1, "permission_missing")
    assert not known.is_opted_out(new)
    known.act("field-access", access="editable", sobject="Contact")
    assert known.sync("run")[0] == 0
    assert known.is_opted_out(new)


def test_a_box_that_was_cleared_is_noticed_although_it_was_asked_for_before_jangomail(
    known: House,
):
    known.act("pass-time", hours=1)
    known.act("clear-box", address=ANNA)

    _, result = known.sync("run")

    assert (result["kept"], result["api_calls"]) == (1, 2)
