"""`sync.py schedule`: stay in the foreground and synchronise daily or every N minutes.

Each run is a process of its own, so that a failing one ends nothing but itself.
"""

import argparse
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from threading import Event
from types import FrameType

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.cli.timetable import Timetable

_SYNC = Path(__file__).resolve().parents[2] / "sync.py"
_LOOK_EVERY_S = 20.0
"""The wall clock is looked at this often: it may be set forward or back, and computers sleep."""


def carry_out(options: argparse.Namespace) -> int:
    """Run again and again until SIGTERM or Ctrl-C; then 0, once a run has finished its batch."""
    with opened(options) as log:
        connection = chosen(log, options)
        connection.credentials.salesforce.checked()
        connection.credentials.jangomail.checked()
    stop = Event()
    _on_signals(stop)
    timetable = Timetable(at=options.at, every_minutes=options.every)
    if not options.quiet:
        output.note(f"Scheduled {timetable.in_words()}. Press Ctrl-C to stop.")
    while not stop.is_set():
        if timetable.is_due(datetime.now().astimezone()):
            _run(options, stop)
        stop.wait(min(_LOOK_EVERY_S, timetable.wait_s(datetime.now().astimezone())))
    return 0


def _run(options: argparse.Namespace, stop: Event) -> None:
    """One run in a process of its own; asked to stop, it finishes its batch first."""
    child = subprocess.Popen(
        [sys.executable, str(_SYNC), "run", "--started-by", "schedule", *_passed_on(options)]
    )
    while child.poll() is None:
        if stop.wait(0.1):
            child.terminate()
            child.wait()


def _passed_on(options: argparse.Namespace) -> list[str]:
    passed = []
    for name in ("home", "connection"):
        value = getattr(options, name)
        passed += [f"--{name}", value] if value else []
    return passed + [f"--{name}" for name in ("json", "quiet") if getattr(options, name)]


def _on_signals(stop: Event) -> None:
    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
