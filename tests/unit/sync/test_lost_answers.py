"""A write whose answer was lost: the record in Salesforce decides (rules.md, 0)."""

from datetime import timedelta

import pytest

from lib.errors import SalesforceError
from lib.store.memory import UNSURE
from lib.sync.lost_answers import Settled, judge, look_up, not_written
from lib.sync.plan import GONE
from lib.values import Outcome, Record
from tests.unit.salesforce.wire import Answer
from tests.unit.sync.examples import ANNA, NOON, change, contact_id, intent, lead_id, of_lead

LATER = NOON + timedelta(seconds=1)


def record(*, opted_out, modified_at=NOON):
    return Record("Contact", contact_id(1), ANNA, opted_out, modified_at)


@pytest.mark.parametrize("modified_at", [NOON, LATER])
def test_a_set_box_counts_as_updated_by_the_write_that_was_sent(modified_at):
    settled = judge(change(), record(opted_out=True, modified_at=modified_at))

    assert settled == Settled(contact_id(1), Outcome.UPDATED)


def test_a_cleared_box_on_an_unchanged_record_was_not_written():
    settled = judge(change(), record(opted_out=False))

    assert settled == Settled(contact_id(1), Outcome.PENDING)


def test_rule_0_a_cleared_box_on_a_changed_record_is_unsure():
    settled = judge(change(), record(opted_out=False, modified_at=LATER))

    assert settled == Settled(contact_id(1), Outcome.SKIPPED, UNSURE, modified_at=LATER)


def test_rule_0_a_cleared_box_is_unsure_if_the_plan_has_no_time():
    settled = judge(change(modified_at=None), record(opted_out=False))

    assert (settled.outcome, settled.reason) == (Outcome.SKIPPED, UNSURE)


def test_rule_0_a_hidden_box_is_unsure():
    settled = judge(change(), record(opted_out=None))

    assert (settled.outcome, settled.reason) == (Outcome.SKIPPED, UNSURE)


def test_rule_3_6_a_record_that_cannot_be_found_is_gone():
    assert judge(change(), None) == Settled(contact_id(1), Outcome.SKIPPED, GONE)


def test_only_what_stays_pending_certainly_was_not_written():
    settled = [
        Settled(contact_id(number), outcome) for number, outcome in enumerate(Outcome, start=1)
    ]

    pending = list(Outcome).index(Outcome.PENDING) + 1
    assert not_written(settled) == {contact_id(pending)}


def test_answers_come_in_the_order_of_the_writes_even_with_mixed_sobjects(org):
    anna = org.contact(ANNA)
    opted_out = org.lead(ANNA, opted_out=True)
    writes = [of_lead(9), intent(anna), change(2), intent(opted_out)]
    before = org.door.calls

    settled = look_up(org.door, writes)

    assert [(result.record_id, result.outcome, result.reason) for result in settled] == [
        (lead_id(9), Outcome.SKIPPED, GONE),
        (anna.record_id, Outcome.PENDING, None),
        (contact_id(2), Outcome.SKIPPED, GONE),
        (opted_out.record_id, Outcome.UPDATED, None),
    ]
    assert org.door.calls - before == 2


def test_if_salesforce_refuses_the_lookup_nothing_is_known(wire, door):
    wire.on(
        "POST", "composite/sobjects/Contact$", Answer(400, [{"errorCode": "NEW", "message": ""}])
    )

    with pytest.raises(SalesforceError):
        look_up(door, [change()])


def test_rule_5_a_lost_answer_of_an_undo_is_judged_by_the_box_that_it_cleared(org):
    cleared, still_set = org.contact(ANNA), org.lead(ANNA, opted_out=True)

    settled = look_up(org.door, [intent(cleared), intent(still_set)], to=False)

    assert [result.outcome for result in settled] == [Outcome.UPDATED, Outcome.PENDING]
