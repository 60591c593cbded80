"""Several requests in a single call, with the Composite resource.

A query that is too long for a URL (16,384 bytes) fits into the body here, and the call counts
once against the daily limit. Source: REST API Developer Guide, "Send Multiple Requests Using
Composite": at most 25 parts, at most 5 of them queries or sObject Collections; the outer status
says nothing about the parts, and only the header fields of a part count for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count as counting
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lib.errors import SalesforceError
from lib.salesforce import VERSION
from lib.salesforce.ahead import Part
from lib.salesforce.failures import (
    Failure,
    FailureKind,
    broken,
    from_answer,
    number_of,
    unanswered,
)
from lib.soql import Query, render

if TYPE_CHECKING:
    from lib.salesforce.door import Door

MOST_QUERIES = 5
_MOST_PARTS = 25
_QUERY = "query/?"
_UNRESERVED = frozenset(f"{ascii_letters}{digits}_.-~%")  # and %, which is replaced first
_ROOT = f"/services/data/v{VERSION}/"


def query_path(query: Query) -> str:
    """The path of a query, for `read_together`."""
    return f"{_QUERY}q={_quoted(render(query))}"


def _quoted(text: str) -> str:
    """The same as `quote` without safe characters, but much quicker for a long query."""
    if not text.isascii():
        return quote(text, safe="")
    quoted = text.replace("%", "%25")
    for character in set(text) - _UNRESERVED:
        quoted = quoted.replace(character, quote(character, safe=""))
    return quoted


def read_together(door: "Door", paths: Sequence[str]) -> list[Part]:
    """Read up to 25 paths (relative to /services/data/vXX.0/); answers in order.

    A part without an answer has a failure of the kind LOST. Parts whose failure passes are asked
    again. Costs 1 API call, none for what was asked ahead.
    """
    ahead = door.ahead.take(paths)
    answers = {place: ahead[path] for place, path in enumerate(paths) if path in ahead}
    left = [place for place in range(len(paths)) if place not in answers]
    for attempt in counting():
        found = _asked(door, [paths[place] for place in left]) if left else []
        answers.update(zip(left, found, strict=True))
        left = [place for place, part in answers.items() if _may_pass(door, attempt, part)]
        if not left:
            break
        door.patience.pause(attempt, max(answers[place].wait_s for place in left))
    return [answers[place] for place in range(len(paths))]


def _may_pass(door: "Door", attempt: int, part: Part) -> bool:
    failure = part.failure
    return failure is not None and door.patience.can_retry(attempt, failure)


def ask_ahead(door: "Door", paths: Sequence[str]) -> None:
    """Send these reads now, in as few calls as possible; `read_together` has their answers."""
    for some in _packed(paths):
        door.ahead.send(some, partial(_asked, door, some))


def _packed(paths: Sequence[str]) -> Iterator[list[str]]:
    """The paths in groups that each fit into a call."""
    group: list[str] = []
    for path in paths:
        queries = sum(each.startswith(_QUERY) for each in (*group, path))
        if queries > MOST_QUERIES or len(group) == _MOST_PARTS:
            yield group
            group = []
        group.append(path)
    if group:
        yield group


def _asked(door: "Door", paths: Sequence[str]) -> list[Part]:
    parts = [
        {"method": "GET", "url": f"{_ROOT}{path}", "referenceId": f"part{number}"}
        for number, path in enumerate(paths)
    ]
    generation = door.generation
    answer = door.ask("composite", {"allOrNone": False, "compositeRequest": parts})
    return _parts(door, generation, _by_reference(answer), len(paths))


def patch_together(
    door: "Door", path: str, bodies: Sequence[object], headers: Mapping[str, str]
) -> list[Part]:
    """Send up to 5 bodies to the same path by PATCH, in 1 API call; answers in order.

    Salesforce saves them in this order, each on its own (`allOrNone` and `collateSubrequests` are
    false). A part without an answer has a failure of the kind LOST. Raises WriteUnanswered if
    there's no answer for any part, or as the door does.
    """
    parts = [
        {
            "method": "PATCH",
            "url": f"{_ROOT}{path}",
            "referenceId": f"part{number}",
            "httpHeaders": dict(headers),
            "body": body,
        }
        for number, body in enumerate(bodies)
    ]
    asked = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": parts}
    generation = door.generation
    found = _by_reference(door.post("composite", asked, headers), unreadable=unanswered)
    return _parts(door, generation, found, len(bodies))


def _parts(
    door: "Door", generation: int, found: Mapping[Any, dict[str, Any]], count: int
) -> list[Part]:
    """The parts in order. If the session ended before one of them, it's renewed."""
    parts = [_part(found.get(f"part{number}")) for number in range(count)]
    if any(part.failure and part.failure.kind is FailureKind.EXPIRED for part in parts):
        door.renew(generation)
    return [_to_repeat(part) for part in parts]


def _to_repeat(part: Part) -> Part:
    """A part whose session had ended was not done, and the next call has another session."""
    if part.failure is None or part.failure.kind is not FailureKind.EXPIRED:
        return part
    return Part(part.body, Failure(FailureKind.NOT_DONE, part.failure.error))


def _by_reference(
    answer: Any, unreadable: Callable[[str], SalesforceError] = broken
) -> dict[Any, dict[str, Any]]:
    responses = answer.get("compositeResponse") if isinstance(answer, dict) else None
    if not isinstance(responses, list):
        raise unreadable("it has no compositeResponse")
    return {part.get("referenceId"): part for part in responses if isinstance(part, dict)}


def _part(response: dict[str, Any] | None) -> Part:
    status = number_of(response.get("httpStatusCode")) if response else None
    if response is None or status is None:
        return Part(None, Failure(FailureKind.LOST, broken("part of it is missing")))
    body = response.get("body")
    return Part(body) if 200 <= status < 300 else Part(body, from_answer(status, body))
