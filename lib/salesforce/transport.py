"""How requests go out: with a time limit, without redirections, loopback without a proxy.

requests has no time limit of its own, and simple-salesforce writes `https://` into every address;
a loopback org on plain http is reached by turning that back (it works for paging too).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from lib.settings import environment, is_loopback


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait for a connection, and for the next piece of an answer.

    A query may run two minutes. What is sent by POST or PATCH may take longer: five queries one
    after the other, or 200 records through the triggers of an org.
    """

    connect_s: float = 10.0
    sign_in_s: float = 30.0
    read_s: float = 130.0
    long_s: float = 330.0


class Transport(requests.Session):
    """A session that follows no redirection; `heard` is told of every answer.

    Certificates are verified as requests does (REQUESTS_CA_BUNDLE), else against SSL_CERT_FILE.
    """

    def __init__(
        self, timeout: tuple[float, float], heard: Callable[[requests.Response], None] | None = None
    ) -> None:
        super().__init__()
        self._timeout = timeout
        self._heard = heard
        self.headers["User-Agent"] = "Optback"
        self.auth = _as_it_is  # else requests would put a netrc password in the token's place

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
        """Never: a token or a password must not wander to another address (rules.md, 7)."""
        return None

    def speak_plainly_to(self, instance_url: str) -> None:
        """Reach a loopback org that has plain http only, whatever scheme the addresses name."""
        parts = urlsplit(instance_url)
        if parts.scheme == "http" and is_loopback(parts.hostname):
            self.mount(f"https://{parts.netloc}/", _PlainHttp())


class _PlainHttp(HTTPAdapter):
    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
