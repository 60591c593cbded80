"""Runs that write in Bulk 2.0 jobs, against a practice org in which a lot goes wrong."""

import pytest

from lib.practice.bulk import ingest_jobs
from lib.practice.faults.fault import fault_from_text
from lib.salesforce import costs
from lib.salesforce.bulk_ingest import waiting
from tests.sampling import some

PEOPLE = 6

GONE_WRONG = (
    "rows_mixed,call=ingest_rows,times=none",
    "rows_doubled,call=ingest_rows,times=none",
    "rows_missing,call=ingest_rows,times=none",
    "garbled,call=ingest_rows,times=none",
    "cut,call=ingest_rows,times=none",
    "cut,call=ingest_rows",
    "cut_off,call=ingest_rows",
    "status,call=ingest_rows,status=404,code=NOT_FOUND,times=none",
    "expire_sessions,call=ingest_rows",
    "failed_job",
    "failed_job,saved=2",
    "failed_job,message=TooManyLockFailure : Too many lock failures,saved=4",
    "aborted_job",
    "aborted_job,saved=2",
    "stuck_job",
    "stuck_job,saved=2",
    "rows,code=UNABLE_TO_LOCK_ROW",
    "rows,code=CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY,message=System.LimitException: CPU time limit",
    "status,call=ingest_job,status=400,code=FEATURENOTENABLED,times=none",
    "status,call=ingest_job,status=403,code=API_DISABLED_FOR_ORG,times=none",
    "status,call=ingest_job,times=none",
    "reset_after,call=ingest_job",
    "expire_sessions,call=ingest_job",
    "reset,call=ingest_upload",
    "reset_after,call=ingest_upload",
    "reset_after,call=ingest_upload,times=none",
    "status,call=ingest_upload,status=400,code=EXCEEDEDQUOTA",
    "html,call=ingest_upload,status=502",
    "expire_sessions,call=ingest_upload",
    "reset,call=ingest_close",
    "reset_after,call=ingest_close",
    "status,call=ingest_close,status=400,times=none",
    "status,call=ingest_close,status=503,times=3",
    "expire_sessions,call=ingest_close",
    "reset,call=ingest_job_state",
    "cut,call=ingest_job_state",
    "status,call=ingest_job_state,status=404,code=NOT_FOUND",
    "expire_sessions,call=ingest_job_state",
)


@pytest.fixture
def bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk jobs are cheaper for any number of records, begin at once, and save two at a time."""
    monkeypatch.setattr(costs, "INGEST_BEGINS_S", 0.0)
    monkeypatch.setattr(costs, "_INGEST_CALLS", 0)
    monkeypatch.setattr(waiting, "LONGEST_SILENCE_S", 0.05)
    monkeypatch.setattr(ingest_jobs, "_AT_ONCE", 2)


@pytest.fixture
def people(house, bulk) -> list[str]:
    """Contacts and a Lead whose addresses are on JangoMail's list."""
    emails = [f"person{number}@example.org" for number in range(PEOPLE)]
    house.unsubscribe(*emails)
    return [*(house.contact(email) for email in emails), house.lead(emails[0])]


def jobs_of(house):
    return house.practice.world.jobs.ingests.of(None)


def all_opted_out(house, ids) -> bool:
    return all(house.is_opted_out(record_id) for record_id in ids)


def test_a_run_writes_contacts_and_leads_in_a_job_each(house, people):
    code, result = house.sync("run")

    assert (code, result["updated"], result["status"]) == (0, PEOPLE + 1, "succeeded")
    assert all_opted_out(house, people)
    assert sorted(job.sobject for job in jobs_of(house)) == ["Contact", "Lead"]
    assert {tuple(job.upload.headings) for job in jobs_of(house)} == {("Id", "HasOptedOutOfEmail")}


@pytest.mark.parametrize("fault", some(GONE_WRONG, 5))
def test_invariant_2_whatever_goes_wrong_with_a_job_the_same_run_writes_everyone(
    house, people, fault
):
    house.practice.world.faults.add(fault_from_text(fault))

    code, result = house.sync("run")

    assert (code, result["updated"], result["status"]) == (0, PEOPLE + 1, "succeeded")
    assert all_opted_out(house, people)
    house.act("clear-faults")
    again, second = house.sync("run")
    assert (again, second["updated"], second["pending"]) == (0, 0, 0)


@pytest.mark.parametrize("call", ["ingest_job_state", "ingest_rows"])
def test_a_run_whose_calls_run_out_while_its_jobs_are_at_work_is_partly_done(house, people, call):
    used_up = "status=403,code=REQUEST_LIMIT_EXCEEDED,message=TotalRequests Limit exceeded."
    house.practice.world.faults.add(fault_from_text(f"status,call={call},{used_up},times=none"))

    code, result = house.sync("run")

    assert [error["code"] for error in result["errors"]] == ["api_limit_reached"]
    assert (code, result["status"], result["pending"]) == (3, "partial", PEOPLE + 1)
    house.act("clear-faults")
    again, second = house.sync("run")
    assert (again, second["already_opted_out"]) == (0, PEOPLE + 1)
    assert len(jobs_of(house)) == 2
