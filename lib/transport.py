"""How requests go out: with a time limit, without redirects, and without a proxy on loopback.

Salesforce's and JangoMail's requests send their credentials through it.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests

from lib.settings import environment, is_loopback


class Transport(requests.Session):
    """A session that follows no redirects; `heard` gets every answer.

    `timeout` is how many seconds to wait for a connection, and for the next piece of an answer;
    requests has no timeout by default. Certificates are verified as requests does it
    (REQUESTS_CA_BUNDLE), or else against SSL_CERT_FILE.
    """

    def __init__(
        self, timeout: tuple[float, float], heard: Callable[[requests.Response], None] | None = None
    ) -> None:
        super().__init__()
        self._timeout = timeout
        self._heard = heard
        self.headers["User-Agent"] = "Optback"
        self.auth = _unchanged  # else requests would replace the token by a netrc password

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        if is_loopback(urlsplit(request.url or "").hostname):
            kwargs["proxies"] = {}  # a company's proxy cannot reach this computer
        if kwargs.get("verify", True) is True:
            kwargs["verify"] = environment().get("SSL_CERT_FILE") or True
        response = super().send(request, **kwargs)
        if self._heard:
            self._heard(response)
        return response

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Never: a token or a password must not go to another address (rules.md, 7)."""
        return None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
