"""An undo from its first call to its last row in the log (rules.md, 5)."""

from datetime import timedelta

import pytest

from lib.call_cap import CallCap
from lib.fields import OptOutField
from lib.practice.acts import administration, services
from lib.practice.acts.custom_fields import custom_field
from lib.salesforce import boxes
from lib.store import changes, connections, domains, ledger, memory, operations, undone
from lib.store.domains import Verdict
from lib.sync import call_size
from lib.sync.undo import steps
from lib.values import RunStatus
from tests.unit.sync.examples import ANNA, BEN, CLARA, intent
from tests.unit.sync.office import BOX, codes

DONE = RunStatus.SUCCEEDED


@pytest.fixture
def wrong(office, org):
    """A run with a file that opted Anna and Ben out, an hour ago."""
    records = [org.contact(ANNA), org.lead(BEN)]
    run = office.run(ANNA, BEN, CLARA, kind="file")
    assert all(office.is_out(record) for record in records)
    org.go(hours=1)
    return run, records


def test_rule_5_an_undo_sets_the_boxes_back_and_says_so_in_numbers(office, org, wrong):
    run, records = wrong

    result = office.undo(run)

    assert (result.status, result.updated, result.records, codes(result)) == (DONE, 2, 2, [])
    assert not any(office.is_out(record) for record in records)
    assert "Signed in to Practice Company (practice) as practice@example.org." in office.said
    row = office.row_of(result)
    assert (row.undoes, row.scope, row.org_name) == (run.run_id, office.scope, "Practice Company")
    assert row.user_id == org.door.session.user_id
    steps_made = operations.of_run(office.store, result.run_id)
    assert [step.step for step in steps_made] == ["sign_in", "looking_up", "undoing"]
    assert [step.records for step in steps_made][1] == 2
    assert sum(step.calls for step in steps_made) == result.api_calls == 3
    assert {"signing in", "looking up", "writing"} <= set(office.phases)


def test_rule_5_what_was_taken_back_before_stays_as_it_is(office, org, wrong):
    run, records = wrong
    office.undo(run)
    org.go(hours=1)

    again = office.undo(run)

    reasons = {record.record_id: "undone" for record in records}
    assert (again.updated, office.reasons(again)) == (0, reasons)


def test_rule_5_an_undone_file_can_be_used_again(office, org, wrong):
    run, records = wrong
    office.undo(run)
    org.go(hours=1)

    result = office.run(ANNA, BEN, kind="file")

    assert (result.updated, result.skipped) == (2, 0)
    assert all(office.is_out(record) for record in records)


def test_rule_1_6_a_preview_of_an_undo_changes_nothing(office, wrong):
    run, records = wrong

    result = office.undo(run, dry_run=True)

    assert (result.status, result.planned, result.updated) == (RunStatus.DRY_RUN, 2, None)
    assert all(office.is_out(record) for record in records)
    assert ledger.events_of(office.store, office.scope, [ANNA])[ANNA][0].counts
    assert office.undo(run).updated == 2


def test_rule_4_2_no_more_than_a_person_confirmed_goes_back(office, wrong):
    run, records = wrong

    refused, done = office.undo(run, confirmed=1), office.undo(run, confirmed=2)

    assert (refused.status, refused.planned, codes(refused)) == (
        RunStatus.OVER_LIMIT,
        2,
        ["guarded"],
    )
    (fault,) = refused.errors
    assert "2 records would be made mailable again. Only 1 were confirmed" in fault.message
    assert fault.count == 2
    assert office.row_of(refused).safety_limit == 1
    assert (done.status, done.updated) == (DONE, 2)
    assert not any(office.is_out(record) for record in records)


def test_rule_5_a_box_whose_record_was_changed_since_stays(office, org, wrong):
    run, (contact, lead) = wrong
    org.update(contact, LastName="Renamed")
    org.go(hours=1)

    result = office.undo(run)

    assert (result.updated, office.reasons(result)) == (1, {contact.record_id: "changed_since"})
    assert (office.is_out(contact), office.is_out(lead)) == (True, False)


@pytest.mark.parametrize("deletes", [False, True])
def test_rule_5_a_record_that_is_changed_or_deleted_while_others_are_written_stays(
    office, org, wrong, monkeypatch, deletes
):
    run, (contact, lead) = wrong
    monkeypatch.setattr(steps, "_LOOK_AGAIN_S", 0.0)

    def rename(line: str) -> None:
        if "Looking" in line or "look" in line:
            org.go(minutes=1)
            if deletes:
                org.delete(contact)
            else:
                org.update(contact, LastName="Renamed")
            office.heard = lambda _: None

    office.heard = rename
    result = office.undo(run)

    assert (result.updated, office.reasons(result)) == (1, {contact.record_id: "changed_since"})
    assert (office.is_out(contact), office.is_out(lead)) == (True, False)


def test_rule_5_someone_who_also_unsubscribed_stays_opted_out(office, org, wrong):
    run, (contact, lead) = wrong
    office.run(ANNA)
    org.go(hours=1)

    result = office.undo(run)

    assert (result.updated, office.reasons(result)) == (1, {contact.record_id: "also_unsubscribed"})
    assert (office.is_out(contact), office.is_out(lead)) == (True, False)
    ids = [contact.record_id, lead.record_id]
    marks = undone.of_records(office.store, office.scope, ids)
    assert [mark.record_id for mark in marks] == [lead.record_id]


def test_rule_5_an_undone_run_of_jangomail_no_longer_counts_for_its_records(office, org):
    contact = org.contact(ANNA)
    run = office.run(ANNA)
    org.go(hours=1)

    undone = office.undo(run)
    org.go(hours=1)
    again = office.run(ANNA)

    assert (undone.updated, again.updated, again.skipped) == (1, 0, 1)
    assert office.reasons(undone) == {contact.record_id: "still_listed"}
    assert office.reasons(again) == {contact.record_id: "undone"}
    assert not office.is_out(contact)
    known = memory.recall(office.store, office.scope, [contact.record_id])[contact.record_id]
    assert known.cleared_at is not None
    assert known.verdict is None


def test_rule_4_4_a_domain_that_the_run_approved_is_on_hold_again(office, org):
    record = org.contact("zoe@x.example")
    office.run("x.example", "y.example")
    domains.decide(office.store, office.scope, "y.example", Verdict.APPROVED, "ana")
    org.go(hours=1)
    run = office.run(approve_domain="x.example")
    org.go(hours=1)

    result = office.undo(run)

    assert result.updated == 1
    assert not office.is_out(record)
    assert list(domains.approved(office.store, office.scope)) == ["y.example"]
    assert list(domains.held(office.store, office.scope)) == ["x.example"]


@pytest.mark.parametrize("asked", [0, 1])
def test_an_undo_that_is_stopped_is_finished_by_the_next_one(office, wrong, asked):
    run, records = wrong
    times = iter(range(asked))
    office.stop = lambda: next(times, None) is None

    stopped = office.undo(run)
    office.stop = lambda: False
    result = office.undo(run)

    assert (stopped.status, codes(stopped)) == (RunStatus.FAILED, ["stopped"])
    assert result.status is DONE
    assert not any(office.is_out(record) for record in records)


def test_invariant_6_an_undo_that_lost_its_lease_sets_nothing_back(office, wrong):
    run, records = wrong

    def take_over(line: str) -> None:
        office.store.execute("update lease set holder = 'someone else'")

    office.heard = take_over
    result = office.undo(run)

    assert (result.status, codes(result)) == (RunStatus.FAILED, ["stopped"])
    assert all(office.is_out(record) for record in records)


def test_a_run_of_another_org_is_not_taken_back(office, org, wrong):
    run, records = wrong
    office.store.execute("update run set scope = 'default/00D000000000009EAA'")

    result = office.undo(run)

    assert (result.status, codes(result)) == (RunStatus.FAILED, ["not_undoable"])
    assert "another org (Practice Company)" in result.errors[0].message
    assert result.errors[0].remedy
    assert all(office.is_out(record) for record in records)


def test_rule_7_an_undo_with_refused_credentials_pauses_the_connection(office, org, wrong):
    run, _ = wrong
    services.change_password(org.world, password="another")

    assert office.undo(run).status is RunStatus.FAILED
    assert connections.state(office.store, "default").paused_message


def test_an_undo_shows_how_far_each_of_its_steps_is(office, wrong, shown):
    run, _ = wrong
    before = len(shown())

    office.undo(run)

    assert shown()[before:] == [
        ("signing in", 0, 0),
        ("matching", 0, 0),
        ("looking up", 0, 2),
        ("looking up", 1, 2),
        ("looking up", 2, 2),
        ("writing", 0, 0),
        ("writing", 2, 2),
    ]


def test_an_undo_of_many_records_is_written_in_bulk_jobs(office, org, wrong, in_bulk, many):
    run, records = wrong

    result = office.undo(run)

    assert (result.status, result.updated, result.pending) == (DONE, 2, 0)
    assert not any(office.is_out(record) for record in records)
    assert [job.state for job in org.world.jobs.ingests.of(None)] == ["JobComplete"] * 2


def test_rule_4_5_an_undo_that_reaches_the_cap_while_it_writes_is_partial(
    office, org, wrong, monkeypatch
):
    run, records = wrong
    monkeypatch.setattr(boxes, "MOST_IN_GROUP", 1)
    monkeypatch.setattr(boxes, "MOST_GROUPS", 1)
    monkeypatch.setattr(call_size, "LARGEST", 1)
    administration.api_limit(org.world, used=0, maximum=100)

    result = office.undo(run, call_cap=CallCap(a_day=80, a_run=3))

    assert (result.status, codes(result)) == (RunStatus.PARTIAL, ["call_cap"])
    assert (result.updated, result.pending) == (1, 1)
    assert [office.is_out(record) for record in records].count(True) == 1


def test_invariant_2_an_undo_first_looks_up_what_dead_runs_left_behind(office, org, wrong):
    run, _ = wrong
    clara = org.contact(CLARA, opted_out=True)
    changes.announce(office.store, run.run_id, office.scope, [intent(clara)])
    changes.sending(office.store, run.run_id, [clara.record_id])

    office.undo(run, dry_run=True)
    assert len(changes.unanswered(office.store, office.scope)) == 1
    result = office.undo(run)

    assert (result.records, result.updated) == (3, 2)
    assert office.reasons(result) == {clara.record_id: "changed_since"}  # someone else set it
    assert office.row_of(run).updated == 3
    assert changes.unanswered(office.store, office.scope) == []


def test_rule_5_a_record_that_was_refused_is_not_tried_again_once_its_run_is_undone(office, org):
    anna, ben = org.contact(ANNA), org.contact(BEN)
    administration.validation_rule(org.world, "Contact", BOX, True, "No", anna.record_id)
    run = office.run(ANNA, BEN, kind="file")
    org.world.org.settings.validation_rules.clear()
    org.go(hours=1)

    result = office.undo(run)
    org.go(hours=1)
    again = office.run()

    assert (run.failed, result.updated, result.skipped) == (1, 1, 1)
    assert office.reasons(result) == {anna.record_id: "never_written"}
    assert (again.updated, office.is_out(anna), office.is_out(ben)) == (0, False, False)
    assert memory.recall(office.store, office.scope, [ben.record_id])[ben.record_id].cleared_at


def test_a_record_that_salesforce_does_not_let_go_keeps_salesforces_reason(office, org):
    contact = org.contact(ANNA)
    run = office.run(ANNA)
    org.go(hours=1)
    administration.validation_rule(org.world, "Contact", BOX, False, "Never", contact.record_id)

    result = office.undo(run)

    assert (result.status, result.failed) == (RunStatus.PARTIAL, 1)
    assert office.reasons(result) == {contact.record_id: "FIELD_CUSTOM_VALIDATION_EXCEPTION"}
    assert office.is_out(contact)


@pytest.mark.parametrize("minutes", [-90, 90])
def test_rule_5_a_clock_of_salesforce_that_is_off_keeps_no_box_set(office, org, clock, minutes):
    contact = org.contact(ANNA)
    office.run(BEN)
    org.go(hours=3)
    org.world.clock.set_to(clock.now + timedelta(minutes=minutes))
    run = office.run(ANNA, kind="file")

    result = office.undo(run)

    assert (run.updated, result.updated) == (1, 1)
    assert not office.is_out(contact)


def test_rule_4_2_a_single_record_more_than_was_confirmed_is_refused_in_words(office, org):
    org.contact(ANNA)
    run = office.run(ANNA, kind="file")
    org.go(hours=1)

    result = office.undo(run, confirmed=0)

    (fault,) = result.errors
    assert fault.message == "1 record would be made mailable again. Only 0 were confirmed"


def test_invariant_6_an_undo_that_loses_its_lease_while_it_writes_stops(office, wrong):
    run, records = wrong

    def take_over(line: str) -> None:
        if "The undo takes" in line or "undo" in line.lower():
            office.store.execute("update lease set holder = 'someone else'")

    office.heard = take_over
    result = office.undo(run)

    assert (result.status, codes(result)) == (RunStatus.FAILED, ["stopped"])
    assert all(office.is_out(record) for record in records)


def test_rule_3_8_an_undo_sets_the_field_back_that_its_run_set(office, org):
    custom_field(org.world, field="No_Mail__c")
    contact = org.contact(ANNA)
    run = office.run(ANNA, kind="file", own_field=OptOutField.of("No_Mail__c"))
    org.go(hours=1)

    result = office.undo(run)

    row = org.world.org.tables.rows("Contact")[contact.record_id]
    assert (result.updated, row["No_Mail__c"], row[BOX]) == (1, False, False)
    assert office.row_of(result).opt_out_field == "No_Mail__c"


def test_a_locked_record_is_tried_again_by_an_undo_too(office, org, wrong):
    run, records = wrong
    administration.lock_rows(org.world, [records[0].record_id], tries=1)

    result = office.undo(run)

    assert (result.status, result.updated) == (DONE, 2)
    assert not any(office.is_out(record) for record in records)


def test_rule_5_a_run_whose_user_is_not_known_is_undone_as_the_user_of_today(office, org, wrong):
    run, (contact, lead) = wrong
    office.store.execute("update run set user_id = ''")
    rows = org.world.org.tables.rows("Contact")
    rows[contact.record_id]["LastModifiedById"] = "005000000000009AAA"

    result = office.undo(run)

    assert (result.updated, office.reasons(result)) == (1, {contact.record_id: "changed_since"})
    assert (office.is_out(contact), office.is_out(lead)) == (True, False)
