"""How addresses and header names are spelled on the wire: more freely, and with capitals.

Salesforce answers an address that begins with two slashes as if it were one; some clients send no
others. It writes header names as in `Content-Type`, and some clients only find them that way.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UNUSUAL = {
    b"etag": b"ETag",
    b"www-authenticate": b"WWW-Authenticate",
    b"sforce-numberofrecords": b"Sforce-NumberOfRecords",
}


class OneSlash:
    """Takes the slashes that an address begins with as one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["path"].startswith("//"):
            path = "/" + scope["path"].lstrip("/")
            raw_path = b"/" + scope["raw_path"].lstrip(b"/")
            scope = {**scope, "path": path, "raw_path": raw_path}
        await self.app(scope, receive, send)


class HeaderNames:
    """Writes the header names of answers with capitals."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_spelled(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(_spelled(name), value) for name, value in message.get("headers", [])]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_spelled)


def _spelled(name: bytes) -> bytes:
    return _UNUSUAL.get(name.lower()) or name.title()
