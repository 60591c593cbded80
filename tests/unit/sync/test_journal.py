"""A run's log: changes before they're sent, and results after (rules.md, 3.1)."""

from datetime import timedelta

import pytest

from lib.errors import StoppedError
from lib.store import changes, ledger, memory, runs
from lib.store.memory import KEPT, UNSETTLED, UNSURE
from lib.sync import plan
from lib.sync.journal import Journal, as_intents
from lib.sync.lost_answers import Settled
from lib.values import Outcome, Reading, Sighting
from tests.unit.sync.examples import (
    ANNA,
    BEN,
    CLARA,
    JANGOMAIL,
    NOON,
    SCOPE,
    change,
    contact_id,
    lead_id,
    of_lead,
)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def journal(store, run_id):
    """The log of a run that has just started."""
    return Journal(store, SCOPE, run_id)


@pytest.fixture
def begun(store, journal):
    """A journal whose changes have been announced."""

    def begin(*announced):
        with store.writing():
            journal.announce(announced)
        journal.begin(announced)
        return journal

    return begin


def logged(store, run_id):
    return [logged_change.change for logged_change in changes.of_run(store, run_id)]


def seen(store):
    return memory.recall(store, SCOPE, [contact_id(1)]).get(contact_id(1))


def remember(store, number=1, *, address=ANNA):
    row = ("Contact", contact_id(number), address)
    memory.seen_opted_out(store, SCOPE, "before", [row])
    return memory.recall(store, SCOPE, [contact_id(number)])


def pending(store, clock, *addresses):
    info = Reading("report", None, clock.now, iter([Sighting(address) for address in addresses]))
    ledger.take(store, SCOPE, info, source=JANGOMAIL, run_id="run1")


def no_fence():
    """Stand in for a fence while the run still has its lease."""


def lost_lease():
    raise StoppedError("Another run took over", remedy="Nothing is lost.")


def test_only_planned_changes_become_intents():
    announced = as_intents(change(number, outcome) for number, outcome in enumerate(Outcome))

    expected = [Outcome.PENDING if outcome is Outcome.PLANNED else outcome for outcome in Outcome]
    assert [each.outcome for each in announced] == expected
    assert [each.record_id for each in announced] == [contact_id(n) for n in range(len(expected))]


def test_changes_announced_in_a_transaction_that_is_rolled_back_are_not_in_the_log(
    store, journal, run_id
):
    with store.rehearsing():
        journal.announce([change(1)])

    assert logged(store, run_id) == []
    assert list(journal.changes) == []


def test_the_changes_to_write_are_pending_and_their_box_may_be_set(begun):
    journal = begun(change(1), change(2, Outcome.KEPT), of_lead(3))

    assert [each.record_id for each in journal.intents({})] == [contact_id(1), lead_id(3)]
    assert [each.record_id for each in journal.intents({"Lead": "permission_missing"})] == [
        contact_id(1)
    ]


def test_a_batch_is_noted_before_it_is_sent(store, clock, begun):
    journal = begun(change(1), change(2))
    sent_at = clock.go(seconds=5)

    journal.sending([change(1)], no_fence)

    [(_, unanswered, when)] = changes.unanswered(store, SCOPE)
    assert (unanswered.record_id, when) == (contact_id(1), sent_at)


def test_a_lost_lease_stops_the_batch_and_notes_nothing(store, begun):
    journal = begun(change(1))

    with pytest.raises(StoppedError):
        journal.sending([change(1)], lost_lease)

    assert changes.unanswered(store, SCOPE) == []


def test_the_fence_is_called_in_the_transaction_that_notes_the_batch(store, begun):
    journal = begun(change(1))
    asked = []

    journal.sending([change(1)], lambda: asked.append(store.conn.in_transaction))

    assert asked == [True]


def test_what_certainly_was_not_written_is_not_unanswered(store, begun):
    journal = begun(change(1), change(2))
    journal.sending([change(1), change(2)], no_fence)

    journal.not_sent([change(1)])

    assert [each.record_id for _, each, _ in changes.unanswered(store, SCOPE)] == [contact_id(2)]


def test_an_answer_is_in_the_log_in_the_memory_and_in_the_progress(store, run_id, begun):
    journal = begun(change(1), change(2), change(3, Outcome.KEPT))
    journal.sending([change(1)], no_fence)

    journal.settled([Settled(contact_id(1), Outcome.UPDATED)])

    assert [each.outcome for each in logged(store, run_id)] == [
        Outcome.UPDATED,
        Outcome.PENDING,
        Outcome.KEPT,
    ]
    assert list(journal.changes) == logged(store, run_id)
    assert (seen(store).address, seen(store).cleared_at) == (ANNA, None)
    run = runs.get(store, run_id)
    assert (run.phase, run.phase_done, run.phase_total) == ("writing", 1, 2)


def test_the_progress_adds_up_over_several_answers(store, run_id, begun):
    journal = begun(*(change(number) for number in range(1, 6)))

    journal.settled([Settled(contact_id(1), Outcome.UPDATED)])
    journal.settled([Settled(contact_id(n), Outcome.FAILED, "X") for n in (2, 3)])

    run = runs.get(store, run_id)
    assert (run.phase_done, run.phase_total) == (3, 5)


def test_a_refusal_keeps_its_reason_and_salesforces_words_and_is_not_remembered(
    store, run_id, begun
):
    journal = begun(change(1))

    journal.settled([Settled(contact_id(1), Outcome.FAILED, "UNABLE_TO_LOCK_ROW", "locked")])

    [refused] = logged(store, run_id)
    expected = change(1, Outcome.FAILED, "UNABLE_TO_LOCK_ROW", message="locked")
    assert refused == expected
    assert list(journal.changes) == [expected]
    assert seen(store) is None


def test_rule_0_a_lost_write_to_a_record_that_has_changed_is_remembered_as_unsure(store, begun):
    journal = begun(change(1))

    journal.settled([Settled(contact_id(1), Outcome.SKIPPED, UNSURE, modified_at=LATER)])

    assert (seen(store).verdict, seen(store).cleared_at) == (UNSURE, LATER)


def test_rule_3_1_a_set_box_is_remembered_no_matter_who_set_it(store, run_id, journal):
    journal.remember([change(1, Outcome.ALREADY)], {})

    found = seen(store)
    assert (found.address, found.cleared_at, found.run_id) == (ANNA, None, run_id)


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if outcome is not Outcome.ALREADY]
)
def test_rule_3_1_a_record_never_seen_opted_out_is_not_remembered(store, journal, outcome):
    journal.remember([change(1, outcome)], {})

    assert seen(store) is None


@pytest.mark.parametrize(
    ("outcome", "reason", "verdict"),
    [
        (Outcome.KEPT, plan.CLEARED, KEPT),
        (Outcome.KEPT, plan.CLEARED_UNSETTLED, UNSETTLED),
        (Outcome.SKIPPED, UNSURE, UNSURE),
        (Outcome.SKIPPED, plan.CONVERTED, KEPT),
        (Outcome.SKIPPED, plan.HELD, KEPT),
    ],
)
def test_rule_3_2_a_cleared_box_is_remembered_with_its_time_and_verdict(
    store, journal, outcome, reason, verdict
):
    known = remember(store)

    journal.remember([change(1, outcome, reason, modified_at=LATER)], known)

    assert (seen(store).verdict, seen(store).cleared_at) == (verdict, LATER)


def test_rule_3_2_a_later_edit_does_not_change_when_the_box_was_cleared(store, journal):
    known = remember(store)
    journal.remember([change(1, Outcome.KEPT, plan.CLEARED, modified_at=NOON)], known)
    known = memory.recall(store, SCOPE, [contact_id(1)])

    journal.remember([change(1, Outcome.KEPT, plan.CLEARED, modified_at=LATER)], known)

    assert seen(store).cleared_at == NOON


def test_without_the_records_time_the_box_was_cleared_now(store, clock, journal):
    known = remember(store)

    journal.remember([change(1, Outcome.KEPT, plan.CLEARED, modified_at=None)], known)

    assert seen(store).cleared_at == clock.now


def test_rule_3_4_a_box_cleared_under_another_address_is_not_remembered(store, journal):
    known = remember(store, address=BEN)

    journal.remember([change(1, Outcome.SKIPPED, plan.CONVERTED)], known)

    assert (seen(store).address, seen(store).cleared_at) == (BEN, None)


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.PLANNED])
def test_a_box_that_a_newer_unsubscribe_sets_is_not_remembered_as_cleared(store, journal, outcome):
    known = remember(store)

    journal.remember([change(1, outcome)], known)

    assert seen(store).cleared_at is None


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.FAILED, "UNABLE_TO_LOCK_ROW"),
        (Outcome.PENDING, None),
        (Outcome.PLANNED, None),
        (Outcome.SKIPPED, plan.HELD),
        (Outcome.SKIPPED, plan.PERSON_ACCOUNT),
        (Outcome.SKIPPED, UNSURE),
    ],
)
def test_an_unsubscribe_stays_pending_while_one_of_its_records_is_open(
    store, clock, begun, outcome, reason
):
    pending(store, clock, ANNA, BEN)
    journal = begun(
        change(1, Outcome.ALREADY), change(2, outcome, reason), change(3, Outcome.KEPT, address=BEN)
    )

    journal.close_addresses(frozenset({ANNA, BEN}))

    assert ledger.pending(store, SCOPE) == [ANNA]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.UPDATED, None),
        (Outcome.ALREADY, None),
        (Outcome.KEPT, plan.CLEARED),
        (Outcome.SKIPPED, plan.CONVERTED),
        (Outcome.SKIPPED, plan.GONE),
    ],
)
def test_an_unsubscribe_is_done_when_all_its_records_have_a_final_outcome(
    store, clock, begun, outcome, reason
):
    pending(store, clock, ANNA)
    journal = begun(change(1, outcome, reason))

    journal.close_addresses(frozenset({ANNA}))

    assert ledger.pending(store, SCOPE) == []


def test_an_unsubscribe_without_any_record_is_done(store, clock, journal):
    pending(store, clock, ANNA)

    journal.close_addresses(frozenset({ANNA}))

    assert ledger.pending(store, SCOPE) == []


def test_an_unsubscribe_that_the_run_did_not_look_for_stays_pending(store, clock, begun):
    pending(store, clock, ANNA, CLARA)
    journal = begun(change(1, Outcome.UPDATED), change(2, Outcome.ALREADY, address=CLARA))

    journal.close_addresses(frozenset({ANNA}))

    assert ledger.pending(store, SCOPE) == [CLARA]


def test_rows_that_a_bulk_job_has_gone_through_count_for_the_progress(store, run_id, begun):
    journal = begun(change(1), change(2), change(3), change(4, Outcome.KEPT))
    journal.settled([Settled(contact_id(1), Outcome.UPDATED)])

    journal.under_way(1)

    run = runs.get(store, run_id)
    assert (run.phase, run.phase_done, run.phase_total) == ("writing", 2, 3)
