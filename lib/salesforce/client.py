"""simple-salesforce with a signed-in session: sends a request once and returns its answer.

A client serves one thread at a time. Importing this module also loads requests and
simple-salesforce, which is slow, so only the door imports it, when it opens.
"""

from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from simple_salesforce.api import Salesforce

from lib.errors import FileUnwritable
from lib.http_headers import wait_in
from lib.salesforce import VERSION
from lib.salesforce.failures import Failure, from_answer
from lib.salesforce.sessions import Limits
from lib.salesforce.signin import Session
from lib.salesforce.translation import RAISED, to_failure
from lib.settings import is_loopback
from lib.transport import Adapter, Transport

_PIECE = 1 << 16  # bytes


class Client:
    """A connection with the token of a session; `generation` says which session."""

    def __init__(self, session: Session, generation: int, limits: Limits) -> None:
        self.generation = generation
        self.headers: Mapping[str, str] = {}  # of the last answer, empty if there was none
        self._limits = limits
        self._transport = Transport((limits.connect_s, limits.read_s), self._keep_headers)
        use_plain_http(session.instance_url, self._transport)
        self._salesforce = Salesforce(
            session_id=session.token,
            instance=urlsplit(session.instance_url).netloc,
            version=VERSION,
            session=self._transport,
        )
        self._salesforce.headers.pop("X-PrettyPrint", None)  # formatting only costs time

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The decoded answer, `None` for an empty one. Raises Failure.

        `path` is relative to /services/data/vXX.0/, or a full path that Salesforce returned.
        """
        self.headers = {}
        read_s = self._limits.read_s if method == "GET" else self._limits.long_s
        options["timeout"] = (self._limits.connect_s, read_s)
        try:
            if path.startswith("/"):
                return self._salesforce.query_more(path, identifier_is_url=True, **options)
            return self._salesforce.restful(path, method=method, **options)
        except RAISED as error:
            raise self._failure(error) from error

    def receive(self, path: str, into: IO[bytes], **options: Any) -> None:
        """Write the body of an answer that isn't JSON into a file. Raises Failure.

        Empties the file first. Raises FileUnwritable if the disk is full.
        """
        self.headers = {}
        _empty(into)
        headers = {**self._salesforce.headers, **options.pop("headers", {})}
        timeout = (self._limits.connect_s, self._limits.read_s)
        url = f"{self._salesforce.base_url}{path}"
        try:
            with self._transport.get(
                url, headers=headers, stream=True, timeout=timeout, **options
            ) as answer:
                if answer.status_code >= 300:
                    wait_s = wait_in(self.headers)
                    raise from_answer(answer.status_code, _decoded(answer), wait_s=wait_s)
                for piece in answer.iter_content(_PIECE):
                    _write(into, piece)
        except RAISED as error:
            raise self._failure(error) from error

    def send_file(self, path: str, body: IO[bytes], **options: Any) -> None:
        """Send a file from its start by PUT; the answer has no body. Raises Failure."""
        self.headers = {}
        body.seek(0)
        headers = {**self._salesforce.headers, **options.pop("headers", {})}
        timeout = (self._limits.connect_s, self._limits.long_s)
        url = f"{self._salesforce.base_url}{path}"
        try:
            answer = self._transport.put(
                url, data=body, headers=headers, timeout=timeout, **options
            )
            if answer.status_code >= 300:
                wait_s = wait_in(self.headers)
                raise from_answer(answer.status_code, _decoded(answer), wait_s=wait_s)
        except RAISED as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _keep_headers(self, response: requests.Response) -> None:
        self.headers = response.headers

    def _failure(self, error: Exception) -> Failure:
        return to_failure(error, wait_s=wait_in(self.headers))


def use_plain_http(instance_url: str, transport: Transport) -> None:
    """Reach a loopback org over plain http, because simple-salesforce writes https everywhere."""
    parts = urlsplit(instance_url)
    if parts.scheme == "http" and is_loopback(parts.hostname):
        transport.mount(f"https://{parts.netloc}/", _PlainHttp())


class _PlainHttp(Adapter):
    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)


def _decoded(answer: requests.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return ""


def _empty(file: IO[bytes]) -> None:
    file.seek(0)
    file.truncate()


def _write(file: IO[bytes], piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise FileUnwritable(
            f"Optback can't keep what Salesforce sends: {error.strerror}",
            remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
        ) from error
