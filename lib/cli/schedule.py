"""`sync.py schedule`: stay in the foreground and run a sync daily or every N minutes.

Each run is a separate process, so the schedule goes on even if a run crashes.
"""

import argparse
import signal
from datetime import datetime
from threading import Event
from types import FrameType

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.cli.timetable import Timetable
from lib.services.child_process import run_sync
from lib.services.connections.source import source_of
from lib.services.started_by import SCHEDULE

_LOOK_EVERY_S = 20.0
"""How often to check the wall clock: someone may set it, and computers go to sleep."""


def carry_out(options: argparse.Namespace) -> int:
    """Run on schedule until SIGTERM or Ctrl-C; then 0, once a run has finished its batch."""
    with opened(options) as log:
        connection = chosen(log, options)
        connection.credentials.salesforce.checked()
        source_of(connection.credentials)  # raises if its account is incomplete
    stop = Event()
    _on_signals(stop)
    timetable = Timetable(at=options.at, every_minutes=options.every)
    if not options.quiet:
        output.note(f"Scheduled {timetable.in_words()}. Press Ctrl-C to stop.")
    while not stop.is_set():
        if timetable.is_due(datetime.now().astimezone()):
            run_sync(["run", "--started-by", SCHEDULE, *_passed_on(options)], stop)
        stop.wait(min(_LOOK_EVERY_S, timetable.wait_s(datetime.now().astimezone())))
    return 0


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
