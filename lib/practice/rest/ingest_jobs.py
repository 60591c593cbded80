"""Bulk API 2.0 ingest: the addresses under `/jobs/ingest`.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest"; recorded jobs. Answers to
errors that the guide does not show are guessed; docs/practice.md lists them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lib.practice.bulk.bulk_query import DELIMITERS, LINE_ENDINGS
from lib.practice.bulk.ingest_csv import results_csv
from lib.practice.bulk.ingest_jobs import IngestJob
from lib.practice.refusal import Refusal
from lib.practice.rest.bulk_jobs import CSV, JOB_PREFIX, chosen, found, listed, visible
from lib.practice.rest.bulk_rows import BulkRows
from lib.practice.rest.calls import ApiResponse, Call

MOST_UPLOADED = 100 * 1024 * 1024
"""Bytes of an upload: encoded in base64 they may take 150 MB."""

_OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
_MAY_HARD_DELETE = "PermissionsBulkApiHardDelete"


def create(call: Call) -> ApiResponse:
    """Create an open job, which waits for its upload."""
    asked = call.json_object()
    operation = chosen(asked, "operation", _OPERATIONS, "")
    chosen(asked, "contentType", ("CSV",), "CSV")
    delimiter = chosen(asked, "columnDelimiter", DELIMITERS, "COMMA")
    line_ending = chosen(asked, "lineEnding", LINE_ENDINGS, "LF")
    kind = call.view.type(str(asked.get("object", "")))
    if kind is None:
        raise Refusal("INVALIDJOB", f"InvalidJob : Unable to find object: {asked.get('object')}")
    key_field = _key_field(operation, str(asked.get("externalIdFieldName") or ""))
    rights = call.org.view(call.user_id).rights
    if operation == "hardDelete" and not rights.holds(_MAY_HARD_DELETE):
        raise Refusal("FEATURENOTENABLED", "FeatureNotEnabled : hardDelete is not enabled")
    with call.org.lock:
        job_id = call.org.ids.next(JOB_PREFIX)
    rows = BulkRows(call.org, call.user_id, kind.name, operation, key_field)
    job = IngestJob(
        id=job_id,
        user_id=call.user_id,
        operation=operation,
        version=call.address.version,
        delimiter=delimiter,
        line_ending=line_ending,
        created=call.org.clock(),
        sobject=kind.name,
        key_field=key_field,
        check=rows.check,
        save=rows.save,
    )
    call.jobs.ingests.add(job)
    return ApiResponse(body=job.summary())


def upload(call: Call, job_id: str) -> ApiResponse:
    """Take the CSV of an open job: 201 without a body."""
    job = _job(call, job_id)
    if job.state != "Open":
        raise _wrong_state(f"Uploads are accepted for jobs in state Open; this is {job.state}")
    if len(call.text.encode()) > MOST_UPLOADED:
        raise Refusal("EXCEEDEDQUOTA", "ExceededQuota : The upload is larger than 100 MB")
    job.uploads.append(call.text)
    return ApiResponse(201)


def change_state(call: Call, job_id: str) -> ApiResponse:
    """Close the upload of a job, or abort it."""
    job, state = _job(call, job_id), call.json_object().get("state")
    if state == "UploadComplete":
        return ApiResponse(body=_closed(call, job))
    if state != "Aborted":
        raise _wrong_state(f"Invalid state: {state}")
    call.jobs.ingests.abort(job)
    return ApiResponse(body=job.summary())


def show(call: Call, job_id: str) -> ApiResponse:
    """The state of a job, with its figures."""
    return ApiResponse(body=_job(call, job_id).details())


def list_jobs(call: Call) -> ApiResponse:
    """The jobs the caller can see, a thousand per answer."""
    jobs = visible(call, call.jobs.ingests)
    return listed(call, "ingest", "V2Ingest", jobs)


def delete(call: Call, job_id: str) -> ApiResponse:
    """Delete a job, and its results."""
    call.jobs.ingests.drop(_job(call, job_id))
    return ApiResponse(204)


def successful(call: Call, job_id: str) -> ApiResponse:
    """The rows that were saved, with the ids of their records."""
    job = _ended(call, job_id)
    rows = (
        [result.record_id, str(result.created).lower(), *result.row]
        for result in job.results
        if not result.error
    )
    return _file(job, ("sf__Id", "sf__Created"), rows)


def failed(call: Call, job_id: str) -> ApiResponse:
    """The rows that were refused, with the reason."""
    job = _ended(call, job_id)
    rows = ([result.record_id, result.error, *result.row] for result in job.results if result.error)
    return _file(job, ("sf__Id", "sf__Error"), rows)


def unprocessed(call: Call, job_id: str) -> ApiResponse:
    """The rows that were not reached."""
    job = _ended(call, job_id)
    return _file(job, (), iter(job.unprocessed))


def _closed(call: Call, job: IngestJob) -> dict[str, Any]:
    if len(job.uploads) > 1:
        raise Refusal(
            "INVALIDJOB",
            f"Found multipe contents for job: <{job.id[:15]}>, please 'Close' / 'Abort' / "
            "'Delete' the current Job then create a new Job and make sure you only do 'PUT' once "
            "on a given Job.",
        )
    summary = call.jobs.ingests.start(job)
    if summary is None:
        raise _wrong_state(f"Job can't be closed in state {job.state}")
    return summary


def _file(job: IngestJob, own: Sequence[str], rows: Iterator[Sequence[str]]) -> ApiResponse:
    headings = job.upload.headings if job.upload else ()
    pieces = results_csv(own, headings, rows, delimiter=job.delimiter, line_ending=job.line_ending)
    return ApiResponse(pieces=pieces, media_type=CSV)


def _job(call: Call, job_id: str) -> IngestJob:
    return found(call, call.jobs.ingests, job_id)


def _ended(call: Call, job_id: str) -> IngestJob:
    job = _job(call, job_id)
    if not job.is_ended:
        raise _wrong_state(f"Results are available for jobs that have ended; this is {job.state}")
    return job


def _key_field(operation: str, name: str) -> str:
    if operation == "upsert" and not name:
        message = "InvalidJob : External ID was blank for upsert. An external ID must be specified"
        raise Refusal("INVALIDJOB", message)
    return name if operation == "upsert" else ""


def _wrong_state(message: str) -> Refusal:
    return Refusal("INVALIDJOBSTATE", f"InvalidJobState : {message}")
