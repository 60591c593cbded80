"""`sync.py schedule`: stay in the foreground and run syncs daily or every N minutes.

Each run is a separate process, so the schedule goes on even if a run crashes.
"""

import argparse
import contextlib
import time

from lib import settings
from lib.cli import output, schedule_check
from lib.cli.home import chosen, opened
from lib.cli.schedule_once import look_once
from lib.cli.stop import stop_on_signals
from lib.errors import StoppedError, UsageError
from lib.services.child_process import start_sync_here
from lib.services.connections.source import source_of
from lib.services.log import Log
from lib.services.schedules import timetable
from lib.services.schedules.background import carefully
from lib.services.schedules.starter import LOOK_EVERY_S, Starter, new_command
from lib.services.schedules.zones import check_zone, local_zone
from lib.stopping import Stop
from lib.store import schedules
from lib.store.schedulers import Scheduler
from lib.store.schedules import Schedule
from lib.words import capital, counted

_REAP_EVERY_S = 0.1


def carry_out(options: argparse.Namespace) -> int:
    """Run on schedule until SIGTERM or Ctrl-C; then 0, once each run has stopped too."""
    _check(options)
    if options.once:
        return look_once(options)
    with opened(options) as log:
        if options.check:
            return schedule_check.show(log, as_json=options.json)
        scheduler = _scheduler(log, options)
        home = log.store.home
    passed_on = [f"--{name}" for name in ("json", "quiet") if getattr(options, name)]
    starter = Starter(home, settings.environment(), scheduler, start_sync_here, passed_on)
    with stop_on_signals() as stop:
        _go_on_until(stop, starter)
    return 0


def _go_on_until(stop: Stop, starter: Starter) -> None:
    said = ""
    with contextlib.suppress(StoppedError):
        while not stop.is_asked():
            said = carefully(starter.look, said)
            stop.pause(LOOK_EVERY_S)
    starter.ask_to_stop()
    while starter.is_busy:
        time.sleep(_REAP_EVERY_S)
    carefully(starter.give_back)
    carefully(starter.leave)


def _scheduler(log: Log, options: argparse.Namespace) -> Scheduler:
    """By the stored schedules, or by the one of the options, which is checked as a run would."""
    if options.all:
        _note_all(log, options)
        return new_command()
    connection = chosen(log, options)
    connection.credentials.salesforce.checked()
    source_of(connection.credentials)  # raises if its account is incomplete
    schedule = _schedule(options)
    _note(options, f"Scheduled {timetable.in_words(schedule)}. Press Ctrl-C to stop.")
    return new_command(connection.name, schedule)


def _schedule(options: argparse.Namespace) -> Schedule:
    if options.at is None:
        return Schedule(None, "UTC", options.every)
    zone = options.zone or local_zone(settings.environment())
    return Schedule(options.at, check_zone(zone))


def _note_all(log: Log, options: argparse.Namespace) -> None:
    found = schedules.switched_on(log.store)
    for stored in found:
        _note(options, f"{stored.connection}: {timetable.in_words(stored.schedule)}")
    number = counted(len(found), "connection has", "connections have")
    _note(options, f"{capital(number)} a schedule. Press Ctrl-C to stop.")


def _check(options: argparse.Namespace) -> None:
    if options.zone is not None and options.at is None:
        raise UsageError(
            "--zone needs --at",
            remedy="Give the time of day with --at HH:MM, or leave out --zone.",
        )
    if options.all and options.connection is not None:
        raise UsageError(
            "--all and --connection can't be used together",
            remedy="Leave out --connection, or give that connection's schedule with --at.",
        )


def _note(options: argparse.Namespace, text: str) -> None:
    if not options.quiet:
        output.note(text)
