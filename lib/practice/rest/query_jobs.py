"""Bulk API 2.0 queries: the addresses under `/jobs/query`.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Query". Answers to errors that the
guide does not show are guessed; docs/practice.md lists them.
"""

from typing import Any

from lib.practice.bulk.bulk_query import DELIMITERS, LINE_ENDINGS, bulk_query, csv_page
from lib.practice.bulk.jobs import QueryJob
from lib.practice.refusal import Refusal
from lib.practice.rest.bulk_jobs import (
    CSV,
    JOB_PREFIX,
    bad_locator,
    chosen,
    found,
    listed,
    locator,
    place,
    visible,
)
from lib.practice.rest.calls import ApiResponse, Call, not_found
from lib.practice.soql.query_request import QueryRequest

MOST_PER_PAGE = 100_000
"""Rows of a page without `maxRecords`; Salesforce documents no number."""

_PAGES_AT_ONCE = 5
_RESULT_PAGES_SINCE = 58


def create(call: Call) -> ApiResponse:
    """Create a job for a query; Salesforce answers at once and runs it afterwards."""
    asked = call.json_object()
    operation = chosen(asked, "operation", ("query", "queryAll"), "")
    chosen(asked, "contentType", ("CSV",), "CSV")
    delimiter = chosen(asked, "columnDelimiter", DELIMITERS, "COMMA")
    line_ending = chosen(asked, "lineEnding", LINE_ENDINGS, "LF")
    text = asked.get("query")
    if not isinstance(text, str) or not text.strip():
        raise Refusal("INVALIDJOB", "InvalidJob : Must specify query")
    org = call.org
    now = org.clock()
    with org.lock:
        query = bulk_query(QueryRequest(text, call.view, now, call.root, operation == "queryAll"))
        job_id = org.ids.next(JOB_PREFIX)
    job = QueryJob(
        id=job_id,
        user_id=call.user_id,
        operation=operation,
        version=call.address.version,
        delimiter=delimiter,
        line_ending=line_ending,
        query=query,
        created=now,
    )
    summary = job.summary()
    call.jobs.queries.start(job, org.lock)
    return ApiResponse(body=summary)


def list_jobs(call: Call) -> ApiResponse:
    """The jobs the caller can see, a thousand per answer."""
    jobs = visible(call, call.jobs.queries)
    return listed(call, "query", "V2Query", jobs)


def show(call: Call, job_id: str) -> ApiResponse:
    """The state of a job."""
    return ApiResponse(body=_job(call, job_id).details())


def abort(call: Call, job_id: str) -> ApiResponse:
    """Abort a job: the only change of state a client can make."""
    job = _job(call, job_id)
    state = call.json_object().get("state")
    if state != "Aborted":
        raise Refusal("INVALIDJOBSTATE", f"InvalidJobState : Invalid state: {state}")
    call.jobs.queries.abort(job)
    return ApiResponse(body=job.summary())


def delete(call: Call, job_id: str) -> ApiResponse:
    """Delete a job that has ended, and its results."""
    call.jobs.queries.drop(_job(call, job_id))
    return ApiResponse(204)


def results(call: Call, job_id: str) -> ApiResponse:
    """A page of a job's results as CSV; its locator is the same as long as the job lives."""
    job = _complete(call, job_id)
    start, most = place(call.query.get("locator")), _most(call)
    if start and start >= len(job.rows):
        raise bad_locator()
    rows = job.rows[start : start + most]
    end = start + len(rows)
    headers = {
        "Sforce-Locator": locator(end) if end < len(job.rows) else "null",
        "Sforce-NumberOfRecords": str(len(rows)),
    }
    pieces = csv_page(
        job.query.columns, rows, DELIMITERS[job.delimiter], LINE_ENDINGS[job.line_ending]
    )
    return ApiResponse(headers=headers, pieces=pieces, media_type=CSV)


def result_pages(call: Call, job_id: str) -> ApiResponse:
    """The addresses of the next five result pages, which clients can fetch in parallel."""
    if int(call.address.version.partition(".")[0]) < _RESULT_PAGES_SINCE:
        raise not_found()
    job = _complete(call, job_id)
    first = place(call.query.get("locator"))
    starts = range(first, max(len(job.rows), first + 1), MOST_PER_PAGE)
    base = f"{call.root}/jobs/query/{job.id}"
    pages = [f"{base}/results?locator={locator(start)}" for start in starts[:_PAGES_AT_ONCE]]
    done = len(starts) <= _PAGES_AT_ONCE
    body: dict[str, Any] = {"resultPages": [{"resultUrl": page_url} for page_url in pages]}
    if not done:
        body["nextRecordsUrl"] = f"{base}/resultPages?locator={locator(starts[_PAGES_AT_ONCE])}"
    return ApiResponse(body={**body, "done": done})


def _job(call: Call, job_id: str) -> QueryJob:
    return found(call, call.jobs.queries, job_id)


def _complete(call: Call, job_id: str) -> QueryJob:
    job = _job(call, job_id)
    if job.version != call.address.version:
        message = "API version must match the API version with which the job was created"
        raise Refusal("API_ERROR", message, status=409)
    if job.state != "JobComplete":
        message = f"Results are available for jobs in state JobComplete; this is {job.state}"
        raise Refusal("INVALIDJOBSTATE", message)
    return job


def _most(call: Call) -> int:
    given = call.query.get("maxRecords")
    if given is None:
        return MOST_PER_PAGE
    if not given.isdecimal() or int(given) < 1:
        raise Refusal("API_ERROR", "maxRecords must be a positive number")
    return int(given)
