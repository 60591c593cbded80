"""The kinds of call that a client makes, so that a fault can strike one of them."""

import json
import re
from collections.abc import Iterator
from typing import Any

CALLS = {
    "sign_in": "SOAP login, or the token endpoint",
    "identity": "`/id/…`, `userinfo`, and what else is under `/services/oauth2`",
    "describe": "describes, and the list of objects",
    "limits": "limits, record counts, and the list of versions",
    "query": "a query, with GET",
    "next_page": "a further page of a query",
    "queries": "a composite call that only reads",
    "record": "a single record is read",
    "look_up": "up to 2,000 records are read by ID",
    "save": "records are saved: one, a collection, or a composite call with collections",
    "query_job": "a Bulk query is created",
    "query_job_state": "a look at a Bulk query",
    "query_job_rows": "a page of its rows",
    "query_job_end": "a Bulk query is aborted or deleted",
    "ingest_job": "an ingest job is created",
    "ingest_upload": "its rows are uploaded",
    "ingest_close": "its upload is closed, or it's aborted",
    "ingest_job_state": "a look at an ingest job, or at all of them",
    "ingest_rows": "one of its three files of results",
    "ingest_job_end": "an ingest job is deleted",
    "unsubscribes": "JangoMail's list since a date",
    "report": "JangoMail's dated report",
    "groups": "JangoMail's groups are read",
    "group_save": "a group is made, or its fields or members are changed",
    "mail": "any other method of JangoMail",
    "other": "anything else",
}

_JANGOMAIL = "/api.asmx"
_DATA = re.compile(r"^/services/data(?:/v\d+\.\d)?/?(.*?)/?$")
_MAIL = (
    (re.compile("GetUnsubscribeList$"), "unsubscribes"),
    (re.compile("Reports_GetUnsubscribesAll"), "report"),
    (re.compile("(Add|Import|Delete)Group"), "group_save"),
    (re.compile("Groups_|GetGroup|IsMemberInGroup"), "groups"),
)
_WRITES = ("POST", "PATCH", "PUT", "DELETE")
_SETS = re.compile(r"^composite(/batch)?$")

# The first pattern that fits decides: method, path below the version, kind of call.
_PATTERNS = tuple(
    (re.compile(f"^({method})$"), re.compile(f"^({path})$"), kind)
    for method, path, kind in (
        ("GET", r"|limits(/.*)?", "limits"),
        ("GET", r"(query|queryAll)", "query"),
        ("GET", r"(query|queryAll)/.+", "next_page"),
        ("GET", r"sobjects(/\w+(/describe.*)?)?", "describe"),
        ("GET|POST", r"composite/sobjects/\w+", "look_up"),
        ("GET|HEAD", r"sobjects/.+", "record"),
        ("POST|PATCH|DELETE", r"(sobjects|composite/sobjects|composite/tree).*", "save"),
        ("POST", r"jobs/query", "query_job"),
        ("GET", r"jobs/query(/\w+)?", "query_job_state"),
        ("GET", r"jobs/query/\w+/result.*", "query_job_rows"),
        ("PATCH|DELETE", r"jobs/query/\w+", "query_job_end"),
        ("POST", r"jobs/ingest", "ingest_job"),
        ("PUT", r"jobs/ingest/\w+/batches", "ingest_upload"),
        ("PATCH", r"jobs/ingest/\w+", "ingest_close"),
        ("GET", r"jobs/ingest(/\w+)?", "ingest_job_state"),
        ("GET", r"jobs/ingest/\w+/\w+", "ingest_rows"),
        ("DELETE", r"jobs/ingest/\w+", "ingest_job_end"),
    )
)


def is_set_of_calls(path: str) -> bool:
    """Whether only the body says what is done: a composite call, or a batch."""
    data = _DATA.match(path)
    return data is not None and _SETS.match(data[1]) is not None


def kind_of_call(method: str, path: str, body: bytes = b"") -> str:
    """The kind of a request, one of `CALLS`. `body` matters for a set of calls."""
    if path.startswith(("/services/Soap", "/services/oauth2/token")):
        return "sign_in"
    if path.startswith(("/services/oauth2", "/id/")):
        return "identity"
    if path.startswith(_JANGOMAIL):
        return _kind_of_mail(path)
    data = _DATA.match(path)
    if data is None:
        return "other"
    if _SETS.match(data[1]):
        return "save" if any(_is_write(part) for part in parts_of(body)) else "queries"
    return _kind_of_data(method, data[1])


def parts_of(body: bytes) -> Iterator[dict[str, Any]]:
    """The requests in a set of calls; none for any other body."""
    try:
        asked = json.loads(body)
    except ValueError:
        return
    parts = asked if isinstance(asked, dict) else {}
    for part in parts.get("compositeRequest") or parts.get("batchRequests") or ():
        if isinstance(part, dict):
            yield part


def _kind_of_data(method: str, path: str) -> str:
    for methods, paths, kind in _PATTERNS:
        if methods.match(method) and paths.match(path):
            return kind
    return "other"


def _kind_of_mail(path: str) -> str:
    name = path.rpartition("/")[2]
    return next((kind for pattern, kind in _MAIL if pattern.match(name)), "mail")


def _is_write(part: dict[str, Any]) -> bool:
    url, method = str(part.get("url", "")).partition("?")[0], str(part.get("method", "")).upper()
    return method in _WRITES and kind_of_call(method, url) not in ("look_up", "queries")
