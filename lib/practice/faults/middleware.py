"""The middleware that every request passes through; it makes the waiting faults happen."""

import asyncio
import gzip
import json
import socket
import struct
from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.practice.faults.fault import Faults, InjectedFault
from lib.practice.faults.responses import body_for, refused_row
from lib.practice.web import ReplayedBody, whole_body

_COLLECTION = "/composite/sobjects"
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


class FaultMiddleware:
    """Applies `faults` to the requests they affect, and passes all others on."""

    def __init__(self, app: ASGIApp, faults: Faults, end_sessions: Callable[[], int]) -> None:
        self.app = app
        self.faults = faults
        self.end_sessions = end_sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        fault = None
        if scope["type"] == "http":
            ids: list[str] = []
            if scope["path"].rstrip("/").endswith(_COLLECTION) and self.faults.are_about_records:
                body = await whole_body(receive)
                receive, ids = ReplayedBody(body, receive), list(_records_in(body))
            fault = self.faults.take(scope["method"], scope["path"], ids)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await self._fail(fault, scope, receive, send)

    async def _fail(self, fault: InjectedFault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "status":
            media_type, text = body_for(fault, scope["path"])
            await Response(text, fault.status, media_type=media_type)(scope, receive, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self.app(scope, receive, send)
        elif fault.kind == "rows":
            await self._refuse_rows(fault, scope, receive, send)
        elif fault.kind == "expire_sessions":
            self.end_sessions()
            await self.app(scope, receive, send)
        elif fault.kind == "reset":
            await _reset(scope, receive)
        elif fault.kind == "reset_after":
            await self.app(scope, receive, _into_nothing)
            await _reset(scope, receive)
        else:
            await self._cut(fault, scope, receive, send)

    async def _refuse_rows(
        self, fault: InjectedFault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Save the other records of a collection, and insert results for the refused records."""
        body = await whole_body(receive)
        others = {
            record_id: row
            for record_id, row in _records_in(body).items()
            if not fault.names(record_id)
        }
        done: dict[str, Any] = {}
        if others:
            kept = json.dumps({**json.loads(body), "records": list(others.values())}).encode()
            answer = _Kept()
            await self.app(_with_length(scope, len(kept)), ReplayedBody(kept, receive), answer)
            results = json.loads(answer.plain_body())
            if not _is_done(results, len(others)):
                await answer.send_on(send)
                return
            done = dict(zip(others, results, strict=True))
        rows = [done.get(record_id) or refused_row(fault) for record_id in _records_in(body)]
        await JSONResponse(rows)(scope, receive, send)

    async def _cut(self, fault: InjectedFault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Kept()
        await self.app(scope, receive, answer)
        body = answer.plain_body()
        kept = body[: int(len(body) * fault.share)]
        declared = len(kept) if fault.kind == "cut" else len(body)
        await send(answer.start_with_length(declared))
        await send({"type": "http.response.body", "body": kept, "more_body": fault.kind != "cut"})
        if fault.kind != "cut":
            _transport(scope).close()
            await _until_gone(receive)


class _Kept:
    """A whole answer, held back instead of sent."""

    def __init__(self) -> None:
        self._start: MutableMapping[str, Any] = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    def _headers(self) -> dict[bytes, bytes]:
        return dict(self._start["headers"])

    def plain_body(self) -> bytes:
        """The body without compression, so that a cut body is still readable text."""
        zipped = self._headers().get(b"content-encoding") == b"gzip"
        return gzip.decompress(self._body) if zipped else self._body

    async def send_on(self, send: Send) -> None:
        """Send the answer unchanged."""
        await send(self._start)
        await send({"type": "http.response.body", "body": self._body})

    def start_with_length(self, length: int) -> Message:
        """The head of the answer, uncompressed and with this length."""
        headers = self._headers()
        headers.pop(b"content-encoding", None)
        headers[b"content-length"] = str(length).encode()
        return {**self._start, "headers": list(headers.items())}


def _records_in(body: bytes) -> dict[str, Any]:
    """The records of a collection by id, in order; empty for any other body."""
    try:
        rows = json.loads(body)["records"]
        return {str(row.get("id") or row["Id"]): row for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _is_done(results: object, count: int) -> bool:
    """Whether a collection was saved, and not refused as a whole."""
    rows = results if isinstance(results, list) else []
    return len(rows) == count and all("success" in row for row in rows)


def _with_length(scope: Scope, length: int) -> Scope:
    others = [header for header in scope["headers"] if header[0] != b"content-length"]
    return {**scope, "headers": [*others, (b"content-length", str(length).encode())]}


async def _into_nothing(message: Message) -> None:
    """A `send` that drops its messages."""
    del message


async def _reset(scope: Scope, receive: Receive) -> None:
    transport = _transport(scope)
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    transport.abort()
    await _until_gone(receive)


async def _until_gone(receive: Receive) -> None:
    """Wait until the server notices, or it would report the missing answer as a bug."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> asyncio.Transport:
    """The connection, which lib/practice/serve.py puts into each request's state."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport
