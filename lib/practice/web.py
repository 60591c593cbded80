"""What applies to every request: API versions, size limits, compression, loopback names."""

import gzip
import zlib
from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.clock import Clock
from lib.settings import is_loopback

OLDEST_VERSION = 31
NEWEST_VERSION = 68
"""Salesforce API versions the practice org answers: v31 to that of Winter '27."""

LONGEST_HEAD = 16_384
"""Bytes that Salesforce accepts for an address, and for address and headers together."""

_LIMITED = ("/services/", "/id/")


def base_of(request: HTTPConnection) -> str:
    """Scheme, host and port as the client wrote them: `http://127.0.0.1:8080`."""
    return f"{request.url.scheme}://{request.url.netloc}"


class LoopbackNames:
    """Refuses requests to a host name that is not this computer.

    Otherwise a page from the Internet could reach the org from a browser here, through a host name
    that points to 127.0.0.1, or with a form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        refused = scope["type"] == "http" and not self._is_ours(HTTPConnection(scope))
        if refused:
            answer = PlainTextResponse("This server answers for this computer only.\n", 403)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, request: HTTPConnection) -> bool:
        origin = request.headers.get("origin", "")
        origin_host = origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2]
        return is_loopback(request.url.hostname) and (not origin or is_loopback(origin_host))


class DateHeader:
    """Puts the org's own time into `Date`, which clients take as the server's clock."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Date"] = format_datetime(self.clock(), usegmt=True)
            await send(message)

        await self.app(scope, receive, send_dated)


class HeadLimit:
    """Answers 414 and 431 as Salesforce's web server does: as text, before the token is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        answer = None
        if scope["type"] == "http" and scope["path"].startswith(_LIMITED):
            answer = _too_long(scope)
        await (answer or self.app)(scope, receive, send)


def _too_long(scope: Scope) -> Response | None:
    query = scope["query_string"]
    address = len(scope["raw_path"]) + (len(query) + 1 if query else 0)
    headers = sum(len(name) + len(value) + len(b": \r\n") for name, value in scope["headers"])
    if address > LONGEST_HEAD:
        return _bad_message(414, "URI Too Long")
    if address + headers > LONGEST_HEAD:
        return _bad_message(431, "Request Header Fields Too Large")
    return None


def _bad_message(status: int, reason: str) -> Response:
    text = f"<h1>Bad Message {status}</h1><pre>reason: {reason}</pre>"
    return Response(
        text, status, media_type="text/html;charset=iso-8859-1", headers={"connection": "close"}
    )


class GunzipRequests:
    """Decompresses request bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or (b"content-encoding", b"gzip") not in scope["headers"]:
            await self.app(scope, receive, send)
            return
        try:
            body = gzip.decompress(await whole_body(receive))
        except (OSError, EOFError, zlib.error):
            await PlainTextResponse("The body is no gzip data.\n", 400)(scope, receive, send)
            return
        kept = [
            header
            for header in scope["headers"]
            if header[0] not in (b"content-encoding", b"content-length")
        ]
        headers = [*kept, (b"content-length", str(len(body)).encode())]
        await self.app({**scope, "headers": headers}, ReplayedBody(body, receive), send)


async def whole_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


class ReplayedBody:
    """A `receive` that gives a body first, then the real messages of the connection."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        body, self._body = self._body, None
        if body is None:
            return await self._receive()
        return {"type": "http.request", "body": body, "more_body": False}
