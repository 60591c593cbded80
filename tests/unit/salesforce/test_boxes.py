"""The only write: opt-out boxes, one group of records in a call or up to five."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from lib.errors import ApiLimitReached, PermissionMissing, RequestRefused, WriteUnanswered
from lib.fields import OptOutField
from lib.salesforce.boxes import MOST_GROUPS, cause, set_boxes
from lib.salesforce.codes import entry
from lib.salesforce.door import Door
from lib.salesforce.refusals import Cause
from lib.values import Change, Outcome, Verdict
from tests.unit.salesforce.wire import RESET, Answer, Asked, Wire, composite

CONTACTS = [f"0030000000000{n:02}AAA" for n in range(20)]
LEADS = [f"00Q0000000000{n:02}EAA" for n in range(20)]
PATH, TOGETHER = "composite/sobjects$", "composite$"


def opt_out(door: Door, changes: Sequence[Change]) -> Sequence[Verdict]:
    """The verdicts of one group."""
    (answer,) = set_boxes(door, [changes])
    return answer.verdicts


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


@pytest.mark.parametrize("name", ["id", "Id"])
def test_a_row_of_another_record_is_noticed_however_its_id_is_spelled(
    wire: Wire, door: Door, name: str
) -> None:
    wire.on("PATCH", PATH, Answer(200, [{name: CONTACTS[1], "success": False}]))

    with pytest.raises(WriteUnanswered):
        opt_out(door, [_change(CONTACTS[0])])


def test_a_record_that_is_refused_without_a_reason_was_not_written(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, Answer(200, [{"success": False, "errors": None}]))

    (verdict,) = opt_out(door, [_change(CONTACTS[0])])

    assert verdict == Verdict(CONTACTS[0], ok=False, code="UNKNOWN_EXCEPTION", message="")


def test_a_record_that_also_needs_a_person_is_not_tried_again(wire: Wire, door: Door) -> None:
    row = _refused("UNABLE_TO_LOCK_ROW")
    row["errors"].append({"statusCode": "STRING_TOO_LONG", "message": "too long", "fields": []})
    wire.on("PATCH", PATH, Answer(200, [row]))

    (verdict,) = opt_out(door, [_change(CONTACTS[0])])

    assert verdict.code == "STRING_TOO_LONG"
    assert len(wire.heard("sobjects")) == 1


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

    with pytest.raises(WriteUnanswered, match="answer"):
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

    with pytest.raises(PermissionMissing) as caught:
        opt_out(door, [_change(CONTACTS[0])])
    assert caught.value.message.startswith(entry(code).text)
    assert caught.value.remedy == entry(code).remedy


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


def test_rule_3_8_the_orgs_own_field_is_written_too_and_named_if_it_is_hidden(
    wire: Wire, door: Door
) -> None:
    door.own_field = OptOutField.of("No_Mail__c")
    hidden = Answer(400, [{"errorCode": "INVALID_FIELD", "message": "No such column"}])
    wire.on("PATCH", PATH, _all_done, hidden)

    opt_out(door, [_change(CONTACTS[0])])
    with pytest.raises(PermissionMissing, match="HasOptedOutOfEmail, No_Mail__c"):
        opt_out(door, [_change(CONTACTS[0])])

    (sent,) = wire.asked[-1].json["records"]
    assert (sent["HasOptedOutOfEmail"], sent["No_Mail__c"]) == (True, True)


def test_two_hundred_changes_go_in_one_call(wire: Wire, door: Door) -> None:
    wire.on("PATCH", PATH, _all_done)
    changes = [_change(f"0030000000{number:05}AAA") for number in range(200)]

    assert len(opt_out(door, changes)) == 200
    assert len(wire.heard(PATH)) == 1


def test_the_cause_of_a_refusal_is_in_its_code_or_its_message() -> None:
    refused = partial(Verdict, CONTACTS[0], ok=False)
    wraps = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    said = "T: execution of BeforeUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain"

    assert cause(refused(code="UNABLE_TO_LOCK_ROW")) is Cause.PASSING
    assert cause(refused(code=wraps)) is Cause.OTHER
    assert cause(refused(code=wraps, message=said)) is Cause.PASSING
    assert cause(refused()) is Cause.OTHER


def test_more_than_two_hundred_changes_are_not_sent(door: Door) -> None:
    with pytest.raises(ValueError, match="201"):
        opt_out(door, [_change(CONTACTS[0])] * 201)


def test_an_empty_group_is_not_sent(door: Door) -> None:
    with pytest.raises(ValueError, match="doesn't take"):
        set_boxes(door, [[_change(CONTACTS[0])], []])


def test_no_changes_cost_no_call(door: Door) -> None:
    assert set_boxes(door, []) == []
    assert door.calls == 0


def _groups(count: int) -> list[list[Change]]:
    return [[_change(CONTACTS[number])] for number in range(count)]


def _together(asked: Asked) -> Answer:
    parts = asked.json["compositeRequest"]
    return composite(*((200, _all_done_in(part["body"])) for part in parts))


def _all_done_in(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [_done(each["id"]) for each in body["records"]]


def test_five_groups_go_in_one_call_and_each_has_its_own_headers(wire: Wire, door: Door) -> None:
    wire.on("POST", TOGETHER, _together)

    answers = set_boxes(door, _groups(5))

    assert [[each.record_id for each in answer.verdicts] for answer in answers] == [
        [record_id] for record_id in CONTACTS[:5]
    ]
    (asked,) = wire.heard(TOGETHER)
    assert (asked.json["allOrNone"], asked.json["collateSubrequests"]) == (False, False)
    parts = asked.json["compositeRequest"]
    assert {part["url"] for part in parts} == {"/services/data/v59.0/composite/sobjects"}
    assert all(part["method"] == "PATCH" for part in parts)
    assert all(part["httpHeaders"] == {"Sforce-Auto-Assign": "FALSE"} for part in parts)
    assert not any(part["body"]["allOrNone"] for part in parts)


def test_more_groups_than_salesforce_takes_are_not_sent(door: Door) -> None:
    with pytest.raises(ValueError, match="doesn't take"):
        set_boxes(door, _groups(MOST_GROUPS + 1))


def test_a_group_that_is_refused_whole_leaves_the_others_as_they_are(
    wire: Wire, door: Door
) -> None:
    error = [{"errorCode": "BRAND_NEW", "message": "no"}]
    parts = ((200, [_done(CONTACTS[0])]), (400, error), (200, [_done(CONTACTS[2])]))
    wire.on("POST", TOGETHER, composite(*parts))

    first, second, third = set_boxes(door, _groups(3))

    assert [each.ok for answer in (first, third) for each in answer.verdicts] == [True, True]
    assert isinstance(second.error, RequestRefused)
    assert not second.passes


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "SERVER_UNAVAILABLE"), (400, "UNABLE_TO_LOCK_ROW"), (401, "INVALID_SESSION_ID")],
)
def test_a_group_whose_refusal_passes_may_be_sent_again(
    wire: Wire, door: Door, status: int, code: str
) -> None:
    error = [{"errorCode": code, "message": "not now"}]
    wire.on("POST", TOGETHER, composite((200, [_done(CONTACTS[0])]), (status, error)))

    _, second = set_boxes(door, _groups(2))

    assert second.passes
    assert not isinstance(second.error, WriteUnanswered)


def test_when_the_orgs_calls_run_out_no_group_may_be_sent_again(wire: Wire, door: Door) -> None:
    error = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    wire.on("POST", TOGETHER, composite((200, [_done(CONTACTS[0])]), (403, error)))

    _, second = set_boxes(door, _groups(2))

    assert isinstance(second.error, ApiLimitReached)
    assert not second.passes


def test_a_box_that_is_hidden_from_a_group_is_a_missing_permission(wire: Wire, door: Door) -> None:
    error = [{"errorCode": "INVALID_FIELD", "message": "No such column 'HasOptedOutOfEmail'"}]
    wire.on("POST", TOGETHER, composite((200, [_done(CONTACTS[0])]), (400, error)))

    _, second = set_boxes(door, _groups(2))

    assert isinstance(second.error, PermissionMissing)


@pytest.mark.parametrize(
    "part", [(200, []), (200, None), (200, [_done(CONTACTS[0])]), (500, "<html>"), (502, None)]
)
def test_a_group_without_a_readable_answer_is_lost_and_the_others_count(
    wire: Wire, door: Door, part: tuple[int, Any]
) -> None:
    wire.on("POST", TOGETHER, composite((200, [_done(CONTACTS[0])]), part))

    first, second = set_boxes(door, _groups(2))

    assert [each.ok for each in first.verdicts] == [True]
    assert isinstance(second.error, WriteUnanswered)
    assert second.error.message


def test_a_group_that_is_missing_from_the_answer_is_lost(wire: Wire, door: Door) -> None:
    wire.on("POST", TOGETHER, composite((200, [_done(CONTACTS[0])])))

    answers = set_boxes(door, _groups(2))

    assert [type(answer.error) for answer in answers] == [type(None), WriteUnanswered]


@pytest.mark.parametrize("answer", [RESET, Answer(200, None), Answer(200, []), Answer(200, "<h")])
def test_if_the_call_gets_no_readable_answer_every_group_is_lost(
    wire: Wire, door: Door, answer: Answer
) -> None:
    wire.on("POST", TOGETHER, answer)

    with pytest.raises(WriteUnanswered):
        set_boxes(door, _groups(2))


def test_a_busy_server_is_asked_again_and_counted(wire: Wire, door: Door) -> None:
    wire.on("POST", TOGETHER, Answer(503, [{"errorCode": "SERVER_UNAVAILABLE"}]), _together)

    answers = set_boxes(door, _groups(2))

    assert all(answer.error is None for answer in answers)
    assert door.busy == 1
