"""What dead runs left behind is looked up in Salesforce before anything else."""

from dataclasses import replace

import pytest

from lib.errors import RequestRefused
from lib.store import changes, memory, runs
from lib.store.memory import UNSURE
from lib.sync import resume
from lib.sync.plan import GONE
from lib.sync.undo.plan import STILL_LISTED
from lib.values import Outcome, RunResult
from tests.unit.salesforce.wire import Answer
from tests.unit.sync.examples import ANNA, BEN, SCOPE, change, contact_id, intent, of_lead

HIDDEN = Answer(400, [{"errorCode": "INVALID_FIELD", "message": "No such column"}])
OPTED_OUT = {"HasOptedOutOfEmail": True, "LastModifiedDate": "2026-03-02T12:00:00.000+0000"}


@pytest.fixture
def left(store, run_id):
    """Leaves changes behind that were sent to Salesforce and never answered."""

    def leave(*intents, sent=True, scope=SCOPE):
        changes.announce(store, run_id, scope, intents)
        if sent:
            changes.sending(store, run_id, [change.record_id for change in intents])

    return leave


def outcomes(store, run_id):
    logged = changes.of_run(store, run_id)
    return {row.change.record_id: (row.change.outcome, row.change.reason) for row in logged}


def test_a_set_box_that_we_sent_counts_as_updated_and_is_remembered(store, run_id, org, left):
    anna = org.contact(ANNA, opted_out=True)
    left(intent(anna))

    looked_up = resume.resume(store, SCOPE, org.door)

    assert looked_up == 1
    assert outcomes(store, run_id) == {anna.record_id: (Outcome.UPDATED, None)}
    [seen] = memory.of_addresses(store, SCOPE, [ANNA])
    assert (seen.record_id, seen.cleared_at, seen.run_id) == (anna.record_id, None, run_id)


def test_a_set_box_that_we_never_sent_is_not_ours(store, run_id, org, left):
    anna = org.contact(ANNA, opted_out=True)
    left(intent(anna), sent=False)

    looked_up = resume.resume(store, SCOPE, org.door)

    assert looked_up == 0
    assert outcomes(store, run_id) == {anna.record_id: (Outcome.PENDING, None)}
    assert memory.of_addresses(store, SCOPE, [ANNA]) == []


def test_without_unanswered_writes_salesforce_is_not_asked(store, org):
    before = org.door.calls

    assert resume.resume(store, SCOPE, org.door) == 0
    assert org.door.calls == before


def test_a_box_that_was_not_set_is_planned_again_and_looked_up_once(store, run_id, org, left):
    anna = org.contact(ANNA)
    left(intent(anna))

    resume.resume(store, SCOPE, org.door)

    assert outcomes(store, run_id) == {anna.record_id: (Outcome.PENDING, resume.NOT_WRITTEN)}
    assert memory.of_addresses(store, SCOPE, [ANNA]) == []
    assert resume.resume(store, SCOPE, org.door) == 0


def test_rule_0_a_record_that_has_changed_since_then_is_unsure(store, run_id, org, left, clock):
    anna = org.contact(ANNA)
    left(intent(anna))
    org.go(hours=1)
    org.update(anna, LastName="Renamed")
    changed_at = clock.now
    org.go(hours=1)

    resume.resume(store, SCOPE, org.door)

    assert outcomes(store, run_id) == {anna.record_id: (Outcome.SKIPPED, UNSURE)}
    [seen] = memory.needing_hand(store, SCOPE)
    assert (seen.record_id, seen.verdict, seen.cleared_at) == (anna.record_id, UNSURE, changed_at)


def test_rule_3_6_a_record_deleted_since_then_is_gone_and_not_remembered(store, run_id, org, left):
    anna = org.contact(ANNA)
    left(intent(anna))
    org.delete(anna)

    resume.resume(store, SCOPE, org.door)

    assert outcomes(store, run_id) == {anna.record_id: (Outcome.SKIPPED, GONE)}
    assert memory.of_addresses(store, SCOPE, [ANNA]) == []


def test_the_numbers_of_the_dead_run_are_updated(store, run_id, org, left):
    done, still_open = org.contact(ANNA, opted_out=True), org.lead(BEN)
    left(intent(done), intent(still_open), change(7))
    runs.finish(store, run_id, RunResult(run_id, "default", "failed", records=3, pending=3))

    resume.resume(store, SCOPE, org.door)

    run = runs.get(store, run_id)
    assert (run.updated, run.pending, run.skipped, run.records) == (1, 1, 1, 3)


def test_each_dead_run_gets_its_own_answers(store, run_id, org, left):
    first, second = org.contact(ANNA, opted_out=True), org.contact(BEN)
    left(intent(first))
    later = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )
    changes.announce(store, later, SCOPE, [intent(second)])
    changes.sending(store, later, [second.record_id])

    assert resume.resume(store, SCOPE, org.door) == 2
    assert outcomes(store, run_id) == {first.record_id: (Outcome.UPDATED, None)}
    assert outcomes(store, later) == {second.record_id: (Outcome.PENDING, resume.NOT_WRITTEN)}


def test_writes_to_another_org_are_left_for_a_run_of_that_org(store, run_id, org, left):
    left(intent(org.contact(ANNA, opted_out=True)), scope="default/00D000000000009EAA")

    assert resume.resume(store, SCOPE, org.door) == 0
    assert [outcome for outcome, _ in outcomes(store, run_id).values()] == [Outcome.PENDING]


def test_a_hidden_box_on_one_sobject_leaves_its_writes_open_and_the_others_are_settled(
    store, run_id, wire, door, left
):
    opted_out = {"Id": of_lead(2).record_id, "Email": ANNA, **OPTED_OUT}
    wire.on("POST", "composite/sobjects/Contact$", HIDDEN)
    wire.on("POST", "composite/sobjects/Lead$", Answer(200, [opted_out]))
    left(change(1), of_lead(2))

    resume.resume(store, SCOPE, door)

    assert outcomes(store, run_id)[of_lead(2).record_id] == (Outcome.UPDATED, None)
    assert [change.record_id for _, change, _ in changes.unanswered(store, SCOPE)] == [
        contact_id(1)
    ]


def test_if_salesforce_refuses_the_lookup_the_writes_stay_unanswered(
    store, run_id, wire, door, left
):
    refused = Answer(400, [{"errorCode": "BRAND_NEW", "message": "no"}])
    wire.on("POST", "composite/sobjects/Contact$", refused)
    left(change(1))

    with pytest.raises(RequestRefused):
        resume.resume(store, SCOPE, door)

    assert [change.record_id for _, change, _ in changes.unanswered(store, SCOPE)] == [
        contact_id(1)
    ]


def test_rule_5_an_undo_that_died_is_settled_by_what_it_wanted(store, run_id, org):
    """A box that is off was cleared by the undo; one that is still set will be planned again."""
    undo_id = runs.start(
        store,
        connection="default",
        started_by="cron",
        dry_run=False,
        source="jangomail",
        undoes=run_id,
    )
    off, still_set = org.contact(ANNA), org.contact(BEN, opted_out=True)
    memory.seen_opted_out(
        store,
        SCOPE,
        run_id,
        [(each.sobject, each.record_id, each.address) for each in (off, still_set)],
    )
    intents = [replace(intent(off), reason=STILL_LISTED), intent(still_set)]
    changes.announce(store, undo_id, SCOPE, intents)
    changes.sending(store, undo_id, [each.record_id for each in intents])

    assert resume.resume(store, SCOPE, org.door) == 2

    assert outcomes(store, undo_id) == {
        off.record_id: (Outcome.UPDATED, STILL_LISTED),
        still_set.record_id: (Outcome.PENDING, resume.NOT_WRITTEN),
    }
    known = memory.recall(store, SCOPE, [off.record_id, still_set.record_id])
    assert known[off.record_id].cleared_at is not None
    assert known[still_set.record_id].cleared_at is None
