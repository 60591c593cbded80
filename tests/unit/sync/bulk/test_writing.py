"""Bulk jobs of a run: what is in the log at each step, and what becomes of jobs in a stop."""

from dataclasses import dataclass, field

import pytest

from lib.errors import RequestRefused, StoppedError
from lib.practice.acts import administration
from lib.practice.faults.fault import fault_from_text
from lib.salesforce import costs
from lib.store import bulk_jobs, changes
from lib.store.db import Store
from lib.sync import resume, writes
from lib.sync.bulk import settling, writing
from lib.sync.bulk.job_log import JobLog
from lib.sync.journal import Journal
from lib.sync.logbook import Logbook
from lib.values import Change, Outcome
from tests.unit.sync.conftest import PracticeOrg
from tests.unit.sync.examples import SCOPE, intent
from tests.waiting import wait_until


@dataclass
class Writing:
    """A run that writes. `fence` and `stop` may be replaced."""

    store: Store
    run_id: str
    org: PracticeOrg
    stops_at: int = 0  # the how manieth question
    asked: int = 0
    lost_at: int = 0
    fenced: int = 0
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.store, SCOPE, self.run_id)

    def write(self, intents: list[Change], *, to: bool = True) -> None:
        """Announce these changes, and make them."""
        with self.store.writing():
            self.journal.announce(intents)
        self.journal.begin(intents)
        logbook = Logbook(
            sending=lambda batch: self.journal.sending(batch, self.fence),
            settled=self.journal.settled,
            not_sent=self.journal.not_sent,
            stop=self.stop,
        )
        log = JobLog(self.store, SCOPE, self.run_id, self.fence, self.journal.under_way)
        writes.write(self.org.door, self.journal.intents({}), logbook, log, to=to)

    def fence(self) -> None:
        self.fenced += 1
        if self.fenced == self.lost_at:
            raise StoppedError("lost", remedy="none")

    def stop(self) -> bool:
        self.asked += 1
        return self.asked == self.stops_at

    def outcomes(self) -> set[tuple[Outcome, str | None]]:
        return {
            (row.change.outcome, row.change.reason)
            for row in changes.of_run(self.store, self.run_id)
        }

    @property
    def jobs(self) -> list[str]:
        """The states of all jobs in the org."""
        return [job.state for job in self.org.world.jobs.ingests.of(None)]


@pytest.fixture
def run(store: Store, run_id: str, org: PracticeOrg) -> Writing:
    """A run that writes in Bulk jobs."""
    return Writing(store, run_id, org)


@pytest.fixture
def people(org: PracticeOrg) -> list[Change]:
    """Five Contacts whose boxes are to be set."""
    return [intent(org.contact(f"person{number}@example.org")) for number in range(5)]


def is_out(org: PracticeOrg, change: Change) -> bool:
    return bool(org.world.org.tables.rows("Contact")[change.record_id]["HasOptedOutOfEmail"])


def test_every_record_is_updated_and_no_job_is_left(run, org, people, store):
    run.write(people)

    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert all(is_out(org, change) for change in people)
    assert bulk_jobs.left(store, SCOPE) == []


def test_the_jobs_of_a_large_sobject_are_written_in_waves(run, people, monkeypatch):
    monkeypatch.setattr(costs, "INGEST_MOST_ROWS", 1)
    monkeypatch.setattr(writing, "JOBS_AT_ONCE", 2)

    run.write(people)

    assert run.jobs == ["JobComplete"] * 5
    assert run.outcomes() == {(Outcome.UPDATED, None)}


def test_a_records_own_refusal_has_salesforces_code_and_the_others_are_written(run, org, people):
    administration.validation_rule(
        org.world, "Contact", "HasOptedOutOfEmail", True, "Ask first: no", people[0].record_id
    )

    run.write(people)

    [row] = changes.of_run(run.store, run.run_id, outcomes=[Outcome.FAILED])
    assert row.change.record_id == people[0].record_id
    assert row.change.reason == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert row.change.message == "Ask first: no"
    assert run.outcomes() == {
        (Outcome.UPDATED, None),
        (Outcome.FAILED, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
    }


def test_a_deleted_record_is_gone(run, org, people):
    record = org.contact("gone@example.org")
    org.delete(record)

    run.write([*people, intent(record)])

    assert run.outcomes() == {(Outcome.UPDATED, None), (Outcome.SKIPPED, "gone")}


@pytest.mark.parametrize("stops_at", [1, 2])
def test_a_run_that_is_stopped_before_a_job_is_started_aborts_it(run, org, people, store, stops_at):
    run.stops_at = stops_at

    with pytest.raises(StoppedError):
        run.write(people)

    assert set(run.jobs) <= {"Aborted"}
    assert not any(is_out(org, change) for change in people)
    assert changes.unanswered(store, SCOPE) == []


@pytest.mark.parametrize("lost_at", [1, 2, 3])
def test_rule_invariant_6_a_run_that_lost_its_lease_starts_no_job(run, org, people, lost_at):
    run.lost_at = lost_at

    with pytest.raises(StoppedError):
        run.write(people)

    assert run.jobs == ["Aborted"]
    assert not any(is_out(org, change) for change in people)


def test_the_job_of_a_stopped_run_goes_on_and_is_settled_by_the_next_run(run, org, people, store):
    run.stops_at = 3

    with pytest.raises(StoppedError):
        run.write(people)
    assert run.outcomes() == {(Outcome.PENDING, None)}
    wait_until(lambda: run.jobs == ["JobComplete"], "the end of the job")
    looked_up = resume.resume(store, SCOPE, org.door)

    assert looked_up == 5
    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert bulk_jobs.left(store, SCOPE) == []
    assert changes.unanswered(store, SCOPE) == []


def test_a_job_that_was_never_started_is_aborted_by_the_next_run(run, org, people, store):
    job_id = org.door.ask("jobs/ingest", {"object": "Contact", "operation": "update"})["id"]
    with store.writing():
        bulk_jobs.note(store, run.run_id, SCOPE, job_id, "Contact")

    resume.resume(store, SCOPE, org.door)

    assert run.jobs == ["Aborted"]
    assert bulk_jobs.left(store, SCOPE) == []


def test_the_refusals_of_a_dead_runs_job_are_kept(run, org, people, store):
    administration.validation_rule(
        org.world, "Contact", "HasOptedOutOfEmail", True, "No", people[0].record_id
    )
    run.stops_at = 3

    with pytest.raises(StoppedError):
        run.write(people)
    wait_until(lambda: run.jobs == ["JobComplete"], "the end of the job")
    resume.resume(store, SCOPE, org.door)

    assert run.outcomes() == {
        (Outcome.UPDATED, None),
        (Outcome.FAILED, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
    }


def test_a_dead_runs_job_that_is_gone_is_settled_by_looking_its_records_up(run, org, people, store):
    run.stops_at = 3

    with pytest.raises(StoppedError):
        run.write(people)
    org.world.faults.add(fault_from_text("status,call=ingest_job_state,status=404,times=none"))
    org.world.faults.add(fault_from_text("status,call=ingest_rows,status=404,times=none"))
    resume.resume(store, SCOPE, org.door)

    assert {outcome for outcome, _ in run.outcomes()} <= {Outcome.UPDATED, Outcome.PENDING}
    assert changes.unanswered(store, SCOPE) == []
    assert bulk_jobs.left(store, SCOPE) == []


def test_an_org_without_bulk_is_asked_once_in_a_run(run, org, people, monkeypatch):
    monkeypatch.setattr(costs, "INGEST_MOST_ROWS", 1)
    monkeypatch.setattr(writing, "JOBS_AT_ONCE", 2)
    refused = "status,call=ingest_job,status=400,code=FEATURENOTENABLED,times=none"
    org.world.faults.add(fault_from_text(refused))

    run.write(people)

    assert run.jobs == []
    assert org.world.faults.calls["ingest_job"] == 2
    assert run.outcomes() == {(Outcome.UPDATED, None)}


def test_jobs_are_settled_also_if_the_other_records_cannot_be_written(
    run, org, people, monkeypatch
):
    way = costs.Writing(frozenset({"Contact"}))
    monkeypatch.setattr(costs, "writing", lambda _records: way)
    org.world.faults.add(fault_from_text("status,call=save,status=400,code=UNKNOWN,times=none"))
    lead = intent(org.lead("lead@example.org"))

    with pytest.raises(RequestRefused):
        run.write([*people, lead])

    rows = changes.of_run(run.store, run.run_id)
    assert {(row.change.sobject, row.change.outcome) for row in rows} == {
        ("Contact", Outcome.UPDATED),
        ("Lead", Outcome.PENDING),
    }


def test_rows_whose_upload_got_no_answer_go_into_another_job(run, org, people, store):
    org.world.faults.add(fault_from_text("reset_after,call=ingest_upload,times=1"))

    run.write(people)

    assert sorted(run.jobs) == ["Aborted", "JobComplete"]
    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert bulk_jobs.left(store, SCOPE) == []


@pytest.mark.parametrize(("call", "left"), [("ingest_upload", "Aborted"), ("ingest_close", "Open")])
def test_rows_of_a_job_that_is_refused_on_the_way_are_written_by_calls(
    run, org, people, store, call, left
):
    refused = f"status,call={call},status=400,code=EXCEEDED_ID_LIMIT,times=none"
    org.world.faults.add(fault_from_text(refused))

    run.write(people)

    assert run.jobs == [left]
    assert org.world.faults.calls["save"] == 1
    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert bulk_jobs.left(store, SCOPE) == []


@pytest.mark.parametrize("to", [True, False])
def test_the_jobs_of_a_dead_run_are_settled_with_all_their_records(run, org, store, to):
    records = [org.contact(f"p{number}@example.org", opted_out=not to) for number in range(3)]
    records.append(org.lead("lead@example.org", opted_out=not to))
    run.stops_at = 4
    if not to:
        store.execute("update run set undoes = 'another'")

    with pytest.raises(StoppedError):
        run.write([intent(record) for record in records], to=to)
    wait_until(lambda: run.jobs == ["JobComplete"] * 2, "the end of the jobs")

    assert resume.resume(store, SCOPE, org.door) == 4
    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert bulk_jobs.left(store, SCOPE, of_undo=not to) == []


def test_rows_whose_upload_got_no_answer_hold_up_no_other_job(run, org, people, store):
    org.world.faults.add(fault_from_text("reset_after,call=ingest_upload,times=1"))

    run.write([*people, intent(org.lead("lead@example.org"))])

    assert sorted(run.jobs) == ["Aborted", "JobComplete", "JobComplete"]
    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert bulk_jobs.left(store, SCOPE) == []


@pytest.mark.parametrize("kind", ["rows_missing", "locked"])
def test_rows_that_a_job_left_open_are_settled_one_way_or_the_other(
    run, org, people, monkeypatch, kind
):
    for module in (writing, settling):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    if kind == "locked":
        administration.lock_rows(org.world, [each.record_id for each in people[:2]], tries=1)
    else:
        org.world.faults.add(fault_from_text("rows_missing,call=ingest_rows,times=1"))

    run.write(people)

    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert all(is_out(org, change) for change in people)
    assert org.world.faults.calls["save"] == (kind == "locked")


def test_an_undo_does_not_wait_for_a_job_that_does_not_begin(run, org, monkeypatch):
    monkeypatch.setattr(writing, "_UNDO_BEGINS_WITHIN_S", 0.0)
    record = org.contact("anna@example.org", opted_out=True)
    org.world.faults.add(fault_from_text("stuck_job"))

    run.write([intent(record)], to=False)

    assert run.jobs == ["Aborted"]
    assert run.outcomes() == {(Outcome.UPDATED, None)}
    assert not is_out(org, intent(record))
