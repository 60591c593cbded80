"""Several reads in a single call, with the Composite resource.

A query that is too long for a URL (16,384 bytes) fits into the body here, and the call counts
once against the daily limit. Source: REST API Developer Guide, "Send Multiple Requests Using
Composite": at most 25 parts, at most 5 of them queries; the outer status says nothing about the
parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from lib.salesforce import VERSION
from lib.salesforce.failures import Failure, broken, from_answer
from lib.soql import Query, render

if TYPE_CHECKING:
    from lib.salesforce.door import Door

MOST_QUERIES = 5
_ROOT = f"/services/data/v{VERSION}/"


@dataclass(frozen=True, slots=True)
class Part:
    """The answer to a read: its decoded body, or why there is none."""

    body: Any
    failure: Failure | None = None


def query_path(query: Query) -> str:
    """The path of a query, for `read_together`."""
    return f"query/?{urlencode({'q': render(query)}, quote_via=quote)}"


def read_together(door: "Door", paths: Sequence[str]) -> list[Part]:
    """Read up to 25 paths (relative to /services/data/vXX.0/) in 1 API call; answers in order."""
    parts = [
        {"method": "GET", "url": f"{_ROOT}{path}", "referenceId": f"part{number}"}
        for number, path in enumerate(paths)
    ]
    answer = door.ask("composite", {"allOrNone": False, "compositeRequest": parts})
    found = _by_reference(answer)
    return [_part(found.get(f"part{number}")) for number in range(len(paths))]


def _by_reference(answer: Any) -> dict[Any, dict[str, Any]]:
    responses = answer.get("compositeResponse") if isinstance(answer, dict) else None
    if not isinstance(responses, list):
        raise broken("it has no compositeResponse")
    return {part.get("referenceId"): part for part in responses if isinstance(part, dict)}


def _part(response: dict[str, Any] | None) -> Part:
    if response is None or not isinstance(response.get("httpStatusCode"), int):
        raise broken("part of it is missing")
    status, body = response["httpStatusCode"], response.get("body")
    return Part(body) if 200 <= status < 300 else Part(body, from_answer(status, body))
