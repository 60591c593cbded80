"""What the addresses of query and ingest jobs have in common."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from lib.practice.bulk.job import Job, Jobs
from lib.practice.ids import normalized
from lib.practice.refusal import Refusal
from lib.practice.rest.calls import ApiResponse, Call, not_found

JOB_PREFIX = "750"
CSV = "text/csv;charset=UTF-8"

_AT_ONCE = 1000
_SEES_ALL = ("PermissionsManageDataIntegrations", "PermissionsModifyAllData")

J = TypeVar("J", bound=Job)


class Listed(Protocol):
    """A job of either kind."""

    def list_entry(self) -> dict[str, Any]: ...


def chosen(asked: Mapping[str, Any], name: str, offered: Iterable[str], default: str) -> str:
    """A setting of a new job. Raises Refusal for one that isn't offered."""
    offered = tuple(offered)
    value = asked.get(name, default)
    if value not in offered:
        message = f"InvalidJob : Must specify valid {name}: {', '.join(offered)}"
        raise Refusal("INVALIDJOB", message)
    return str(value)


def found(call: Call, jobs: Jobs[J], job_id: str) -> J:
    """A job the caller can see. Raises Refusal (404)."""
    job = jobs.find(normalized(job_id) or "")
    if job is None or (job.user_id != call.user_id and not _sees_all(call)):
        raise not_found()
    return job


def visible(call: Call, jobs: Jobs[J]) -> list[J]:
    """The jobs the caller can see, oldest first."""
    return jobs.of(None if _sees_all(call) else call.user_id)


def listed(call: Call, path: str, kind: str, jobs: Sequence[Listed]) -> ApiResponse:
    """A page of a list of jobs; none if the caller asks for jobs of another kind."""
    jobs = jobs if call.query.get("jobType", kind) == kind else ()
    start = place(call.query.get("queryLocator"))
    done = start + _AT_ONCE >= len(jobs)
    following = f"{call.root}/jobs/{path}?queryLocator={locator(start + _AT_ONCE)}"
    return ApiResponse(
        body={
            "done": done,
            "records": [job.list_entry() for job in jobs[start : start + _AT_ONCE]],
            "nextRecordsUrl": None if done else following,
        }
    )


def locator(place: int) -> str:
    """A locator for a place, in the recorded form: base64 without padding."""
    return urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place(locator: str | None) -> int:
    """The place a locator stands for; 0 without a locator. Raises Refusal."""
    if not locator:
        return 0
    try:
        return int(urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error):
        raise bad_locator() from None


def bad_locator() -> Refusal:
    """The refusal of a locator that belongs to no page."""
    return Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")


def _sees_all(call: Call) -> bool:
    rights = call.org.view(call.user_id).rights
    return any(rights.holds(permission) for permission in _SEES_ALL)
