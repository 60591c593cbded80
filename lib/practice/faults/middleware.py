"""The middleware that every request passes through; it makes the waiting faults happen."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.practice.faults.answers import (
    CHANGING_KINDS,
    KeptAnswer,
    changed_body,
    damaged_gzip,
)
from lib.practice.faults.calls import is_set_of_calls, kind_of_call, parts_of
from lib.practice.faults.fault import InjectedFault, area_of
from lib.practice.faults.responses import body_for, page
from lib.practice.faults.waiting import Faults
from lib.practice.web import ReplayedBody, whole_body

_COLLECTION = "/composite/sobjects"
_LOOK_EVERY_S = 0.05
_PROXY_ASKS = 407
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


class FaultMiddleware:
    """Applies `faults` to the requests they affect, and passes all others on.

    `act` does an act of the control addresses, written as `field-access?access=hidden`.
    """

    def __init__(self, app: ASGIApp, faults: Faults, act: Callable[[str], object]) -> None:
        self.app = app
        self.faults = faults
        self.act = act

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or not area_of(scope["path"]):
            await self.app(scope, receive, send)
            return
        receive, fault = await self._fault_of(scope, receive)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await self._fail(fault, scope, receive, send)

    async def _fault_of(
        self, scope: Scope, receive: Receive
    ) -> tuple[Receive, InjectedFault | None]:
        """The fault that affects a request; the body is read only if it matters for that."""
        method, path, body = scope["method"], scope["path"], b""
        is_collection = path.rstrip("/").endswith(_COLLECTION) and self.faults.are_about_records
        if is_collection or is_set_of_calls(path):
            body = await whole_body(receive)
            receive = ReplayedBody(body, receive)
        call = kind_of_call(method, path, body)
        self.faults.count_call(call)
        return receive, self.faults.take(method, path, call, _ids_in(body))

    async def _fail(self, fault: InjectedFault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind in (*CHANGING_KINDS, "drip", "damaged_gzip", "length_too_long"):
            await self._change(fault, scope, receive, send)
        elif fault.kind in ("status", "html", "redirect"):
            await _answer(fault, scope["path"])(scope, receive, send)
        elif fault.kind in ("reset", "reset_after", "silent", "silent_after"):
            await self._say_nothing(fault, scope, receive)
        else:
            await self._before(fault)
            await self.app(scope, receive, send)

    async def _before(self, fault: InjectedFault) -> None:
        """What happens before the request is answered as usual."""
        if fault.kind == "slow":
            await self._hold_back(fault.seconds)
        else:
            what = "expire-sessions" if fault.kind == "expire_sessions" else fault.do
            await run_in_threadpool(self.act, what)

    async def _hold_back(self, seconds: float) -> None:
        """Wait this long, or until the faults are cleared."""
        clears, end = self.faults.clears, asyncio.get_running_loop().time() + seconds
        while (
            self.faults.clears == clears and (left := end - asyncio.get_running_loop().time()) > 0
        ):
            await asyncio.sleep(min(left, _LOOK_EVERY_S))

    async def _say_nothing(self, fault: InjectedFault, scope: Scope, receive: Receive) -> None:
        if fault.kind.endswith("_after"):
            await self.app(scope, receive, _into_nothing)
        if fault.kind.startswith("reset"):
            _reset(scope)
        await _until_gone(receive)

    async def _change(
        self, fault: InjectedFault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = KeptAnswer()
        await self.app(scope, receive, answer)
        body = answer.plain_body()
        if fault.kind == "drip":
            await _drip(answer, body, fault.seconds, send)
            return
        if fault.kind == "damaged_gzip":
            await answer.send_body(send, damaged_gzip(fault, body), b"gzip")
            return
        if fault.kind == "length_too_long":
            await _send_part(answer, body, len(body) + (fault.bytes or 1), send)
            await _until_gone(receive)
            return
        kept = changed_body(fault, body)
        if fault.kind == "cut_off":
            await _send_part(answer, kept, len(body), send)
            _transport(scope).close()
            await _until_gone(receive)
            return
        await answer.send_body(send, kept)
        if fault.kind == "length_too_short":
            _transport(scope).write(body[len(kept) :])


async def _send_part(answer: KeptAnswer, body: bytes, announced: int, send: Send) -> None:
    await send(answer.start_with_length(announced))
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _drip(answer: KeptAnswer, body: bytes, seconds: float, send: Send) -> None:
    await send(answer.start_with_length(len(body)))
    for place in range(len(body)):
        await send(
            {"type": "http.response.body", "body": body[place : place + 1], "more_body": True}
        )
        await asyncio.sleep(seconds)
    await send({"type": "http.response.body", "body": b""})


def _answer(fault: InjectedFault, path: str) -> Response:
    """An answer without any work."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.kind == "redirect":
        return RedirectResponse("/login", fault.status, headers)
    if fault.kind == "html":
        if fault.status == _PROXY_ASKS:
            headers["Proxy-Authenticate"] = 'Basic realm="proxy"'
        return HTMLResponse(page(), fault.status, headers)
    media_type, text = body_for(fault, path)
    return Response(text, fault.status, headers, media_type)


def _ids_in(body: bytes) -> list[str]:
    """The ids of the records that a collection, or the collections of a composite call, save."""
    try:
        bodies: list[Any] = [json.loads(body), *(part.get("body") for part in parts_of(body))]
    except ValueError:
        return []
    lists = [each.get("records") for each in bodies if isinstance(each, dict)]
    rows = [row for found in lists if isinstance(found, list) for row in found]
    ids = (row.get("id") or row.get("Id") for row in rows if isinstance(row, dict))
    return [str(record_id) for record_id in ids if record_id]


async def _into_nothing(message: Message) -> None:
    """A `send` that drops its messages."""
    del message


def _reset(scope: Scope) -> None:
    transport = _transport(scope)
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    transport.abort()


async def _until_gone(receive: Receive) -> None:
    """Wait until the client has gone, or the server would report the missing answer as a bug."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> asyncio.Transport:
    """The connection, which lib/practice/serve.py puts into each request's state."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport
