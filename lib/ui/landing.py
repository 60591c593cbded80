"""A visit without a connection in its address gets one before the page opens.

Otherwise the page itself would add it, which is one more entry in the browser's history: the first
Back would lead to the same page.
"""

from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.errors import OptbackError
from lib.services.connections.chosen import connection_names
from lib.ui import session
from lib.ui.links import CONNECTION, PAGES

_PATHS = frozenset(["/", *(f"/{page.address}" for page in PAGES)])


class ConnectionInAddress:
    """Redirects such a visit to the same page with the first connection, if there is one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        target = await run_in_threadpool(_target, scope) if _is_visit(scope) else None
        answer = RedirectResponse(target, 307, {"Cache-Control": "no-store"}) if target else None
        await (answer or self._app)(scope, receive, send)


def _is_visit(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in _PATHS


def _target(scope: Scope) -> str | None:
    query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
    if CONNECTION in dict(query):
        return None
    try:
        with session.opened() as log:
            names = connection_names(log, session.environment())
    except OptbackError:
        return None  # the page says what is wrong with the log
    if not names:
        return None
    return f"{scope['path']}?{urlencode([*query, (CONNECTION, names[0])])}"
