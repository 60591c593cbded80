"""Processes that a dashboard started for a home, and that outlive it on purpose."""

import os
import signal
import time
from pathlib import Path

_END_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.05


def processes_of(home: Path) -> list[int]:
    """The ids of the processes that have a path in that home among their arguments."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _is_of(folder, home)]


def stop_processes_of(home: Path) -> None:
    """Ask them to end, and wait until they are gone."""
    for process in processes_of(home):
        os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + _END_WITHIN_S
    while processes_of(home) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)


def _is_of(folder: Path, home: Path) -> bool:
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False  # it has ended meanwhile
    return any(word.startswith(str(home).encode()) for word in words)
