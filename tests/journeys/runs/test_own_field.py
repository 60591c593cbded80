"""An opt-out field of the org's own, in addition to Email Opt Out or instead of it."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import to_text
from tests.journeys.runs.conftest import House

ANNA, BEN = "anna@example.org", "ben@example.org"
BOTH, ONLY = "No_Mail__c", "=No_Mail__c"
KINDS = ("contact", "lead", "person_account")
NAMES = {
    "contact": ("HasOptedOutOfEmail", "No_Mail__c"),
    "lead": ("HasOptedOutOfEmail", "No_Mail__c"),
    "person_account": ("PersonHasOptedOutOfEmail", "No_Mail__pc"),
}


@pytest.fixture
def own(house: House, monkeypatch: pytest.MonkeyPatch):
    """Adds the field to the org, and chooses it: `Both__c` or `=Only__c`."""

    def choose(setting: str = BOTH, *, add: bool = True, **field: str) -> None:
        if add:
            house.act("custom-field", field=setting.removeprefix("="), **field)
        monkeypatch.setenv("SALESFORCE_OPT_OUT_FIELD", setting)

    return choose


def boxes(house: House, record: str) -> dict[str, bool]:
    """Every opt-out field of a record, by its name."""
    row = house.row(record)
    names = {name for both in NAMES.values() for name in both}
    return {name: row[name] for name in names & row.keys()}


@pytest.mark.parametrize("kind", KINDS)
def test_rule_3_8_both_fields_are_set_in_the_same_call(house, own, kind):
    record = getattr(house, kind)(ANNA)
    own(BOTH)
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert (code, result["records"], result["updated"]) == (0, 1, 1)
    assert boxes(house, record) == dict.fromkeys(NAMES[kind], True)
    _, again = house.sync("run")
    assert (again["updated"], again["already_opted_out"]) == (0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_rule_3_8_only_the_own_field_is_set_if_it_replaces_email_opt_out(house, own, kind):
    record = getattr(house, kind)(ANNA)
    own(ONLY)
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    standard, custom = NAMES[kind]
    assert (code, result["updated"]) == (0, 1)
    assert boxes(house, record) == {standard: False, custom: True}


@pytest.mark.parametrize("is_set", NAMES["contact"])
def test_rule_3_8_a_record_with_one_of_two_fields_set_is_not_opted_out_yet(house, own, is_set):
    own(BOTH)
    record = house.contact(ANNA, **{is_set: True})
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert (result["updated"], result["already_opted_out"]) == (1, 0)
    assert all(boxes(house, record).values())


def test_rule_3_8_email_opt_out_does_not_count_if_the_own_field_replaces_it(house, own):
    own(ONLY)
    record = house.contact(ANNA, HasOptedOutOfEmail=True)
    house.unsubscribe(ANNA)

    _, result = house.sync("run")

    assert result["updated"] == 1
    assert boxes(house, record) == dict.fromkeys(NAMES["contact"], True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", [0, 1])
def test_rule_3_2_a_person_who_clears_one_of_two_fields_is_left_alone(house, own, kind, which):
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    record = getattr(house, kind)(ANNA)
    own(BOTH)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("update-record", record=record, values={NAMES[kind][which]: False})

    _, kept = house.sync("run")
    house.act("pass-time", hours=1)
    house.unsubscribe(ANNA)
    _, newer = house.sync("run")

    assert (kept["kept"], kept["updated"]) == (1, 0)
    assert newer["updated"] == 1
    assert all(boxes(house, record).values())


def test_rule_3_8_a_field_that_counts_only_since_then_was_not_cleared_by_anyone(house, own):
    record = house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")
    own(BOTH)

    _, result = house.sync("run")

    assert (result["kept"], result["updated"]) == (0, 1)
    assert all(boxes(house, record).values())


def test_rule_3_2_a_cleared_box_stays_cleared_when_another_field_is_chosen(house, own):
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(hours=3)))
    record = house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("pass-time", minutes=1)
    house.act("clear-box", record=record)
    house.sync("run")
    own(ONLY)

    _, result = house.sync("run")

    assert (result["full"], result["updated"]) == (True, 0)
    assert not any(boxes(house, record).values())


def test_rule_3_8_another_field_makes_the_next_run_compare_everything(house, own):
    """People opted out long ago have the new field unset, and JangoMail doesn't name them again."""
    house.act("set-time", to=to_text(datetime.now(UTC) - timedelta(days=5)))
    record = house.contact(ANNA)
    house.unsubscribe(ANNA, asked="2026-01-05T10:00:00Z")
    house.sync("run")
    own(BOTH)

    _, result = house.sync("run")

    assert (result["full"], result["updated"]) == (True, 1)
    assert all(boxes(house, record).values())
    assert house.sync("run")[1]["full"] is False
    own(ONLY, add=False)
    assert house.sync("run")[1]["full"] is True
    own(BOTH, add=False)
    assert house.sync("run")[1]["full"] is True


def test_invariant_2_a_lost_answer_is_looked_up_in_both_fields(house, own):
    record = house.contact(ANNA)
    own(BOTH)
    house.unsubscribe(ANNA)
    house.act("fault", kind="reset_after", method="PATCH")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert all(boxes(house, record).values())


def test_rule_4_1_people_with_one_of_two_fields_set_are_mailable(house, own):
    own(BOTH)
    for number in range(40):
        house.contact(f"half{number}@example.org", HasOptedOutOfEmail=True)
    for number in range(60):
        house.contact(f"p{number}@example.net")
    house.unsubscribe(*(f"p{number}@example.net" for number in range(60)))

    code, result = house.sync("run")

    assert (code, result["status"]) == (4, "guarded")  # 60 of 100
    assert result["planned"] == 60


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"sobject": "Contact"}, "Lead has no field No_Mail__c, or Salesforce hides it"),
        ({"kind": "text"}, "No_Mail__c on Contact isn't a checkbox"),
        ({"kind": "formula"}, "No_Mail__c on Contact is a formula, which no one can set"),
    ],
)
@pytest.mark.parametrize("setting", [BOTH, ONLY])
def test_rule_3_8_a_field_that_cannot_serve_is_told_by_test_and_by_run(
    house, own, setting, field, words
):
    contact, lead = house.contact(ANNA), house.lead(ANNA)
    own(setting, **field)
    house.unsubscribe(ANNA)

    tested, checks = house.sync("test")
    code, result = house.sync("run")

    failed = [check for check in checks["checks"] if not check["ok"]]
    assert tested == 1
    assert words in failed[0]["detail"]
    assert failed[0]["remedy"]
    assert (code, result["status"]) == (1, "failed")
    assert words in result["errors"][0]["message"]
    assert not house.is_opted_out(lead)
    assert result["pending"] == (1 if field.get("sobject") else 2)
    assert house.is_opted_out(contact) is (setting == BOTH and "sobject" in field)


@pytest.mark.parametrize(
    ("access", "words"),
    [
        ("hidden", "Contact has no field No_Mail__c, or Salesforce hides it from this user"),
        ("read_only", "No_Mail__c on Contact is read-only for this user"),
    ],
)
def test_rule_3_8_a_field_the_user_may_not_set_is_told_and_nothing_is_half_written(
    house, own, access, words
):
    contact = house.contact(ANNA)
    own(BOTH)
    house.act("field-access", access=access, sobject="Contact", field="No_Mail__c")
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert (code, result["pending"]) == (1, 1)
    assert words in result["errors"][0]["message"]
    assert "Setup > Object Manager > Contact" in result["errors"][0]["remedy"]
    assert not any(boxes(house, contact).values())


def test_rule_3_8_a_field_that_is_missing_everywhere_is_told(house, own):
    house.contact(ANNA)
    own(BOTH, add=False)
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert code == 1
    assert "Contact has no field No_Mail__c" in result["errors"][0]["message"]
    assert "add a checkbox to Contact with the API name No_Mail__c" in result["errors"][0]["remedy"]


def test_rule_3_8_a_hidden_email_opt_out_does_not_matter_if_the_own_field_replaces_it(house, own):
    contact = house.contact(ANNA)
    own(ONLY)
    house.act("field-access", access="hidden")
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert house.row(contact)["No_Mail__c"]
    assert house.sync("test")[0] == 0


@pytest.mark.parametrize("setting", ["no_mail__c", "=NO_MAIL__C"])
def test_rule_3_8_a_name_in_other_letters_is_the_same_field(house, own, monkeypatch, setting):
    contact, person = house.contact(ANNA), house.person_account(ANNA)
    own(BOTH)
    own(setting, add=False)
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 2)
    assert house.row(contact)["No_Mail__c"]
    assert house.row(person)["No_Mail__pc"]
    names = [check["name"] for check in house.sync("test")[1]["checks"]]
    assert "Contact: No_Mail__c can be edited" in names


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_set", [0, 1])
def test_rule_6_2_for_lists_a_person_is_out_if_any_field_says_so(house, own, kind, is_set):
    own(BOTH)
    getattr(house, kind)(ANNA, **{NAMES[kind][is_set]: True})
    house.contact(ANNA)

    code, listed = house.sync("list", "SELECT Email FROM Contact", "--out", str(house.home / "l"))

    assert (code, listed["rows"]) == (0, 0)


def test_rule_3_8_a_stored_connection_has_its_own_field(house, own, monkeypatch):
    contact = house.contact(ANNA)
    own(BOTH)
    assert house.sync("connect", "live")[0] == 0
    monkeypatch.delenv("SALESFORCE_OPT_OUT_FIELD")
    house.unsubscribe(ANNA)

    _, result = house.sync("run", "--connection", "live")

    assert result["updated"] == 1
    assert all(boxes(house, contact).values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("setting", [BOTH, ONLY])
def test_rule_5_undo_sets_back_the_fields_that_the_run_set(house, own, kind, setting):
    record = getattr(house, kind)(ANNA)
    own(setting)
    house.unsubscribe(ANNA)
    run = house.sync("run")[1]["run_id"]

    code, undone = house.sync("undo", run, "--yes")

    assert (code, undone["updated"]) == (0, 1)
    assert not any(boxes(house, record).values())
    assert house.sync("run")[1]["updated"] == 0


@pytest.mark.parametrize("is_set", NAMES["contact"])
def test_rule_5_undo_leaves_a_record_that_had_one_field_set_before(house, own, is_set):
    own(BOTH)
    record = house.contact(ANNA, **{is_set: True})
    house.unsubscribe(ANNA)
    run = house.sync("run")[1]["run_id"]

    _, undone = house.sync("undo", run, "--yes")

    assert (undone["updated"], undone["skipped"]) == (0, 1)
    assert all(boxes(house, record).values())
    assert house.changes(undone["run_id"])[0]["reason"] == "set_before"


def test_rule_5_undo_goes_by_the_field_of_the_run_that_is_taken_back(house, own):
    record = house.contact(ANNA)
    house.unsubscribe(ANNA)
    run = house.sync("run")[1]["run_id"]
    own(BOTH)

    _, undone = house.sync("undo", run, "--yes")

    assert undone["updated"] == 1
    assert not any(boxes(house, record).values())
