"""Links that work once: a file that waits to be fetched, under a token that nobody can guess.

They live in this process alone, as the page that makes one and the route that redeems it do. Only
a token's hash is kept, and what was not fetched in time is deleted.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

LIVES_S = 600.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that may be fetched once, and how it is to be called then."""

    path: Path
    name: str
    media_type: str


class OneTimeLinks:
    """Tokens of one process; any thread may make or redeem one."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._waiting: dict[str, tuple[float, Waiting]] = {}

    def offer(self, file: Waiting) -> str:
        """A token under which the file can be fetched once, within ten minutes."""
        token = secrets.token_urlsafe(32)
        now = self._monotonic()
        with self._lock:
            self._forget_old(now)
            self._waiting[_hash(token)] = (now + LIVES_S, file)
        return token

    def redeem(self, token: str) -> Waiting | None:
        """The file of a token, which is used up by that; None for any other token."""
        now = self._monotonic()
        with self._lock:
            self._forget_old(now)
            _, file = self._waiting.pop(_hash(token), (0.0, None))
        return file

    def _forget_old(self, now: float) -> None:
        for digest, (until, file) in list(self._waiting.items()):
            if until <= now:
                del self._waiting[digest]
                file.path.unlink(missing_ok=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


LINKS = OneTimeLinks()
