"""Salesforce's REST API: which address does what, and how HTTP requests get there."""

from functools import partial
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from lib.practice.bulk.all_jobs import BulkJobs
from lib.practice.org import PracticeOrg
from lib.practice.refusal import Refusal
from lib.practice.rest import changes as rest_changes
from lib.practice.rest import collections as rest_collections
from lib.practice.rest import describe
from lib.practice.rest import ingest_jobs as rest_ingest
from lib.practice.rest import limits as rest_limits
from lib.practice.rest import passwords as rest_passwords
from lib.practice.rest import query as rest_query
from lib.practice.rest import query_jobs as rest_jobs
from lib.practice.rest import records as rest_records
from lib.practice.rest import relations as rest_relations
from lib.practice.rest.calls import Address, ApiResponse, Call, Passwords, not_found, refused
from lib.practice.rest.composite import Composite, run_batch
from lib.practice.rest.cursors import Cursors
from lib.practice.rest.routing import Resource, dispatch
from lib.practice.rest.sobject_tree import create_tree
from lib.practice.web import NEWEST_VERSION, OLDEST_VERSION, base_of

_JSON = "application/json;charset=UTF-8"
_UPLOADED = "text/csv"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_SEASONS = ("Summer", "Winter", "Spring")
_FIRST_YEAR = 14


class WhoAsks(Protocol):
    """Finds the user of a request; raises if there is none."""

    def user_of(self, request: Request) -> str: ...


def routes(
    org: PracticeOrg, sessions: WhoAsks, jobs: BulkJobs, passwords: Passwords
) -> list[Route]:
    """The routes under /services/data for an org."""
    endpoint = _RestEndpoint(org, sessions, jobs, passwords)
    return [
        Route("/services/data", _list_versions, methods=["GET"]),
        Route("/services/data/", _list_versions, methods=["GET"]),
        Route("/services/data/{rest:path}", endpoint.serve, methods=_METHODS),
    ]


def _composite(call: Call) -> ApiResponse:
    return Composite(call, _inner_dispatch).run()


def _batch(call: Call) -> ApiResponse:
    return run_batch(call, _inner_dispatch)


def _nowhere(_call: Call, **_parts: str) -> ApiResponse:
    raise not_found()


_INNER = (
    Resource("limits", {"GET": rest_limits.show_limits}),
    Resource("limits/recordCount", {"GET": rest_limits.count_records}),
    Resource("query", {"GET": rest_query.query}),
    Resource("query/{locator}", {"GET": rest_query.query_more}),
    Resource("queryAll", {"GET": rest_query.query_all}),
    Resource("queryAll/{locator}", {"GET": rest_query.query_more}),
    Resource("sobjects", {"GET": describe.describe_global}),
    Resource("sobjects/{sobject}/describe", {"GET": describe.describe}),
    Resource("sobjects/{sobject}/describe/{layouts}", {"GET": _nowhere}),
    Resource("sobjects/{sobject}/listviews", {"GET": _nowhere}),
    Resource("sobjects/{sobject}/listviews/{view}", {"GET": _nowhere}),
    Resource("sobjects/{sobject}/quickActions", {"GET": _nowhere}),
    Resource("sobjects/{sobject}/updated", {"GET": rest_changes.updated}),
    Resource("sobjects/{sobject}/deleted", {"GET": rest_changes.deleted}),
    Resource("sobjects/{sobject}", {"GET": describe.describe_basic, "POST": rest_records.create}),
    Resource(
        "sobjects/{sobject}/Id",
        {"GET": _nowhere, "HEAD": _nowhere, "POST": rest_records.create_by_id},
    ),
    Resource(
        "sobjects/User/{record_id}/password",
        {
            "GET": rest_passwords.show,
            "POST": rest_passwords.change,
            "DELETE": rest_passwords.reset,
        },
    ),
    Resource(
        "sobjects/{sobject}/{record_id}",
        {
            "GET": rest_records.read,
            "PATCH": rest_records.update,
            "DELETE": rest_records.delete,
        },
    ),
    Resource(
        "sobjects/{sobject}/{key_field}/{key}",
        {
            "GET": rest_relations.or_key(rest_relations.read, rest_records.read_by),
            "PATCH": rest_relations.or_key(rest_relations.update, rest_records.upsert),
            "DELETE": rest_relations.or_key(rest_relations.delete, rest_records.delete_by),
        },
    ),
    *(
        Resource(
            pattern,
            {
                "GET": rest_relations.read,
                "PATCH": rest_relations.update,
                "DELETE": rest_relations.delete,
            },
        )
        for pattern in rest_relations.longer_patterns()
    ),
    Resource(
        "composite/sobjects",
        {
            "POST": rest_collections.create,
            "PATCH": rest_collections.update,
            "DELETE": rest_collections.delete,
        },
    ),
    Resource(
        "composite/sobjects/{sobject}",
        {"GET": rest_collections.retrieve, "POST": rest_collections.retrieve},
    ),
    Resource("composite/sobjects/{sobject}/{key_field}", {"PATCH": rest_collections.upsert}),
    Resource("composite/tree/{sobject}", {"POST": create_tree}),
)
_RESOURCES = (
    Resource("", {"GET": rest_limits.list_resources}),
    Resource("composite", {"POST": _composite}),
    Resource("composite/batch", {"POST": _batch}),
    Resource("jobs/ingest", {"GET": rest_ingest.list_jobs, "POST": rest_ingest.create}),
    Resource(
        "jobs/ingest/{job_id}",
        {
            "GET": rest_ingest.show,
            "PATCH": rest_ingest.change_state,
            "DELETE": rest_ingest.delete,
        },
    ),
    Resource("jobs/ingest/{job_id}/batches", {"PUT": rest_ingest.upload}),
    Resource("jobs/ingest/{job_id}/successfulResults", {"GET": rest_ingest.successful}),
    Resource("jobs/ingest/{job_id}/failedResults", {"GET": rest_ingest.failed}),
    Resource("jobs/ingest/{job_id}/unprocessedrecords", {"GET": rest_ingest.unprocessed}),
    Resource("jobs/ingest/{job_id}/unprocessedRecords", {"GET": rest_ingest.unprocessed}),
    Resource("jobs/query", {"GET": rest_jobs.list_jobs, "POST": rest_jobs.create}),
    Resource(
        "jobs/query/{job_id}",
        {"GET": rest_jobs.show, "PATCH": rest_jobs.abort, "DELETE": rest_jobs.delete},
    ),
    Resource("jobs/query/{job_id}/results", {"GET": rest_jobs.results}),
    Resource("jobs/query/{job_id}/resultPages", {"GET": rest_jobs.result_pages}),
    *_INNER,
)


def _inner_dispatch(call: Call) -> ApiResponse:
    return dispatch(_INNER, call)


class _RestEndpoint:
    """Turns HTTP requests into calls, and responses into HTTP."""

    def __init__(
        self, org: PracticeOrg, sessions: WhoAsks, jobs: BulkJobs, passwords: Passwords
    ) -> None:
        self.org = org
        self.sessions = sessions
        self.jobs = jobs
        self.passwords = passwords
        self.cursors = Cursors()

    async def serve(self, request: Request) -> Response:
        """Answer a request to any address under /services/data."""
        raw = request.scope["raw_path"].decode("ascii", "replace")
        query = request.scope["query_string"].decode("latin-1")
        address = Address.read(f"{raw}?{query}")
        _refuse_version(address.version)
        user_id = self.sessions.user_of(request)
        text = (await request.body()).decode("utf-8", "replace")
        call = Call(
            self.org,
            self.jobs,
            self.cursors,
            self.passwords,
            user_id,
            request.method,
            address,
            request.headers,
            text,
            base_of(request),
        )
        answer = await run_in_threadpool(partial(self._answer, call))
        return self._written(answer)

    def _answer(self, call: Call) -> ApiResponse:
        if not self._counted():
            return refused(Refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
        try:
            _refuse_media(call)
        except Refusal as refusal:
            return refused(refusal)
        return dispatch(_RESOURCES, call)

    def _counted(self) -> bool:
        with self.org.lock:
            left = self.org.meter.used < self.org.settings.api_calls_max
            if left:
                self.org.meter.count()
            return left

    def _written(self, answer: ApiResponse) -> Response:
        usage = f"api-usage={self.org.meter.used}/{self.org.settings.api_calls_max}"
        headers = {**answer.headers, "Sforce-Limit-Info": usage}
        if answer.pieces is not None:
            return StreamingResponse(answer.pieces, answer.status, headers, answer.media_type)
        if answer.body is None:
            return Response(status_code=answer.status, headers=headers)
        return JSONResponse(answer.body, answer.status, headers, _JSON)


async def _list_versions(_request: Request) -> Response:
    versions = [
        {"label": _label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST_VERSION, NEWEST_VERSION + 1)
    ]
    return JSONResponse(versions, media_type=_JSON)


def _label(version: int) -> str:
    since = version - OLDEST_VERSION
    return f"{_SEASONS[since % 3]} '{_FIRST_YEAR + (since + 2) // 3}"


def _refuse_version(version: str) -> None:
    whole, point, rest = version.partition(".")
    if not whole.isdecimal() or not point or rest != "0" or int(whole) > NEWEST_VERSION:
        raise not_found()
    if int(whole) < OLDEST_VERSION:
        raise Refusal("GONE", "The requested API version is no longer available")


def _refuse_media(call: Call) -> None:
    """Only the upload of an ingest job is CSV; all other bodies are JSON."""
    path = call.address.path
    wanted = _UPLOADED if path[:2] == ("jobs", "ingest") and path[3:] == ("batches",) else _JSON
    media = call.headers.get("content-type", wanted).partition(";")[0].strip().lower()
    if call.text and media != wanted.partition(";")[0]:
        message = f"Content-Type header specified in HTTP request is not supported: {media}"
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", message)
