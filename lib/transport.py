"""How requests are sent: with a time limit, without redirects, and without a proxy on loopback.

All requests to Salesforce and JangoMail, credentials included, go through here.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from lib import connection_errors, stopping
from lib.paced_answers import PacedResponse
from lib.settings import environment, is_loopback


class _Http(HTTPConnection):
    """A connection whose reader is woken when the command is stopped, or the answer is too slow."""

    response_class = PacedResponse

    def connect(self) -> None:
        stop = stopping.current()
        stop.connecting(super().connect, self.close)
        stop.keep(self.sock)


class _Https(HTTPSConnection):
    """The same, with TLS."""

    response_class = PacedResponse

    def connect(self) -> None:
        stop, connect = stopping.current(), super().connect
        connection_errors.made(self, lambda: stop.connecting(connect, self.close))
        stop.keep(self.sock)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class Adapter(HTTPAdapter):
    """Connects so that a call can be stopped while its answer is awaited."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class Transport(requests.Session):
    """A session that doesn't follow redirects; `on_response` gets every answer.

    `timeout` is how many seconds to wait for a connection, and for the next part of an answer, and
    for all of it unless it's long (paced_answers.py); requests has no timeout by default.
    Certificates are verified against REQUESTS_CA_BUNDLE, as requests does it, or SSL_CERT_FILE.
    """

    def __init__(
        self,
        timeout: tuple[float, float],
        on_response: Callable[[requests.Response], None] | None = None,
    ) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, Adapter())
        self._timeout = timeout
        self._on_response = on_response
        self.headers["User-Agent"] = "Optback"
        self.auth = _unchanged  # otherwise requests would use a netrc password instead of the token

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        if is_loopback(urlsplit(request.url or "").hostname):
            kwargs["proxies"] = {}  # a company's proxy can't reach this computer
        if kwargs.get("verify", True) is True:
            kwargs["verify"] = environment().get("SSL_CERT_FILE") or True
        response = super().send(request, **kwargs)
        if self._on_response:
            self._on_response(response)
        return response

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """None: a token or a password must not go to another address (rules.md, 7)."""
        return None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
