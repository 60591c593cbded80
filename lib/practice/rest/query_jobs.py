"""Bulk API 2.0 queries: the addresses under `/jobs/query`.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Query". Answers to errors that the
guide does not show are guessed; docs/practice.md lists them.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from lib.practice.bulk.bulk_query import DELIMITERS, LINE_ENDINGS, bulk_query, csv_page
from lib.practice.bulk.jobs import QueryJob
from lib.practice.ids import normalized
from lib.practice.refusal import Refusal
from lib.practice.rest.calls import ApiResponse, Call, not_found
from lib.practice.soql.query_request import QueryRequest

MOST_PER_PAGE = 100_000
"""Rows of a page without `maxRecords`; Salesforce documents no number."""

_PREFIX = "750"
_PAGES_AT_ONCE = 5
_JOBS_AT_ONCE = 1000
_RESULT_PAGES_SINCE = 58
_SEES_ALL = ("PermissionsManageDataIntegrations", "PermissionsModifyAllData")
_CSV = "text/csv;charset=UTF-8"


def create(call: Call) -> ApiResponse:
    """Create a job for a query; Salesforce answers at once and runs it afterwards."""
    asked = call.json_object()
    operation = _chosen(asked, "operation", ("query", "queryAll"), "")
    _chosen(asked, "contentType", ("CSV",), "CSV")
    delimiter = _chosen(asked, "columnDelimiter", DELIMITERS, "COMMA")
    line_ending = _chosen(asked, "lineEnding", LINE_ENDINGS, "LF")
    text = asked.get("query")
    if not isinstance(text, str) or not text.strip():
        raise Refusal("INVALIDJOB", "InvalidJob : Must specify query")
    org = call.org
    now = org.clock()
    with org.lock:
        query = bulk_query(QueryRequest(text, call.view, now, call.root, operation == "queryAll"))
        job_id = org.ids.next(_PREFIX)
    job = QueryJob(
        job_id, call.user_id, operation, call.address.version, delimiter, line_ending, query, now
    )
    summary = job.summary()
    call.jobs.start(job, org.lock)
    return ApiResponse(body=summary)


def list_jobs(call: Call) -> ApiResponse:
    """The jobs the caller can see, a thousand per answer."""
    kind = call.query.get("jobType", "V2Query")
    jobs = call.jobs.of(None if _sees_all(call) else call.user_id) if kind == "V2Query" else []
    start = _place(call.query.get("queryLocator"))
    page = jobs[start : start + _JOBS_AT_ONCE]
    done = start + _JOBS_AT_ONCE >= len(jobs)
    following = f"{call.root}/jobs/query?queryLocator={_locator(start + _JOBS_AT_ONCE)}"
    return ApiResponse(
        body={
            "done": done,
            "records": [job.list_entry() for job in page],
            "nextRecordsUrl": None if done else following,
        }
    )


def show(call: Call, job_id: str) -> ApiResponse:
    """The state of a job."""
    return ApiResponse(body=_job(call, job_id).details())


def abort(call: Call, job_id: str) -> ApiResponse:
    """Abort a job: the only change of state a client can make."""
    job = _job(call, job_id)
    state = call.json_object().get("state")
    if state != "Aborted":
        raise Refusal("INVALIDJOBSTATE", f"InvalidJobState : Invalid state: {state}")
    call.jobs.abort(job)
    return ApiResponse(body=job.summary())


def delete(call: Call, job_id: str) -> ApiResponse:
    """Delete a job that has ended, and its results."""
    call.jobs.drop(_job(call, job_id))
    return ApiResponse(204)


def results(call: Call, job_id: str) -> ApiResponse:
    """A page of a job's results as CSV; its locator is the same as long as the job lives."""
    job = _complete(call, job_id)
    start, most = _place(call.query.get("locator")), _most(call)
    if start and start >= len(job.rows):
        raise _bad_locator()
    rows = job.rows[start : start + most]
    end = start + len(rows)
    headers = {
        "Sforce-Locator": _locator(end) if end < len(job.rows) else "null",
        "Sforce-NumberOfRecords": str(len(rows)),
    }
    pieces = csv_page(
        job.query.columns, rows, DELIMITERS[job.delimiter], LINE_ENDINGS[job.line_ending]
    )
    return ApiResponse(headers=headers, pieces=pieces, media_type=_CSV)


def result_pages(call: Call, job_id: str) -> ApiResponse:
    """The addresses of the next five result pages, which clients can fetch in parallel."""
    if int(call.address.version.partition(".")[0]) < _RESULT_PAGES_SINCE:
        raise not_found()
    job = _complete(call, job_id)
    first = _place(call.query.get("locator"))
    starts = range(first, max(len(job.rows), first + 1), MOST_PER_PAGE)
    base = f"{call.root}/jobs/query/{job.id}"
    pages = [f"{base}/results?locator={_locator(start)}" for start in starts[:_PAGES_AT_ONCE]]
    done = len(starts) <= _PAGES_AT_ONCE
    body: dict[str, Any] = {"resultPages": [{"resultUrl": page_url} for page_url in pages]}
    if not done:
        body["nextRecordsUrl"] = f"{base}/resultPages?locator={_locator(starts[_PAGES_AT_ONCE])}"
    return ApiResponse(body={**body, "done": done})


def _chosen(asked: dict[str, Any], name: str, offered: Any, default: str) -> str:
    value = asked.get(name, default)
    if value not in offered:
        message = f"InvalidJob : Must specify valid {name}: {', '.join(offered)}"
        raise Refusal("INVALIDJOB", message)
    return str(value)


def _job(call: Call, job_id: str) -> QueryJob:
    job = call.jobs.find(normalized(job_id) or "")
    if job is None or (job.user_id != call.user_id and not _sees_all(call)):
        raise not_found()
    return job


def _sees_all(call: Call) -> bool:
    rights = call.org.view(call.user_id).rights
    return any(rights.holds(permission) for permission in _SEES_ALL)


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


def _locator(place: int) -> str:
    """A locator for a place, in the recorded form: base64 without padding."""
    return urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _place(locator: str | None) -> int:
    if not locator:
        return 0
    try:
        return int(urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error):
        raise _bad_locator() from None


def _bad_locator() -> Refusal:
    return Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
