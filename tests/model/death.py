"""Kills a command at any SQL statement or request, as `kill -9` would, but in this process.

From that moment on, the command can neither write to its log nor reach anyone. Nothing it does to
clean up has an effect: SQLite rolls back what wasn't committed when the connection is closed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, current_thread
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter

REQUEST, ANSWER = "a request", "an answer"

_connect = sqlite3.connect
_send = HTTPAdapter.send


class Killed(BaseException):
    """The command is dead. No `except Exception` stops it."""


class Death:
    """Counts what a command does; it dies at the `at`-th thing. 0 means never."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.at = 0
        self.done = 0

    @property
    def has_come(self) -> bool:
        """Whether the command is dead."""
        return 0 < self.at <= self.done

    def expect(self, at: int) -> None:
        """The next command dies at its `at`-th statement, request, or answer."""
        self.at, self.done = at, 0

    def step(self, what: str) -> None:
        """A statement, a request, or an answer. Raises Killed."""
        if current_thread().name.startswith("lease "):
            return  # it beats by the second, so counting it would depend on the computer
        with self._lock:
            if not self.has_come:
                self.done += 1
            if self.has_come:
                self._come(what)

    def _come(self, what: str) -> None:  # noqa: ARG002 - other ends look at it
        """What happens at this step and at each one after it. Raises Killed."""
        raise Killed


@contextmanager
def mortal(death: Death) -> Iterator[None]:
    """In this block, logs and requests end when `death` has come."""

    class Cursor(sqlite3.Cursor):
        def execute(self, *arguments: Any) -> "Cursor":
            death.step(arguments[0])
            super().execute(*arguments)
            return self

        def executemany(self, *arguments: Any) -> "Cursor":
            death.step(arguments[0])
            super().executemany(*arguments)
            return self

    class Connection(sqlite3.Connection):
        def cursor(self, *_arguments: Any) -> Cursor:  # type: ignore[override]
            return super().cursor(Cursor)

        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            death.step(arguments[0])
            return super().execute(*arguments)

        def executemany(self, *arguments: Any) -> sqlite3.Cursor:
            death.step(arguments[0])
            return super().executemany(*arguments)

    def connect(path: Any, **options: Any) -> sqlite3.Connection:
        connection = _connect(path, factory=Connection, **options)
        # What a killed process wrote is still there. Only a power failure loses it.
        connection.execute("pragma synchronous = off")
        return connection

    def send(adapter: HTTPAdapter, request: Any, **options: Any) -> requests.Response:
        death.step(REQUEST)
        answer = _send(adapter, request, **options)
        try:
            death.step(ANSWER)
        except BaseException:
            answer.close()  # a process that ends closes its connections
            raise
        return answer

    with patch.object(sqlite3, "connect", connect), patch.object(HTTPAdapter, "send", send):
        yield
