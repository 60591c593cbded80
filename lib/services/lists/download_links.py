"""Links that work once: each leads to a file, and has a token that no one can guess.

They exist in this process only, like the page that makes a link and the route that redeems it.
Only a token's hash is kept, and a file that isn't fetched in time is deleted.
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
    """A file that can be fetched once, and its name for the person who fetches it."""

    path: Path
    name: str
    media_type: str


class OneTimeLinks:
    """The tokens of a process; any thread may make or redeem them."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._waiting: dict[str, tuple[float, Waiting]] = {}

    def offer(self, file: Waiting) -> str:
        """A token that fetches the file once, within ten minutes."""
        token = secrets.token_urlsafe(32)
        now = self._monotonic()
        with self._lock:
            self._forget_old(now)
            self._waiting[_hash(token)] = (now + LIVES_S, file)
        return token

    def redeem(self, token: str) -> Waiting | None:
        """The file of a token, which can't be used again; None for an unknown token."""
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
