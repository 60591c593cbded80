"""Starts sync.py, or a module of ours, as a separate process.

The dashboard's processes run in their own session, so that they survive a reload, a closed tab, and
a stop of the dashboard. A daemon thread waits for each of them: otherwise it would remain as a
zombie, and its unfinished rows in the log would never be closed. This is the only module that
starts processes. The arguments are our own, and no text from a page goes through a shell.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[2]
_SYNC = str(ROOT / "sync.py")
_OWNER_ONLY = 0o077
_ANSWERS_WITHIN_S = 5


@dataclass(frozen=True, slots=True)
class Handles:
    """The files a process gets: its output, its errors, and others that stay open for it."""

    output: int = subprocess.DEVNULL
    errors: int = subprocess.DEVNULL
    kept_open: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A process that was started here."""

    _process: "subprocess.Popen[bytes]"

    @property
    def is_alive(self) -> bool:
        """Whether it's still running."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it's running, below 0 if a signal ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Ask it to end; a run ends within two seconds."""
        self._process.terminate()


def start_sync(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    handles: Handles | None = None,
    at_end: Callable[[int], None] | None = None,
) -> ChildProcess:
    """Start `sync.py` with these arguments; `at_end` gets its exit code, in another thread."""
    return _start([_SYNC, *arguments], environment, handles or Handles(), at_end)


def start_module(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], handles: Handles
) -> ChildProcess:
    """Start a module of ours that has a `main`."""
    return _start(["-m", name, *arguments], environment, handles, None)


def start_sync_here(arguments: Sequence[str], environment: Mapping[str, str]) -> ChildProcess:
    """Start `sync.py` in our session and with our streams: what it prints is ours."""
    return ChildProcess(
        subprocess.Popen([sys.executable, _SYNC, *arguments], env=dict(environment))
    )


def output_of(command: Sequence[str]) -> str:
    """What a program of this computer prints; empty if it isn't there, fails, or takes long."""
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_ANSWERS_WITHIN_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout.decode("utf-8", "replace")


def _start(
    words: Sequence[str],
    environment: Mapping[str, str],
    handles: Handles,
    at_end: Callable[[int], None] | None,
) -> ChildProcess:
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT if words[0] == "-m" else None,  # where Python finds the module
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=handles.output,
        stderr=handles.errors,
        pass_fds=handles.kept_open,
        start_new_session=True,
        umask=_OWNER_ONLY,  # the files it writes have people's addresses in them
    )
    Thread(target=_wait, args=(process, at_end), daemon=True).start()
    return ChildProcess(process)


def _wait(process: "subprocess.Popen[bytes]", at_end: Callable[[int], None] | None) -> None:
    exit_code = process.wait()
    if at_end is not None:
        at_end(exit_code)
