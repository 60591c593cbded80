"""`sync.py run --all`: one sync of each stored connection, one after the other."""

import argparse
import copy
from collections.abc import Callable

from lib.cli import output
from lib.cli.home import opened
from lib.cli.results import EXIT_CODES, result_json
from lib.errors import BusyError, OptbackError, UsageError
from lib.exit_codes import ExitCode
from lib.services.log import Log
from lib.services.practice.process import is_of_dashboard
from lib.store import connections
from lib.values import Fault, RunResult, RunStatus

WORST_FIRST = (
    ExitCode.FAILED,
    ExitCode.OVER_LIMIT,
    ExitCode.PARTIAL,
    ExitCode.BUSY,
    ExitCode.DONE,
)
_ABOUT_ONE_RUN = {
    "file": "--file",
    "connection": "--connection",
    "max_changes": "--max-changes",
    "allow_large": "--allow-large",
    "approve_domain": "--approve-domain",
    "confirm_cleared": "--confirm-cleared",
    "run_id": "--run-id",
    "column": "--column",
}

Run = Callable[[Log, argparse.Namespace], RunResult]
Show = Callable[[RunResult, argparse.Namespace], None]


def carry_out_all(
    options: argparse.Namespace, run: Run, show: Show, is_stopped: Callable[[], bool]
) -> int:
    """Run each connection that no person paused; the exit code is the worst of theirs.

    A connection that fails stops no other connection. Raises UsageError before anything is
    contacted, and StoreError if the log can't be used.
    """
    _check(options)
    results: list[RunResult] = []
    with opened(options) as log:
        names, paused = _names(log)
        for name in names:
            if is_stopped():
                break
            results.append(_result(log, name, options, run))
            _show(results[-1], options, show)
    if options.json:
        runs = [result_json(result) for result in results]
        output.show_json({"runs": runs, "paused": paused})
    elif paused and not options.quiet:
        output.note(f"Left out, because a person paused them: {', '.join(paused)}.")
    return worst([EXIT_CODES[result.status] for result in results])


def worst(codes: list[ExitCode]) -> int:
    """The code of the run that needs a person most; 0 if nothing ran."""
    return min(codes, key=WORST_FIRST.index, default=ExitCode.DONE)


def _names(log: Log) -> tuple[list[str], list[str]]:
    """The stored connections to run, and those that a person paused.

    The dashboard's practice org isn't one of them: it's there to try things out by hand.
    """
    home = log.store.home
    stored = [name for name in connections.names(log.store) if not is_of_dashboard(home, name)]
    if not stored:
        raise UsageError(
            "No connections are stored, so there's nothing to run",
            remedy="Store one with sync.py connect NAME, or run without --all to use variables.",
        )
    states = {name: connections.state(log.store, name) for name in stored}
    paused = [name for name, state in states.items() if state and state.halted_at]
    return [name for name in stored if name not in paused], paused


def _result(log: Log, name: str, options: argparse.Namespace, run: Run) -> RunResult:
    own = copy.copy(options)
    own.connection = name
    try:
        return run(log, own)
    except BusyError as error:
        return _ended(name, RunStatus.BUSY, error)
    except OptbackError as error:
        return _ended(name, RunStatus.FAILED, error)


def _ended(name: str, status: RunStatus, error: OptbackError) -> RunResult:
    """A run that didn't begin, because of this connection's own settings."""
    fault = Fault(error.code, error.message, error.remedy)
    return RunResult("", name, status, errors=(fault,))


def _show(result: RunResult, options: argparse.Namespace, show: Show) -> None:
    """The result under the connection's name, unless all results come as one JSON object."""
    if options.json:
        return
    if EXIT_CODES[result.status] != ExitCode.DONE:
        output.note(f"{result.connection}:")
    elif not options.quiet:
        output.say(f"{result.connection}:")
    show(result, options)


def _check(options: argparse.Namespace) -> None:
    given = [words for name, words in _ABOUT_ONE_RUN.items() if getattr(options, name)]
    if options.max_changes == 0:
        given.append("--max-changes")
    if given:
        raise UsageError(
            f"{given[0]} is about a single run, so it can't be used with --all",
            remedy="Run that connection alone, with --connection NAME.",
        )
