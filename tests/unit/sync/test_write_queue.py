"""Which batches go into the next call, and in what size those that failed are sent again."""

from dataclasses import replace

import pytest

from lib.sync.batch import Batch
from lib.sync.call_size import LONE_FAILURES
from lib.sync.write_queue import WriteQueue
from tests.unit.sync.examples import change, of_lead

ACME = "001000000000001AAA"


@pytest.fixture
def queue():
    """A queue in which nothing waits."""
    return WriteQueue([])


def none_busy():
    return set()


def batch(count, **values):
    return Batch(tuple(change(number) for number in range(count)), **values)


def test_what_is_sent_again_goes_before_what_no_call_has_had():
    queue = WriteQueue([of_lead(1)])
    queue.again(batch(2, tries=1))

    assert queue.next(none_busy) == [batch(2, tries=1)]
    assert queue.next(none_busy) == [Batch((of_lead(1),))]
    assert queue.next(none_busy) == []


def test_batches_share_a_call_unless_one_of_them_has_to_be_alone(queue):
    for each in (batch(1), batch(2), batch(3, alone=True), batch(4)):
        queue.again(each)

    calls = [[len(each) for each in queue.next(none_busy)] for _ in range(3)]

    assert calls == [[1, 2], [3], [4]]


def test_a_call_has_as_many_batches_as_may_go_together(queue):
    queue.sizes.failed_together(4)
    for _ in range(3):
        queue.again(batch(1))

    assert [len(queue.next(none_busy)) for _ in range(2)] == [2, 1]


def test_a_halved_batch_goes_first_in_its_order_and_begins_anew(queue):
    queue.again(batch(1))
    queue.halve(batch(5, lost=2, waits=True, was_limited=True), of=5)

    first, second, last = queue.next(none_busy)

    assert [first.changes, second.changes] == [batch(5).changes[:3], batch(5).changes[3:]]
    assert first == Batch(first.changes, lost=1, is_fresh=False)
    assert last == batch(1)


@pytest.mark.parametrize(("lost", "kept"), [(0, 0), (1, 1), (2, 1), (3, 1)])
def test_each_smaller_size_without_an_answer_is_tried_once(queue, lost, kept):
    queue.halve(batch(2, lost=lost), of=2)

    assert [each.lost for each in queue.next(none_busy)] == [kept, kept]


def test_a_batch_that_is_larger_than_what_passes_by_now_is_cut_and_its_rest_waits(queue):
    queue.again(batch(5))
    queue.sizes.failed("Contact", 4, is_fresh=True)

    calls = [[len(each) for each in queue.next(none_busy)] for _ in range(2)]

    assert calls == [[2, 2, 1], []]


def test_a_mixed_batch_that_failed_says_nothing_of_each_object_and_one_object_does(queue):
    mixed = Batch((change(1), change(2), of_lead(1)))

    queue.learn(mixed, {"Contact", "Lead"})
    assert queue.sizes.size(["Contact"]) == queue.sizes.size(["Lead"])
    queue.learn(mixed, {"Contact"})

    assert queue.sizes.size(["Contact"]) == 1
    assert queue.sizes.size(["Lead"]) > 1


def test_a_fresh_batch_that_passed_forgives_an_earlier_failure(queue):
    large, small = batch(4), batch(2)

    for failed, each in [((), large), (("Contact",), large), ((), small), (("Contact",), large)]:
        queue.learn(each, set(failed))

    assert queue.sizes.size(["Contact"]) > 4


def test_locked_records_wait_for_the_rest_and_for_their_account():
    locked = replace(change(1), account_id=ACME)
    queue = WriteQueue([locked])
    queue.next(none_busy)
    queue.lock([locked], 2)
    queue.again(batch(1))

    assert queue.next(none_busy) == [batch(1)]
    assert queue.next(lambda: None) == []
    assert queue.next(lambda: {ACME}) == []
    assert queue.next(none_busy) == [Batch((locked,), tries=2, waits=True)]
    assert queue.next(none_busy) == []


def test_locked_records_are_tried_in_calls_as_large_as_pass():
    queue = WriteQueue(batch(6).changes)
    queue.sizes.failed_together(2)
    queue.sizes.failed("Contact", 8, is_fresh=True)
    assert [[len(each) for each in queue.next(none_busy)] for _ in range(2)] == [[3], [3]]
    queue.lock(batch(6).changes, 1)

    assert [[len(each) for each in queue.next(none_busy)] for _ in range(3)] == [[4], [2], []]


def test_batches_keep_a_least_size_once_record_after_record_failed_alone(queue):
    for _ in range(LONE_FAILURES):
        queue.sizes.failed_alone()
    queue.halve(batch(40), of=2)

    assert len(queue.next(none_busy)[0]) == 1
