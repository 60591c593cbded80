"""Who can reach the dashboard: only this computer, however the server was started.

It has no sign-in of its own, and it can write to Salesforce. While it's open, runs start on
schedule.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from lib.exit_codes import ExitCode
from lib.services.schedules.background import runs_on_schedule
from lib.settings import is_loopback
from lib.ui import session

_REFUSAL = """\
The dashboard won't start on {address}, because anyone there could use it to write to Salesforce
Start it without --server.address. To use it from elsewhere, open an SSH tunnel:
  ssh -L {port}:127.0.0.1:{port} THIS-COMPUTER
"""
_NOT_HERE = "The dashboard works on this computer only. Open it here as http://127.0.0.1.\n"


@asynccontextmanager
async def open_front_door(_app: object) -> AsyncIterator[dict[str, Any] | None]:
    """Refuse an address that others can reach; otherwise say where the dashboard is.

    Ends the process with the exit code of a usage error: an exception here would be a traceback.
    """
    address, port = st.get_option("server.address"), st.get_option("server.port")
    if not is_loopback(address):
        sys.stderr.write(_REFUSAL.format(address=address or "all addresses", port=port))
        sys.stderr.flush()
        os._exit(ExitCode.USAGE)
    shown = f"[{address}]" if ":" in address else address
    sys.stdout.write(f"Optback is at http://{shown}:{port}\n")
    sys.stdout.flush()
    async with runs_on_schedule(session.home(), session.environment()):
        yield None


class LoopbackOnly:
    """Refuses requests to another address: a server can be started around the options."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan" or _arrived_here(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)
        else:
            await PlainTextResponse(_NOT_HERE, 403)(scope, receive, send)


def _arrived_here(scope: Scope) -> bool:
    server = scope.get("server")
    return server is not None and is_loopback(server[0])
