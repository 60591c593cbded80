"""Processes that a dashboard started for a home, and that go on after it ends."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_END_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.05
_STARTED_AFTER_LOOKS = 40


def processes_of(home: Path) -> list[int]:
    """The IDs of the processes that have a path in that home among their arguments."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _is_of(folder, home)]


def stop_processes_of(home: Path) -> None:
    """Ask them, and any that they start, to end. Wait until they are gone."""
    asked: set[int] = set()
    deadline = time.monotonic() + _END_WITHIN_S
    while (left := set(processes_of(home))) and time.monotonic() < deadline:
        signal_to(left - asked, signal.SIGTERM)
        asked |= left
        time.sleep(_LOOK_EVERY_S)
    signal_to(processes_of(home), signal.SIGKILL)


def signal_to(processes: Iterable[int], which: signal.Signals) -> None:
    """Send a signal to each process that hasn't ended yet."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, which)


def _is_of(folder: Path, home: Path) -> bool:
    words = _arguments(folder).split(b"\0")
    return any(word.startswith(str(home).encode()) for word in words)


def _arguments(folder: Path) -> bytes:
    """The arguments of a process, or nothing if it has ended or belongs to the kernel.

    A process that is just starting has a program, but no arguments for a moment.
    """
    for _ in range(_STARTED_AFTER_LOOKS):
        try:
            found = (folder / "cmdline").read_bytes()
            (folder / "exe").readlink()
        except OSError:
            return b""
        if found:
            return found
        time.sleep(_LOOK_EVERY_S)
    return b""
