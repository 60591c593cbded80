"""Our styles and our script in Streamlit's one page, so that they're there at once.

As elements they would come with the first run, after much of the page: what they reserve a place
for would move. The styles are at the end, since Streamlit's own go into the head as they're needed.
"""

from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.ui.frame.history_entries import ONE_ENTRY_A_STEP

_STYLES = (Path(__file__).resolve().parent / "styles.css").read_text(encoding="utf-8")
_PLACES = (
    (b"</head>", f"<script>{ONE_ENTRY_A_STEP}</script>".encode()),
    (b"</body>", f"<style>{_STYLES}</style>".encode()),
)
# An unchanged page of Streamlit's would keep an older version's styles in the browser, and it
# couldn't be read if it were compressed.
_NOT_PASSED_ON = frozenset((b"if-none-match", b"if-modified-since", b"accept-encoding", b"range"))
_NOT_OF_OURS = ("etag", "last-modified", "accept-ranges")


class StylesInHead:
    """Adds them to each answer that is a page; every other answer passes unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if not _is_visit(scope):
            await self._app(scope, receive, send)
            return
        kept = [pair for pair in scope["headers"] if pair[0] not in _NOT_PASSED_ON]
        await self._app({**scope, "headers": kept}, receive, _Page(send))


class _Page:
    """Sends on what it gets, a page once it's whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        body = self._body
        for end, ours in _PLACES:
            body = body.replace(end, ours + end, 1)
        headers = MutableHeaders(raw=start["headers"])
        for name in _NOT_OF_OURS:
            del headers[name]
        headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_visit(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
