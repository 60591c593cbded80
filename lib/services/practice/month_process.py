"""Start the month of practice in a separate process, and follow how far it is.

Its progress is in a small file next to the log. The process inherits a lock and never releases it,
so the lock shows whether the process is alive: the system frees it when the process ends.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lib.errors import BusyError
from lib.services.child_process import Handles, start_module
from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.store import leases

DAYS = 30

_PROGRESS = "rehearsal.json"
_LOCK = "rehearsal.lock"
_STDERR = "rehearsal.log"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How far the month is: `day` of DAYS have passed, and `trouble` says why it ended early."""

    day: int
    doing: str
    trouble: str | None = None
    is_running: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the whole month has passed."""
        return self.day >= DAYS


def start(log: Log, environment: Mapping[str, str]) -> None:
    """Start it. Raises BusyError while it, or a run of the practice connection, is running."""
    home = log.store.home
    refuse_while_busy(log)
    lock = _open(home / _LOCK)
    errors = _open(home / _STDERR, os.O_TRUNC)
    try:
        _take(lock)
        note(home, Rehearsal(0, "Creating a new practice org"))
        start_module(
            "lib.services.practice.month",
            ["--home", str(home)],
            environment,
            Handles(errors=errors, kept_open=(lock,)),
        )
    finally:
        os.close(lock)
        os.close(errors)


def refuse_while_busy(log: Log) -> None:
    """Raise BusyError while a month is playing or a run of the practice connection is running."""
    if is_running(log.store.home):
        raise _busy("The 30 days are still playing")
    if leases.is_alive(log.store, PRACTICE):
        raise _busy("A run of the practice connection is in progress")


def progress(home: Path) -> Rehearsal | None:
    """How far the last month is or was; None if there was none, or it was forgotten."""
    try:
        noted = json.loads((home / _PROGRESS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Rehearsal(**{**noted, "is_running": is_running(home)})


def is_running(home: Path) -> bool:
    """Whether it is running now."""
    if not (home / _LOCK).exists():
        return False
    lock = _open(home / _LOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def note(home: Path, so_far: Rehearsal) -> None:
    """Write down how far it is, in a single step, so that no reader sees half of it."""
    draft = home / f".{_PROGRESS}"
    draft.write_text(json.dumps(asdict(so_far)), encoding="utf-8")
    draft.replace(home / _PROGRESS)


def forget(home: Path) -> None:
    """Forget how far the last month was."""
    (home / _PROGRESS).unlink(missing_ok=True)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _busy("The 30 days are still playing") from error


def _open(path: Path, flags: int = 0) -> int:
    return os.open(path, os.O_CREAT | os.O_WRONLY | flags, 0o600)


def _busy(message: str) -> BusyError:
    return BusyError(message, remedy="Wait until it ends, in about 15 seconds.")
