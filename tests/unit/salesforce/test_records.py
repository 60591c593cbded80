"""The only write, and looking up records."""

from typing import Any

import pytest

from lib.clock import from_text
from lib.errors import PermissionMissing, WriteUnanswered
from lib.salesforce.door import Door
from lib.salesforce.records import look_up, opt_out
from lib.values import Change, Outcome, Verdict
from tests.unit.salesforce.wire import EXPIRED, RESET, Answer, Asked, Wire, soap_fault

CONTACTS = [f"0030000000000{n:02}AAA" for n in range(20)]
LEADS = [f"00Q0000000000{n:02}EAA" for n in range(20)]
PATH = "composite/sobjects$"


def _change(record_id: str, sobject: str = "Contact") -> Change:
    return Change(sobject, record_id, "ana@example.org", Outcome.PLANNED)


def _done(record_id: str) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": []}


def _refused(code: str, message: str = "no", **more: Any) -> dict[str, Any]:
    error = {"statusCode": code, "message": message, "fields": []}
    return {"success": False, "errors": [error], **more}


def _all_done(asked: Asked) -> Answer:
    return Answer(200, [_done(each["id"]) for each in asked.json["records"]])


def test_nothing_but_the_box_is_written(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, _all_done)

    opt_out(door, [_change(LEADS[0], "Lead"), _change(CONTACTS[0])])

    asked = wire.asked[-1]
    assert asked.json == {
        "allOrNone": False,
        "records": [
            {"attributes": {"type": "Contact"}, "id": CONTACTS[0], "HasOptedOutOfEmail": True},
            {"attributes": {"type": "Lead"}, "id": LEADS[0], "HasOptedOutOfEmail": True},
        ],
    }
    assert asked.headers["sforce-auto-assign"] == "FALSE"


def test_verdicts_are_in_the_order_given(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, _all_done)
    changes = [
        _change(record_id, kind)
        for pair in zip(LEADS, CONTACTS, strict=True)
        for record_id, kind in zip(pair, ("Lead", "Contact"), strict=True)
    ]

    verdicts = opt_out(door, changes)

    assert [each.record_id for each in verdicts] == [each.record_id for each in changes]
    assert all(each.ok for each in verdicts)
    types = [each["attributes"]["type"] for each in wire.asked[-1].json["records"]]
    assert types == ["Contact"] * 20 + ["Lead"] * 20


def test_a_refused_record_is_reported_and_the_others_go_through(wire: Wire, door: Door) -> None:
    refused = _refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    wire.on("PATCH", PATH, Answer(200, [_done(CONTACTS[0]), refused]))

    verdicts = opt_out(door, [_change(CONTACTS[0]), _change(LEADS[0], "Lead")])

    assert verdicts == [
        Verdict(CONTACTS[0], ok=True),
        Verdict(
            LEADS[0],
            ok=False,
            code="CANNOT_UPDATE_CONVERTED_LEAD",
            message="cannot reference converted lead",
        ),
    ]


def test_a_locked_row_is_tried_again_alone(wire: Wire, door: Door, slept: list[float]) -> None:
    locked = _refused("UNABLE_TO_LOCK_ROW", id=CONTACTS[1])
    wire.on("PATCH", PATH, Answer(200, [_done(CONTACTS[0]), locked]), _all_done)

    verdicts = opt_out(door, [_change(CONTACTS[0]), _change(CONTACTS[1])])

    assert [each.ok for each in verdicts] == [True, True]
    assert [len(each.json["records"]) for each in wire.heard("sobjects")] == [2, 1]
    assert slept == [0.5]


def test_a_row_that_stays_locked_is_refused_in_the_end(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, Answer(200, [_refused("UNABLE_TO_LOCK_ROW")]))

    (verdict,) = opt_out(door, [_change(CONTACTS[0])])

    assert verdict.code == "UNABLE_TO_LOCK_ROW"
    assert len(wire.heard("sobjects")) == 5


@pytest.mark.parametrize(
    "code", ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"]
)
def test_a_lock_inside_a_triggers_or_flows_error_is_tried_again(
    wire: Wire, door: Door, slept: list[float], code: str
) -> None:
    said = "T: execution of AfterUpdate caused by: first error: UNABLE_TO_LOCK_ROW, x: [] (dlrs)"
    wire.on("PATCH", PATH, Answer(200, [_refused(code, said)]), _all_done)

    (verdict,) = opt_out(door, [_change(CONTACTS[0])])

    assert verdict.ok
    assert slept == [0.5]


def test_a_record_that_also_needs_a_person_is_not_tried_again(wire: Wire, door: Door) -> None:
    row = _refused("UNABLE_TO_LOCK_ROW")
    row["errors"].append({"statusCode": "STRING_TOO_LONG", "message": "too long", "fields": []})
    wire.on("PATCH", PATH, Answer(200, [row]))

    (verdict,) = opt_out(door, [_change(CONTACTS[0])])

    assert verdict.code == "STRING_TOO_LONG"
    assert len(wire.heard("sobjects")) == 1


def test_a_second_try_that_is_too_much_marks_its_rows(wire: Wire, door: Door) -> None:
    first = Answer(200, [_done(CONTACTS[0]), _refused("UNABLE_TO_LOCK_ROW")])
    too_long = [{"errorCode": "REQUEST_RUNNING_TOO_LONG", "message": "stopped"}]
    wire.on("PATCH", PATH, first, Answer(400, too_long))

    verdicts = opt_out(door, [_change(CONTACTS[0]), _change(CONTACTS[1])])

    assert [each.code for each in verdicts] == [None, "REQUEST_RUNNING_TOO_LONG"]


def test_results_are_kept_if_the_whole_second_try_is_refused(wire: Wire, door: Door) -> None:
    first = Answer(200, [_done(CONTACTS[0]), _refused("UNABLE_TO_LOCK_ROW")])
    wire.on("PATCH", PATH, first, Answer(401, EXPIRED))
    wire.on("POST", "Soap", soap_fault("INVALID_LOGIN", "no"))

    verdicts = opt_out(door, [_change(CONTACTS[0]), _change(CONTACTS[1])])

    assert [each.ok for each in verdicts] == [True, False]


@pytest.mark.parametrize(
    "body",
    [
        [],
        [_done(CONTACTS[1])],
        [_done(CONTACTS[0]), _done(CONTACTS[1])],
        [{"id": CONTACTS[0]}],
        [{"success": True, "errors": []}],
        {"id": CONTACTS[0], "success": True},
        None,
        "<html>",
    ],
)
def test_an_answer_that_does_not_match_leaves_the_write_open(
    wire: Wire, door: Door, body: object
) -> None:
    wire.on("PATCH", PATH, Answer(200, body))

    with pytest.raises(WriteUnanswered):
        opt_out(door, [_change(CONTACTS[0])])


def test_a_reset_after_the_write_was_received_leaves_it_open(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, RESET)

    with pytest.raises(WriteUnanswered):
        opt_out(door, [_change(CONTACTS[0])])
    assert len(wire.heard("sobjects")) == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("INVALID_FIELD", "No such column 'HasOptedOutOfEmail' on sobject of type Contact"),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields"),
    ],
)
def test_a_hidden_or_read_only_box_is_a_missing_permission(
    wire: Wire, door: Door, code: str, message: str
) -> None:
    wire.on("PATCH", PATH, Answer(400, [{"errorCode": code, "message": message}]))

    with pytest.raises(PermissionMissing):
        opt_out(door, [_change(CONTACTS[0])])


def test_a_record_given_twice_is_written_once(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, _all_done)

    verdicts = opt_out(door, [_change(CONTACTS[0]), _change(CONTACTS[0][:15])])

    assert [each.ok for each in verdicts] == [True, True]
    assert len(wire.asked[-1].json["records"]) == 1


def test_no_other_object_is_ever_written(door: Door) -> None:
    with pytest.raises(ValueError, match="Opportunity isn't a person"):
        opt_out(door, [_change("006000000000001AAA", "Opportunity")])


def test_rule_3_7_a_person_account_is_written_through_its_account(wire: Wire, door: Door) -> None:
    account = "001000000000001AAA"
    wire.on("PATCH", "composite/sobjects", Answer(200, [{"id": account, "success": True}]))

    opt_out(door, [_change(account, "Account")])

    (sent,) = wire.asked[-1].json["records"]
    attributes = {"type": "Account"}
    assert sent == {"attributes": attributes, "id": account, "PersonHasOptedOutOfEmail": True}


def test_more_than_two_hundred_changes_are_not_sent(door: Door) -> None:
    with pytest.raises(ValueError, match="201"):
        opt_out(door, [_change(CONTACTS[0])] * 201)


def test_no_changes_cost_no_call(door: Door) -> None:
    assert opt_out(door, []) == []
    assert door.calls == 0


def test_records_are_looked_up_and_a_missing_record_is_none(wire: Wire, door: Door) -> None:
    row = {
        "attributes": {"type": "Lead"},
        "Id": LEADS[0],
        "Email": None,
        "HasOptedOutOfEmail": True,
        "LastModifiedDate": "2026-03-02T12:00:00.000+0000",
        "IsConverted": False,
    }
    wire.on("POST", "composite/sobjects/Lead$", Answer(200, [None, row]))

    found = look_up(door, "Lead", [LEADS[1], LEADS[0][:15]])

    assert found[LEADS[1]] is None
    record = found[LEADS[0][:15]]
    assert record is not None
    assert (record.address, record.opted_out) == ("", True)
    assert record.modified_at == from_text("2026-03-02T12:00:00.000Z")
    assert wire.asked[-1].json["ids"] == [LEADS[1], LEADS[0]]


def test_two_thousand_ids_are_looked_up_in_one_call(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite/sobjects/Contact$", Answer(200, [None]))

    look_up(door, "Contact", [f"0030000000{n:05}AAA" for n in range(2001)])

    assert [len(each.json["ids"]) for each in wire.heard("sobjects")] == [2000, 1]
