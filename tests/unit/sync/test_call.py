"""One call that writes: when it's sent, and what its answer means for each of its batches."""

import pytest

from lib.errors import ApiLimitReached, RequestRefused
from lib.sync.batch import Batch
from lib.sync.call import Call, send
from lib.values import Outcome
from tests.unit.salesforce.conftest import door, login, slept, wire
from tests.unit.salesforce.wire import RESET, Answer, composite
from tests.unit.sync.examples import change

__all__ = ["door", "login", "slept", "wire"]

ONE, SEVERAL = "composite/sobjects$", "composite$"
BUSY = Answer(503, [{"errorCode": "SERVER_UNAVAILABLE", "message": "too busy"}])


def batch(*numbers, **values):
    return Batch(tuple(change(number) for number in numbers), **values)


def done(one):
    rows = [{"id": each.record_id, "success": True, "errors": []} for each in one.changes]
    return 200, rows


def refused(code):
    return 400, [{"errorCode": code, "message": "no"}]


@pytest.mark.parametrize(
    ("tries", "waited"), [([], []), ([1], [0.5]), ([2], [1.0]), ([1, 3], [2.0])]
)
def test_a_call_waits_for_the_batch_that_was_tried_most(wire, door, slept, tries, waited):
    batches = [batch(number, tries=each, waits=True) for number, each in enumerate(tries)]
    batches.append(batch(9, tries=4))
    wire.on("PATCH", ONE, Answer(*done(batches[0])))
    wire.on("POST", SEVERAL, composite(*map(done, batches)))

    answer = send(door, Call(tuple(batches)))

    assert slept == waited
    assert [each.settled[0].outcome for each in answer.answers] == [Outcome.UPDATED] * len(batches)
    assert (answer.failed_whole, answer.was_busy) == (False, False)


def test_a_busy_server_is_noted_with_the_answer(wire, door):
    one = batch(1)
    wire.on("PATCH", ONE, BUSY, Answer(*done(one)))

    answer = send(door, Call((one,)))

    assert answer.was_busy
    assert 0 <= answer.seconds < 60


def test_a_call_that_fails_with_all_its_batches_leaves_each_of_them_unsent(wire, door):
    wire.on("POST", SEVERAL, Answer(*refused("BRAND_NEW")))

    answer = send(door, Call((batch(1), batch(2, 3))))

    assert answer.failed_whole
    assert [len(each.unsent) for each in answer.answers] == [1, 2]
    assert all(isinstance(each.error, RequestRefused) for each in answer.answers)
    assert all(each.may_be_a_record for each in answer.answers)


def test_a_batch_alone_in_its_call_never_fails_as_one_of_several(wire, door):
    wire.on("PATCH", ONE, Answer(*refused("BRAND_NEW")))

    assert not send(door, Call((batch(1),))).failed_whole


@pytest.mark.parametrize(("tries", "passes"), [(0, True), (3, True), (4, False)])
def test_a_batch_whose_refusal_passes_is_sent_again_up_to_five_times(wire, door, tries, passes):
    first, second = batch(1), batch(2, tries=tries)
    wire.on("POST", SEVERAL, composite(done(first), refused("UNABLE_TO_LOCK_ROW")))

    _, answer = send(door, Call((first, second))).answers

    assert answer.passes is passes
    assert answer.unsent == list(second.changes)


def test_when_the_orgs_calls_run_out_no_record_is_to_blame(wire, door):
    said = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    wire.on("PATCH", ONE, Answer(403, said))

    (answer,) = send(door, Call((batch(1),))).answers

    assert isinstance(answer.error, ApiLimitReached)
    assert not answer.may_be_a_record


@pytest.mark.parametrize(
    ("to", "is_set", "outcome"),
    [
        (True, True, Outcome.UPDATED),
        (False, False, Outcome.UPDATED),
        (True, False, Outcome.PENDING),
        (False, True, Outcome.PENDING),
    ],
)
def test_records_of_a_lost_answer_are_looked_up_and_only_those_not_written_are_sent_again(
    wire, door, to, is_set, outcome
):
    one, other = batch(1), batch(2)
    row = {
        "Id": one.changes[0].record_id,
        "Email": one.changes[0].address,
        "HasOptedOutOfEmail": is_set,
        "LastModifiedDate": "2026-03-02T12:00:00.000+0000",
    }
    wire.on("POST", SEVERAL, composite((500, "<html>"), done(other)))
    wire.on("POST", "composite/sobjects/Contact$", Answer(200, [row]))

    answer, fine = send(door, Call((one, other), to=to)).answers

    assert answer.was_lost
    assert [each.outcome for each in answer.settled] == [outcome] * (outcome is Outcome.UPDATED)
    assert answer.to_resend == (list(one.changes) if outcome is Outcome.PENDING else [])
    assert not fine.was_lost


def test_a_lost_answer_that_cannot_be_looked_up_leaves_its_batch_open(wire, door):
    wire.on("PATCH", ONE, RESET)
    wire.on("POST", "composite/sobjects/Contact$", Answer(*refused("BRAND_NEW")))

    (answer,) = send(door, Call((batch(1),))).answers

    assert isinstance(answer.error, RequestRefused)
    assert (answer.settled, answer.unsent, answer.to_resend) == ([], [], [])


@pytest.mark.parametrize("code", ["REQUEST_RUNNING_TOO_LONG", "APEX_CPU_TIME_LIMIT_EXCEEDED"])
def test_a_record_that_is_too_much_alone_is_refused_with_salesforces_code(wire, door, code):
    one = batch(1)
    wire.on("PATCH", ONE, Answer(*refused(code)))

    (answer,) = send(door, Call((one,))).answers

    (alone,) = answer.if_alone.values()
    assert (alone.outcome, alone.reason) == (Outcome.FAILED, code)
    assert answer.too_much == list(one.changes)


@pytest.mark.parametrize("code", ["REQUEST_RUNNING_TOO_LONG", "QUERY_TIMEOUT"])
def test_a_call_of_two_batches_that_took_too_long_may_have_saved_the_first(wire, door, code):
    one, other = batch(1), batch(2)
    rows = [
        {
            "Id": each.changes[0].record_id,
            "Email": each.changes[0].address,
            "HasOptedOutOfEmail": is_set,
            "LastModifiedDate": "2026-03-02T12:00:00.000+0000",
        }
        for each, is_set in [(one, True), (other, False)]
    ]
    wire.on("POST", SEVERAL, Answer(*refused(code)))
    wire.on("POST", "composite/sobjects/Contact$", Answer(200, rows))

    answer = send(door, Call((one, other)))

    assert (answer.failed_whole, answer.too_large) == (True, False)
    assert [len(each.settled) for each in answer.answers] == [1, 0]
    assert [each.to_resend for each in answer.answers] == [[], list(other.changes)]


def test_a_call_with_too_many_bytes_will_never_pass(wire, door):
    wire.on("POST", SEVERAL, Answer(413, "<html>"))

    answer = send(door, Call((batch(1), batch(2))))

    assert (answer.failed_whole, answer.too_large, answer.was_busy) == (True, True, False)
    assert [len(each.unsent) for each in answer.answers] == [1, 1]
    assert not any(each.too_much for each in answer.answers)


def test_a_busy_server_is_noted_with_a_call_that_fails_too(wire, door):
    wire.on("POST", SEVERAL, BUSY, Answer(*refused("BRAND_NEW")))

    answer = send(door, Call((batch(1), batch(2))))

    assert (answer.failed_whole, answer.was_busy) == (True, True)
    assert 0 <= answer.seconds < 60
