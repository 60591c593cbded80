"""A batch of records: how it's cut, and what Salesforce's answer means for each record."""

import pytest

from lib.errors import RequestRefused
from lib.store.memory import UNSURE
from lib.sync.batch import Batch
from lib.sync.call import Call, send
from lib.sync.lost_answers import Settled
from lib.sync.plan import CONVERTED, GONE
from lib.values import Outcome
from tests.unit.salesforce.wire import RESET, Answer
from tests.unit.sync.examples import change, contact_id, lead_id, of_lead

PATCH = "composite/sobjects$"
CONTACTS, LEADS = "composite/sobjects/Contact$", "composite/sobjects/Lead$"
WRAPPER, RULE = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "FIELD_CUSTOM_VALIDATION_EXCEPTION"
TRIGGER = "T: execution of AfterUpdate caused by: System.NullPointerException"
CPU = "T: System.LimitException: Apex CPU time limit exceeded"
ONE, TWO, THREE = change(1), change(2), change(3)


def done(record):
    return {"id": record.record_id, "success": True, "errors": []}


def refused(code, message="no"):
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}


def row(record, *, opted_out, modified="2026-03-02T12:00:00.000+0000"):
    return {
        "Id": record.record_id,
        "Email": record.address,
        "HasOptedOutOfEmail": opted_out,
        "LastModifiedDate": modified,
    }


def whole(status, code):
    return Answer(status, [{"errorCode": code, "message": "no"}])


@pytest.fixture
def sent(wire, door):
    """Sends changes to a server that gives this answer."""

    def once(changes, answer, tries=0):
        wire.on("PATCH", PATCH, answer if isinstance(answer, Answer) else Answer(200, answer))
        (result,) = send(door, Call((Batch(tuple(changes), tries=tries),))).answers
        return result

    return once


def test_a_batch_that_is_small_enough_stays_whole():
    batch = Batch((ONE, of_lead(2)), lost=1)

    assert batch.pieces(2) == [batch]
    assert batch.pieces(2)[0].is_fresh


def test_pieces_have_one_sobject_each_in_order_and_keep_the_count_of_lost_answers():
    batch = Batch((ONE, TWO, THREE, of_lead(4), of_lead(5)), lost=1)

    pieces = batch.pieces(2)

    assert [[change.record_id for change in piece.changes] for piece in pieces] == [
        [contact_id(1), contact_id(2)],
        [contact_id(3)],
        [lead_id(4), lead_id(5)],
    ]
    assert {(piece.lost, piece.is_fresh) for piece in pieces} == {(1, False)}


def test_a_mixed_batch_that_is_too_large_is_first_split_by_sobject():
    batch = Batch((ONE, of_lead(4), of_lead(5)))

    assert [len(piece) for piece in batch.pieces(2)] == [1, 2]


def test_a_box_that_was_set_is_updated(sent):
    answer = sent([ONE], [done(ONE)])

    assert answer.settled == [Settled(contact_id(1), Outcome.UPDATED)]
    assert (answer.too_much, answer.to_resend, answer.unsent, answer.error) == ([], [], [], None)


def test_a_refused_record_fails_with_salesforces_words_and_the_others_go_through(sent):
    answer = sent([ONE, TWO], [refused(RULE, "Phone is needed"), done(TWO)])

    assert answer.settled == [
        Settled(contact_id(1), Outcome.FAILED, RULE, "Phone is needed"),
        Settled(contact_id(2), Outcome.UPDATED),
    ]
    assert answer.too_much == []


def test_rule_3_6_a_converted_lead_is_skipped_with_salesforces_words(sent):
    answer = sent([of_lead(1)], [refused("CANNOT_UPDATE_CONVERTED_LEAD", "converted")])

    assert answer.settled == [Settled(lead_id(1), Outcome.SKIPPED, CONVERTED, "converted")]


@pytest.mark.parametrize("code", ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"])
def test_rule_3_6_a_record_is_gone_when_it_cannot_be_found(wire, sent, code):
    wire.on("POST", CONTACTS, Answer(200, [None, row(TWO, opted_out=False)]))

    answer = sent([ONE, TWO, THREE], [refused(code), refused(code), done(THREE)])

    assert [(result.outcome, result.reason) for result in answer.settled] == [
        (Outcome.SKIPPED, GONE),
        (Outcome.FAILED, code),
        (Outcome.UPDATED, None),
    ]
    assert wire.heard(CONTACTS)[0].json["ids"] == [contact_id(1), contact_id(2)]


def test_if_the_lookup_fails_too_the_record_is_refused_and_not_gone(wire, sent):
    wire.on("POST", CONTACTS, whole(400, "BRAND_NEW"))

    answer = sent([ONE], [refused("ENTITY_IS_DELETED")])

    assert [(result.outcome, result.reason) for result in answer.settled] == [
        (Outcome.FAILED, "ENTITY_IS_DELETED")
    ]


def test_a_clear_answer_is_not_looked_up(wire, sent):
    sent([ONE, TWO], [done(ONE), refused(RULE)])

    assert wire.heard(CONTACTS) == []


def test_records_that_meet_a_limit_wait_for_a_smaller_call(sent):
    answer = sent([ONE, TWO], [done(ONE), refused(WRAPPER, CPU)])

    assert answer.settled == [Settled(contact_id(1), Outcome.UPDATED)]
    assert (answer.too_much, answer.met_limit) == ([TWO], True)
    assert answer.if_alone == {contact_id(2): Settled(contact_id(2), Outcome.FAILED, WRAPPER, CPU)}


def test_a_trigger_that_fails_makes_every_record_of_its_sobject_wait(sent):
    batch = [ONE, TWO, of_lead(3)]

    answer = sent(batch, [refused(WRAPPER, TRIGGER), refused(WRAPPER, TRIGGER), done(batch[2])])

    assert (answer.too_much, answer.met_limit) == ([ONE, TWO], False)
    assert [result.record_id for result in answer.settled] == [lead_id(3)]


def test_if_a_trigger_let_one_record_through_the_refused_records_failed_on_their_own(sent):
    batch = [ONE, TWO, THREE]

    answer = sent(batch, [refused(WRAPPER, TRIGGER), refused(WRAPPER, TRIGGER), done(THREE)])

    assert answer.too_much == []
    assert [result.outcome for result in answer.settled] == [
        Outcome.FAILED,
        Outcome.FAILED,
        Outcome.UPDATED,
    ]


def test_messages_that_differ_only_in_ids_and_numbers_are_one_failure(sent):
    texts = [f"{TRIGGER} at line {number} for {contact_id(number)}" for number in (1, 2)]

    answer = sent([ONE, TWO], [refused(WRAPPER, text) for text in texts])

    assert answer.too_much == [ONE, TWO]


def test_records_that_automation_refuses_with_different_messages_fail_on_their_own(sent):
    answer = sent([ONE, TWO], [refused(WRAPPER, "Phone is empty"), refused(WRAPPER, "City too")])

    assert answer.too_much == []
    assert [result.outcome for result in answer.settled] == [Outcome.FAILED, Outcome.FAILED]


def test_records_that_break_the_same_rule_fail_on_their_own(sent):
    answer = sent([ONE, TWO], [refused(RULE), refused(RULE)])

    assert answer.too_much == []
    assert [result.outcome for result in answer.settled] == [Outcome.FAILED, Outcome.FAILED]


def test_a_locked_record_may_pass_later_and_the_others_are_settled(sent):
    answer = sent([ONE, TWO], [done(ONE), refused("UNABLE_TO_LOCK_ROW")])

    assert answer.locked == [TWO]
    assert [result.record_id for result in answer.settled] == [contact_id(1)]
    assert answer.too_much == []


def test_a_lock_that_lasts_through_the_last_try_is_a_refusal(door, sent):
    last = door.patience.tries - 1

    answer = sent([ONE], [refused("UNABLE_TO_LOCK_ROW", "locked")], tries=last)

    failed = Settled(contact_id(1), Outcome.FAILED, "UNABLE_TO_LOCK_ROW", "locked")
    assert (answer.locked, answer.settled) == ([], [failed])


def test_the_account_that_a_lock_names_is_kept_with_the_record(sent):
    text = "unable to obtain exclusive access to this record or 1 records: 001000000000007AAA"

    answer = sent([ONE], [refused("UNABLE_TO_LOCK_ROW", text)])

    assert [change.account_id for change in answer.locked] == ["001000000000007AAA"]


def test_a_trigger_that_fails_for_the_only_record_of_its_sobject_makes_no_other_wait(sent):
    batch = [ONE, of_lead(2)]

    answer = sent(batch, [refused(WRAPPER, TRIGGER), done(batch[1])])

    assert answer.too_much == []


def test_a_record_that_fails_in_its_own_call_fails_alone(sent):
    answer = sent([ONE], [refused(WRAPPER, TRIGGER)])

    assert (answer.settled, answer.too_much) == ([], [ONE])
    assert answer.if_alone[contact_id(1)].outcome is Outcome.FAILED


@pytest.mark.parametrize("code", ["QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"])
def test_a_call_that_takes_too_long_is_too_much_for_every_record(sent, code):
    answer = sent([ONE, TWO], whole(400, code))

    assert (answer.too_much, answer.met_limit, answer.error) == ([ONE, TWO], True, None)
    assert {result.reason for result in answer.if_alone.values()} == {"REQUEST_RUNNING_TOO_LONG"}


@pytest.mark.parametrize(
    ("status", "code", "may_be_a_record"),
    [
        (400, "BRAND_NEW", True),
        (404, "NOT_FOUND", False),
        (403, "API_DISABLED_FOR_ORG", False),
    ],
)
def test_a_call_refused_as_a_whole_wrote_nothing(sent, status, code, may_be_a_record):
    answer = sent([ONE, TWO], whole(status, code))

    assert isinstance(answer.error, Exception)
    assert (answer.unsent, answer.settled, answer.to_resend) == ([ONE, TWO], [], [])
    assert (answer.may_be_a_record, answer.was_lost) == (may_be_a_record, False)


@pytest.mark.parametrize(
    ("code", "may_be_a_record"), [("UNKNOWN_EXCEPTION", True), ("SERVER_UNAVAILABLE", False)]
)
def test_a_temporary_failure_may_be_a_record_unless_the_whole_service_is_out(
    sent, code, may_be_a_record
):
    answer = sent([ONE], whole(503, code))

    assert (answer.unsent, answer.may_be_a_record) == ([ONE], may_be_a_record)


def test_a_lost_answer_is_looked_up_and_not_sent_again_blindly(wire, sent):
    later = "2026-03-02T12:00:01.000+0000"
    rows = [
        row(ONE, opted_out=True),
        row(TWO, opted_out=False),
        row(THREE, opted_out=False, modified=later),
    ]
    wire.on("POST", CONTACTS, Answer(200, rows))

    answer = sent([ONE, TWO, THREE], RESET)

    assert len(wire.heard(PATCH)) == 1
    assert [(result.record_id, result.outcome, result.reason) for result in answer.settled] == [
        (contact_id(1), Outcome.UPDATED, None),
        (contact_id(3), Outcome.SKIPPED, UNSURE),
    ]
    assert (answer.was_lost, answer.to_resend, answer.unsent) == (True, [TWO], [])


def test_an_answer_that_does_not_match_the_records_counts_as_lost(wire, sent):
    wire.on("POST", CONTACTS, Answer(200, [row(ONE, opted_out=True), row(TWO, opted_out=True)]))

    answer = sent([ONE, TWO], [done(ONE)])

    assert answer.was_lost
    assert [result.outcome for result in answer.settled] == [Outcome.UPDATED, Outcome.UPDATED]


def test_a_lost_answer_that_cannot_be_looked_up_leaves_every_record_unsure(wire, sent):
    wire.on("POST", CONTACTS, whole(400, "BRAND_NEW"))

    answer = sent([ONE], RESET)

    assert isinstance(answer.error, RequestRefused)
    assert (answer.settled, answer.to_resend, answer.unsent) == ([], [], [])
    assert not answer.may_be_a_record
