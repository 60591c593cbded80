"""The calls of an ingest job: which are repeated, and what a lost answer means."""

import io

import pytest

from lib.errors import RequestRefused, SalesforceError, WriteUnanswered
from lib.salesforce.bulk_ingest import jobs
from lib.salesforce.bulk_ingest.jobs import IngestJob
from tests.unit.salesforce.wire import EXPIRED, RESET, Answer

JOB = "7508d00000Ihhl5AAB"
ONE = f"jobs/ingest/{JOB}$"
WRONG_STATE = Answer(400, [{"errorCode": "INVALIDJOBSTATE", "message": "not allowed"}])


def shown(state: str, processed: int = 0, failed: int = 0) -> Answer:
    """A job as Salesforce shows it."""
    counts = {"numberRecordsProcessed": processed, "numberRecordsFailed": failed}
    return Answer(200, {"id": JOB, "state": state, "object": "Contact", **counts})


def test_a_job_updates_one_sobject_and_runs_no_assignment_rule(wire, door):
    wire.on("POST", "jobs/ingest$", shown("Open"))

    job = jobs.create(door, "Lead")

    [asked] = wire.heard("jobs/ingest$")
    assert asked.json == {
        "object": "Lead",
        "operation": "update",
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    assert asked.headers["sforce-auto-assign"] == "FALSE"
    assert (job.id, job.is_open) == (JOB, True)


def test_the_answer_to_an_upload_has_no_body(wire, door):
    wire.on("PUT", "/batches$", Answer(201))

    jobs.upload(door, JOB, io.BytesIO(b"Id\n"))

    [asked] = wire.heard("/batches$")
    assert asked.body == b"Id\n"
    assert asked.headers["content-type"] == "text/csv; charset=UTF-8"


def test_an_upload_after_a_renewed_session_is_sent_from_its_start(wire, door):
    wire.on("PUT", "/batches$", Answer(401, EXPIRED), Answer(201))

    jobs.upload(door, JOB, io.BytesIO(b"Id\n"))

    assert [asked.body for asked in wire.heard("/batches$")] == [b"Id\n", b"Id\n"]


def test_an_upload_without_an_answer_is_not_sent_again(wire, door):
    wire.on("PUT", "/batches$", RESET)

    with pytest.raises(WriteUnanswered):
        jobs.upload(door, JOB, io.BytesIO(b"Id\n"))

    assert len(wire.heard("/batches$")) == 1


@pytest.mark.parametrize("state", ["UploadComplete", "InProgress", "JobComplete", "Failed"])
def test_a_job_whose_start_got_no_answer_is_looked_at(wire, door, state):
    wire.on("PATCH", ONE, RESET)
    wire.on("GET", ONE, shown(state))

    jobs.start(door, JOB)

    assert len(wire.heard(ONE)) == 2


def test_a_start_that_did_not_arrive_is_sent_again(wire, door):
    wire.on("PATCH", ONE, RESET, shown("UploadComplete"))
    wire.on("GET", ONE, shown("Open"))

    jobs.start(door, JOB)

    sent = wire.heard(ONE)
    assert [asked.method for asked in sent] == ["PATCH", "GET", "PATCH"]
    assert sent[0].json == sent[2].json == {"state": "UploadComplete"}
    assert sent[0].headers["sforce-auto-assign"] == "FALSE"


def test_a_start_that_never_gets_an_answer_leaves_it_open_whether_the_job_is_at_work(wire, door):
    wire.on("PATCH", ONE, RESET)
    wire.on("GET", ONE, shown("Open"))

    with pytest.raises(WriteUnanswered):
        jobs.start(door, JOB)


def test_a_start_that_is_refused_because_the_job_is_started_is_fine(wire, door):
    wire.on("PATCH", ONE, WRONG_STATE)
    wire.on("GET", ONE, shown("InProgress"))

    jobs.start(door, JOB)


def test_a_start_that_is_refused_is_an_error(wire, door):
    wire.on("PATCH", ONE, WRONG_STATE)
    wire.on("GET", ONE, shown("Open"))

    with pytest.raises(RequestRefused):
        jobs.start(door, JOB)


def test_a_job_that_salesforce_no_longer_has_is_none(door):
    assert jobs.look(door, JOB) is None


@pytest.mark.parametrize("answer", [{}, {"id": JOB}, {"id": "../x", "state": "Open"}, [], "x"])
def test_an_answer_that_shows_no_job_is_an_error(wire, door, answer):
    wire.on("GET", ONE, Answer(200, answer))

    with pytest.raises(SalesforceError, match=r"show a job|broken"):
        jobs.look(door, JOB)


def test_a_job_that_ended_before_it_was_aborted_stays_as_it_ended(wire, door):
    wire.on("PATCH", ONE, WRONG_STATE)
    wire.on("GET", ONE, shown("JobComplete", 7, 2))

    job = jobs.abort(door, JOB)

    assert job is not None
    assert (job.state, job.processed, job.failed) == ("JobComplete", 7, 2)


def test_a_job_that_may_still_be_at_work_after_an_abort_is_an_error(wire, door):
    wire.on("PATCH", ONE, RESET)
    wire.on("GET", ONE, shown("InProgress"))

    with pytest.raises(SalesforceError, match="aborted is InProgress"):
        jobs.abort(door, JOB)


def test_a_job_that_cannot_be_aborted_is_left_open(wire, door):
    wire.on("PATCH", ONE, Answer(500))
    wire.on("GET", ONE, Answer(500))

    jobs.abandon(door, JOB)
    assert [asked.method for asked in wire.heard(ONE)].count("PATCH") == 1


def test_a_job_that_was_aborted_is_looked_at_no_more(wire, door):
    wire.on("PATCH", ONE, shown("Aborted"))

    jobs.abandon(door, JOB)

    assert [asked.json for asked in wire.heard("jobs/ingest")] == [{"state": "Aborted"}]


def test_a_job_says_what_went_wrong_and_how_far_it_came(wire, door):
    counts = {"numberRecordsProcessed": 1, "numberRecordsFailed": None}
    failed = {"id": JOB[:15], "state": "Failed", "errorMessage": "InvalidBatch : no", **counts}
    wire.on("GET", ONE, Answer(200, failed))

    job = jobs.look(door, JOB)

    assert job == IngestJob(JOB, "Failed", 1, 0, "InvalidBatch : no")
