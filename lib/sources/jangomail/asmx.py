"""The one door to JangoMail's web service: a method and its fields out, a complete body in.

An ASP.NET service wants every parameter of a method, also the empty ones, and answers a refusal
with HTTP 500 and the text of an exception. Only POST is used: user name and password are
parameters and must not be in a URL.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from html import escape, unescape
from urllib.parse import quote

import requests

from lib import connection_errors, stopping
from lib.connection_words import PROXY_ASKS, PROXY_REMEDY, PROXY_STATUS
from lib.errors import (
    OptbackError,
    ReadingIncomplete,
    SourceCredentialsRefused,
    SourceError,
    SourceUnreachable,
)
from lib.http_headers import wait_in
from lib.settings import JangoMailLogin
from lib.sources.spool import Spool
from lib.transport import Transport

_TIMEOUTS_S = (10, 300)
_LONGEST_DOWNLOAD_S = 900
_TRIES = 3
_FIRST_PAUSE_S = 1.0
_LONGEST_WAIT_S = 60.0
_CHUNK = 1 << 16
_LONGEST_REFUSAL = 1 << 16
_LONGEST_LINE_SHOWN = 300
_PASSING_STATUSES = frozenset({408, 429, 502, 503, 504})

# The exception's name for wrong credentials isn't documented, so its text decides.
_SIGN_IN = re.compile(r"user\s?name|user\s?id|password|log\s?in|credential|authenticat", re.I)
_MISSING = re.compile(r"missing parameter", re.I)
_PASSING = re.compile(r"time-?d?\s?out|deadlock", re.I)
# ASP.NET's two ways to say that a service has no such method.
_UNKNOWN_METHOD = re.compile(r"method name is not valid|request format is unrecognized", re.I)

_CHECK = "Check JANGOMAIL_URL and the network. The next run catches up."

_TITLE = re.compile(r"<title>(.*?)</title>", re.I | re.S)
_NO_WORDS = re.compile(r"<(style|script)\b.*?</\1>", re.I | re.S)


class ServiceRefused(SourceError):
    """JangoMail refused a method for another reason than the credentials; `text` is its reason."""

    def __init__(self, message: str, *, remedy: str, text: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.text = text

    @property
    def is_unknown_method(self) -> bool:
        """Whether the service has no such method."""
        return _UNKNOWN_METHOD.search(self.text) is not None


class _Passing(Exception):
    """A failure that may go away; `error` is raised if it doesn't. JangoMail may ask for a wait."""

    def __init__(self, error: OptbackError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s or 0.0


class Asmx:
    """Calls methods of one account. Sends no credentials anywhere but to the address given."""

    def __init__(
        self,
        login: JangoMailLogin,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = stopping.pause,
    ) -> None:
        self._login = login
        self._base = login.url.rstrip("/").removesuffix("/api.asmx")
        self._sleep = sleep
        self._session = session or Transport(_TIMEOUTS_S)

    def call(self, method: str, fields: Mapping[str, str], *, tries: int = _TRIES) -> Spool:
        """The complete body of a method's answer. Tries three times what may pass.

        Waits as long as JangoMail asks (Retry-After), but gives up if that's more than a minute.
        A method that must not be carried out twice is given one try: its lost answer is looked up.
        Raises SourceCredentialsRefused, ServiceRefused, SourceUnreachable, ReadingIncomplete.
        """
        stopping.current().refuse()
        pause = _FIRST_PAUSE_S
        for _ in range(tries - 1):
            try:
                return self._once(method, fields)
            except _Passing as failure:
                if failure.wait_s > _LONGEST_WAIT_S:
                    raise failure.error from failure
                own_s = pause * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, no secret
                self._sleep(max(own_s, failure.wait_s))
                pause *= 4
        try:
            return self._once(method, fields)
        except _Passing as failure:
            stopping.current().refuse()
            raise failure.error from failure

    def refusal(self, method: str, text: str) -> SourceError:
        """The error for a reason that JangoMail gave, without stack and without credentials."""
        line = self._first_line(text)
        if _SIGN_IN.search(line) and not _MISSING.search(line):
            return SourceCredentialsRefused(
                f"JangoMail refused the sign-in: {line}",
                remedy="Check JANGOMAIL_USERNAME and JANGOMAIL_PASSWORD, "
                "or the JangoMail fields of the connection.",
            )
        return ServiceRefused(
            f"JangoMail refused {method}: {line}",
            remedy="Try again later. If it keeps happening, ask JangoMail support "
            "about this message.",
            text=line,
        )

    def _once(self, method: str, fields: Mapping[str, str]) -> Spool:
        try:
            with self._session.post(
                f"{self._base}/api.asmx/{method}",
                data={
                    "Username": self._login.username,
                    "Password": self._login.password,
                    **fields,
                },
                stream=True,
            ) as response:
                self._check(method, response)
                return _downloaded(response)
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise self._not_connected(error) from error
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            raise _Passing(_cut()) from error
        except requests.exceptions.RequestException as error:
            raise self._unreachable("the address is unusable") from error
        except OSError as error:
            raise self._not_connected(error) from error

    def _not_connected(self, error: OSError) -> Exception:
        final = connection_errors.for_a_person(error)
        if final is not None:
            return self._unreachable(*final)
        return _Passing(self._unreachable("it doesn't answer"))

    def _check(self, method: str, response: requests.Response) -> None:
        status = response.status_code
        if status == requests.codes.ok:
            return
        if status == PROXY_STATUS:
            raise self._unreachable(PROXY_ASKS, PROXY_REMEDY)
        if status in _PASSING_STATUSES:
            error = self._unreachable(f"it answers with HTTP status {status}")
            raise _Passing(error, wait_in(response.headers))
        if status in (401, 403):
            raise self.refusal(
                method, f"HTTP status {status}: this user name isn't allowed to sign in"
            )
        if status != 500:
            raise self._unreachable(f"it answers with HTTP status {status}")
        refusal = self.refusal(method, _beginning(response))
        if isinstance(refusal, ServiceRefused) and _PASSING.search(refusal.text):
            raise _Passing(refusal)
        raise refusal

    def _unreachable(self, why: str, remedy: str = _CHECK) -> SourceUnreachable:
        return SourceUnreachable(
            f"Optback can't reach JangoMail at {self._base}: {why}", remedy=remedy
        )

    def _first_line(self, text: str) -> str:
        lines = (line.strip() for line in _without_markup(text).splitlines())
        line = next((line for line in lines if line), "no reason given")
        line = re.sub(r"\s+at [\w.]+\(.*", "", line)  # a stack on the same line
        secret = self._login.password
        for spelling in {secret, quote(secret, safe=""), escape(secret)} - {""}:
            line = line.replace(spelling, "•••")
        if self._login.username:
            name = re.escape(self._login.username)
            line = re.sub(rf"(?<!\w){name}(?!\w)", "•••", line, flags=re.I)
        return line[:_LONGEST_LINE_SHOWN]


def _downloaded(response: requests.Response) -> Spool:
    """The body in a spool; requests itself compares its length with Content-Length."""
    spool = Spool()
    deadline = time.monotonic() + _LONGEST_DOWNLOAD_S
    for chunk in response.iter_content(_CHUNK):
        if time.monotonic() > deadline:
            raise _cut()
        spool.write(chunk)
    return spool


def _beginning(response: requests.Response) -> str:
    part = next(response.iter_content(_LONGEST_REFUSAL), b"")
    return part.decode("utf-8", errors="replace")


def _without_markup(text: str) -> str:
    """The words of an error page, its title first; any other text as it is."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return text
    title = _TITLE.search(text)
    words = re.sub(r"<[^>]*>", "\n", _NO_WORDS.sub("", text))
    return unescape(f"{title[1].strip()}\n{words}" if title else words)


def _cut() -> ReadingIncomplete:
    return ReadingIncomplete(
        "JangoMail's answer was cut off, so none of it is used",
        remedy="Run again. If it keeps happening, check the network between here and JangoMail.",
    )
