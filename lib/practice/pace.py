"""How long answers take: at once, or as long as those of a real org.

The times of `real` were measured on orgs of customary size; `sync.py practice --pace real` and the
benchmarks use them.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from lib.practice.web import ReplayedBody, whole_body

_WRITES = ("POST", "PATCH", "PUT", "DELETE")
_JOBS = re.compile(r"/jobs/(query|ingest)")
_SAVES = re.compile(r"/composite(/sobjects.*|/tree.*|/batch)?/?$")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds by kind of request; `saved_row` is added for each record of a collection.

    An ingest job waits, then saves so many rows a second; a query job waits for its results.
    """

    query: float = 0.0
    next_page: float = 0.0
    single_save: float = 0.0
    composite: float = 0.0
    saved_row: float = 0.0
    describe: float = 0.0
    bulk_call: float = 0.0
    limits: float = 0.0
    sign_in: float = 0.0
    jangomail: float = 0.0
    ingest_wait: float = 0.0
    ingest_rows_per_second: float = 0.0
    query_job_wait: float = 0.0

    @property
    def is_at_once(self) -> bool:
        """Whether nothing takes any time."""
        return self == AT_ONCE

    def seconds(self, method: str, path: str, saved: int = 0) -> float:
        """How long a request takes; `saved` is the number of records it saves at once."""
        if path.startswith(("/services/Soap", "/services/oauth2", "/id/")):
            return self.sign_in
        if path.startswith("/api.asmx"):
            return self.jangomail
        if not path.startswith("/services/data"):
            return 0.0
        if _JOBS.search(path):
            return self.bulk_call
        if _SAVES.search(path):
            return self.composite + saved * self.saved_row
        return self._of_data(method, path)

    def _of_data(self, method: str, path: str) -> float:
        if re.search(r"/query(All)?/[^/]+$", path):
            return self.next_page
        if re.search(r"/query(All)?/?$", path):
            return self.query
        if "/limits" in path:
            return self.limits
        return self.single_save if method in _WRITES else self.describe


AT_ONCE = Pace()
REAL = Pace(
    query=0.12,
    next_page=0.15,
    single_save=0.18,
    composite=0.2,
    saved_row=0.004,
    describe=0.12,
    bulk_call=0.12,
    limits=0.1,
    sign_in=0.25,
    jangomail=0.3,
    ingest_wait=3.0,
    ingest_rows_per_second=2500.0,
    query_job_wait=4.0,
)
PACES = {"none": AT_ONCE, "real": REAL}


class PaceMiddleware:
    """Lets each request take its time before it is answered."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self.app = app
        self.pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and not self.pace.is_at_once:
            saved = 0
            if _SAVES.search(scope["path"]):
                body = await whole_body(receive)
                receive, saved = ReplayedBody(body, receive), _records_in(body)
            await asyncio.sleep(self.pace.seconds(scope["method"], scope["path"], saved))
        await self.app(scope, receive, send)


def _records_in(body: bytes) -> int:
    """How many records a collection, or the collections in a composite call, save."""
    try:
        asked: Any = json.loads(body)
    except ValueError:
        return 0
    if not isinstance(asked, dict):
        return 0
    parts = asked.get("compositeRequest")
    bodies: list[Any] = [asked]
    if isinstance(parts, list):
        bodies += [part.get("body") for part in parts if isinstance(part, dict)]
    lists = [inner.get("records") for inner in bodies if isinstance(inner, dict)]
    return sum(len(records) for records in lists if isinstance(records, list))
