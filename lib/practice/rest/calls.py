"""A REST call as the handlers get it, and the response they return.

A subrequest of a composite call is a `Call` too, so both are handled the same way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from lib.practice import json_text
from lib.practice.bulk.all_jobs import BulkJobs
from lib.practice.json_text import unexpected
from lib.practice.org import PracticeOrg, UserView
from lib.practice.refusal import Refusal
from lib.practice.rest.cursors import Cursors
from lib.practice.saving.save import Writer
from lib.practice.web import NEWEST_VERSION


class Password(Protocol):
    """A user's password, and whether they must set another before anything else."""

    @property
    def password(self) -> str: ...

    @property
    def expired(self) -> bool: ...


class Passwords(Protocol):
    """The passwords of the org's users."""

    def account(self, username: str) -> Password: ...

    def change_password(
        self, username: str, password: str = "", *, expired: bool = False
    ) -> Password: ...


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of `/services/data/v59.0/sobjects/Contact?fields=Id`."""

    version: str
    path: tuple[str, ...]
    query: Mapping[str, str]

    @classmethod
    def read(cls, url: str) -> "Address":
        """Split an address. Raises `Refusal` if it is not under /services/data."""
        path, _, query = url.partition("?")
        steps = [unquote(step) for step in path.split("/") if step]
        if steps[:2] != ["services", "data"] or not steps[2:] or steps[2][:1] != "v":
            raise not_found()
        return cls(steps[2][1:], tuple(steps[3:]), dict(parse_qsl(query, keep_blank_values=True)))


@dataclass(frozen=True, slots=True)
class Call:
    """`headers` has lower-case names; `text` is the body, `site` scheme, host and port."""

    org: PracticeOrg
    jobs: BulkJobs
    cursors: Cursors
    passwords: Passwords
    user_id: str
    method: str
    address: Address
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    site: str = ""

    @property
    def root(self) -> str:
        """The address that everything in this version starts with."""
        return f"/services/data/v{self.address.version}"

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters after the question mark, decoded."""
        return self.address.query

    @property
    def version(self) -> int:
        """The API version of the call."""
        whole = self.address.version.partition(".")[0]
        return int(whole) if whole.isdecimal() else NEWEST_VERSION

    @property
    def view(self) -> UserView:
        """The org as the caller sees it in the API version of the call."""
        return self.org.view(self.user_id).as_of(self.version)

    def json(self) -> Any:
        """The body. Raises `Refusal` if it is not JSON."""
        return json_text.read(self.text)

    def json_object(self) -> dict[str, Any]:
        """The body, which must be an object."""
        body = self.json()
        if not isinstance(body, dict):
            raise unexpected(body, self.text)
        return body

    def writer(self) -> Writer:
        """Saves as the caller, with their `Sforce-Auto-Assign` header."""
        assign = self.headers.get("sforce-auto-assign", "TRUE").strip().upper()
        return Writer(self.org, self.user_id, auto_assign=assign != "FALSE")


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """Status, JSON body (`None` if empty) and extra headers.

    With `pieces`, the body is streamed from them, with that media type.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None
    media_type: str | None = None


def refused(refusal: Refusal) -> ApiResponse:
    """The response for a refusal: a list with one error."""
    return ApiResponse(refusal.status, [error_of(refusal, "errorCode")])


def error_of(refusal: Refusal, code_name: str) -> dict[str, Any]:
    """One error as JSON; single calls name the code `errorCode`, collections `statusCode`."""
    error: dict[str, Any] = {"message": refusal.message, code_name: refusal.error_code}
    if refusal.fields is not None:
        error["fields"] = list(refusal.fields)
    return error


def objects_in(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of objects under a name in a body. Raises `Refusal` for anything else."""
    found = body.get(name)
    if not isinstance(found, list):
        raise unexpected(found)
    for item in found:
        if not isinstance(item, dict):
            raise unexpected(item)
    return found


def not_found() -> Refusal:
    """The refusal of an unknown address."""
    return Refusal("NOT_FOUND", "The requested resource does not exist")
