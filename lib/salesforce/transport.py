"""Salesforce's transport: how long to wait, and plain http where loopback has nothing else.

simple-salesforce writes `https://` into every address; a loopback org on plain http is reached by
turning that back (it works for paging too).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from lib.settings import is_loopback
from lib.transport import Transport


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


def speak_plainly_to(instance_url: str, transport: Transport) -> None:
    """Reach a loopback org that has plain http only, whatever scheme the addresses name."""
    parts = urlsplit(instance_url)
    if parts.scheme == "http" and is_loopback(parts.hostname):
        transport.mount(f"https://{parts.netloc}/", _PlainHttp())


class _PlainHttp(HTTPAdapter):
    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)
