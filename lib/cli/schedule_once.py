"""`sync.py schedule --once`: start what is due, wait for it, and end. For cron and systemd."""

import argparse
import time

from lib import settings
from lib.cli import output
from lib.cli.home import opened
from lib.cli.run_all import WORST_FIRST, worst
from lib.cli.stop import stop_on_signals
from lib.exit_codes import ExitCode
from lib.services.child_process import start_sync_here
from lib.services.connections.chosen import choose
from lib.services.schedules.starter import StartedRun, Starter, new_timer

_REAP_EVERY_S = 0.1


def look_once(options: argparse.Namespace) -> int:
    """Start the runs that are due by the stored schedules; the worst of their exit codes.

    SIGTERM and Ctrl-C stop them, and the next look starts them again. Raises
    UsageError for an unknown connection, and StoreError.
    """
    with opened(options) as log:
        if options.connection is not None:
            choose(log, settings.environment(), options.connection)
        home = log.store.home
    quiet = ["--quiet"] if options.quiet or options.json else []
    timer = new_timer(options.connection)
    starter = Starter(home, settings.environment(), timer, start_sync_here, quiet)
    with stop_on_signals() as stop:
        starter.look()
        started = starter.started
        while starter.is_busy:
            if stop.is_asked():
                starter.ask_to_stop()
            time.sleep(_REAP_EVERY_S)
    starter.give_back() if stop.is_asked() else starter.close_ended()
    _show(started, options)
    return worst([_exit_code(run) for run in started])


def _exit_code(run: StartedRun) -> ExitCode:
    code = run.child.exit_code
    return ExitCode(code) if code in WORST_FIRST else ExitCode.FAILED  # or it was killed


def _show(started: tuple[StartedRun, ...], options: argparse.Namespace) -> None:
    if options.json:
        runs = [
            {"connection": run.connection, "run_id": run.run_id, "exit_code": _exit_code(run)}
            for run in started
        ]
        output.show_json({"runs": runs})
    elif not started and not options.quiet:
        output.say("No run is due. What comes next: sync.py schedule --check")
