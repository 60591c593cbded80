"""The calls of a Bulk 2.0 ingest job: create it, upload its rows, start it, look at it, abort it.

Nothing is written before a job is started, and nothing is rolled back when it's aborted. Jobs
aren't deleted: a call each, for rows that hold nothing but IDs, and Salesforce deletes them after
seven days. Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest".
"""

from dataclasses import dataclass
from typing import IO, Any

from lib.errors import OptbackError, PermissionMissing, RequestRefused, WriteUnanswered
from lib.salesforce.door import Door
from lib.salesforce.failures import broken, number_of, storable
from lib.salesforce.rows import to18

CONTENT_TYPE = "text/csv; charset=UTF-8"

_PATH = "jobs/ingest"
_NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}
"""Bulk 2.0 runs an assignment rule only if a job names it. This header is a second lock."""
_OVER = frozenset({"JobComplete", "Failed", "Aborted"})
_START_TRIES = 3
_REDIRECTS = range(300, 400)  # HTTP status


@dataclass(frozen=True, slots=True)
class IngestJob:
    """A job as Salesforce shows it. `processed` counts rows, and includes the `failed` ones."""

    id: str
    state: str
    processed: int = 0
    failed: int = 0
    said: str = ""  # Salesforce's reason, if the job failed

    @property
    def is_open(self) -> bool:
        """Whether it wasn't started: none of its rows is written, or will be."""
        return self.state == "Open"

    @property
    def is_over(self) -> bool:
        """Whether Salesforce is done with it. Some of its rows may have failed."""
        return self.state in _OVER

    @property
    def is_complete(self) -> bool:
        """Whether Salesforce went through all of its rows."""
        return self.state == "JobComplete"


def create(door: Door, sobject: str) -> IngestJob:
    """Create a job that updates records of an sObject. Costs 1 API call.

    If the answer is lost, another one is created. The first stays open, which does no harm.
    """
    body = {
        "object": sobject,
        "operation": "update",
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    return _job(door.ask(_PATH, body, _NO_ASSIGNMENT))


def upload(door: Door, job_id: str, rows: IO[bytes]) -> None:
    """Upload the rows of an open job, once. Costs 1 API call.

    Raises WriteUnanswered if the answer is lost. Then the job can't be used: a second upload would
    ruin it if the first one arrived.
    """
    door.upload(f"{_PATH}/{job_id}/batches", rows, {"Content-Type": CONTENT_TYPE, **_NO_ASSIGNMENT})


def start(door: Door, job_id: str) -> None:
    """Close the upload, so that Salesforce starts writing. Costs 1 API call.

    If the answer is lost, costs 1 more to see whether it was started. Raises RequestRefused or
    PermissionMissing if it certainly wasn't, another SalesforceError if no one knows.
    """
    for attempt in range(_START_TRIES):
        try:
            door.patch(f"{_PATH}/{job_id}", {"state": "UploadComplete"}, _NO_ASSIGNMENT)
            return
        except WriteUnanswered as error:
            unanswered = error
        except (RequestRefused, PermissionMissing):
            if _is_started(look(door, job_id)):
                return
            raise
        if _is_started(look(door, job_id)):
            return
        door.patience.pause(attempt)
    raise unanswered


def look(door: Door, job_id: str) -> IngestJob | None:
    """The job as it is now. Costs 1 API call.

    `None` if Salesforce no longer has it, or no longer shows it to this user.
    """
    try:
        return _job(door.get(f"{_PATH}/{job_id}"))
    except PermissionMissing:
        return None
    except RequestRefused as error:
        if error.status in _REDIRECTS:
            raise  # that says nothing about the job
        return None


def abort(door: Door, job_id: str) -> IngestJob | None:
    """Abort a job. Returns it as it is then: over, or `None` if it's gone. Costs 1 or 2 API calls.

    A job that ended in the meantime stays as it ended. Raises SalesforceError if it may still be
    at work.
    """
    try:
        job = _job(door.abort(f"{_PATH}/{job_id}"))
        if job.is_over:
            return job
    except (RequestRefused, PermissionMissing, WriteUnanswered):
        pass  # it may be over; the look says so
    found = look(door, job_id)
    if found is None or found.is_over:
        return found
    raise broken(f"a Bulk job that was aborted is {found.state}")


def abandon(door: Door, job_id: str) -> None:
    """Abort a job that wasn't started. If that fails, it stays open, which does no harm."""
    try:
        abort(door, job_id)
    except OptbackError:
        return


def _is_started(job: IngestJob | None) -> bool:
    return job is not None and not job.is_open


def _job(answer: Any) -> IngestJob:
    """The job in an answer. Raises SalesforceUnreachable unless it has an ID and a state."""
    found = answer if isinstance(answer, dict) else {}
    job_id, state = found.get("id"), found.get("state")
    if not isinstance(job_id, str) or not job_id.isalnum() or not isinstance(state, str):
        raise broken("it doesn't show a job")
    return IngestJob(
        to18(job_id),
        state,
        _count(found.get("numberRecordsProcessed")),
        _count(found.get("numberRecordsFailed")),
        storable(str(found.get("errorMessage") or "")),
    )


def _count(value: Any) -> int:
    return number_of(value) or 0
