"""`sync.py undo RUN_ID`: take a run back, once a person has seen and confirmed it."""

import argparse
import sys
from dataclasses import replace

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.cli.progress import progress_shown
from lib.cli.results import EXIT_CODES, result_json, undo_in_words
from lib.cli.stop import stop_on_signals
from lib.errors import (
    BusyError,
    NotUndoable,
    OptbackError,
    PausedByPerson,
    StoreError,
    UsageError,
)
from lib.exit_codes import ExitCode
from lib.services.log import Log
from lib.services.runs.order import close_unstarted
from lib.services.runs.undo import UndoOrder, undo_once, undoable
from lib.services.runs.undo_groups import groups_of
from lib.services.started_by import user_at_command_line
from lib.stopping import Stop
from lib.store.undos import counts_of
from lib.sync.request import RunHooks, say_nothing
from lib.values import Fault, RunResult, RunStatus
from lib.words import records


def carry_out(options: argparse.Namespace) -> int:
    """Show what goes back and what stays, ask, and do it. Returns the exit code."""
    asks = not (options.yes or options.dry_run)
    if asks and not (sys.stdin is not None and sys.stdin.isatty()):
        raise UsageError(
            "undo needs a confirmation",
            remedy="Run it in a terminal, or look first with --dry-run and then add --yes.",
        )
    try:
        with stop_on_signals() as stop:
            return _carried_out(options, stop, asks=asks)
    except (StoreError, PausedByPerson, BusyError) as error:
        if not options.json:
            raise
        result = _not_begun(options, options.connection or "", error)
        output.show_json(result_json(result))
        return EXIT_CODES[result.status]


def _not_begun(options: argparse.Namespace, connection: str, error: OptbackError) -> RunResult:
    """An undo that didn't begin is one JSON object too, unless it's a usage error."""
    status = RunStatus.BUSY if isinstance(error, BusyError) else RunStatus.FAILED
    fault = Fault(error.code, error.message, error.remedy)
    return RunResult(options.run_id or "", connection, status, errors=(fault,))


def _carried_out(options: argparse.Namespace, stop: Stop, *, asks: bool) -> int:
    hooks = RunHooks(stop.is_asked, warn=say_nothing if options.quiet else output.note)
    order = UndoOrder(
        undone=options.run,
        started_by=options.started_by or user_at_command_line(),
        dry_run=options.dry_run,
        confirmed=options.confirmed,
        run_id=options.run_id,
    )
    with opened(options) as log:
        if asks:
            confirmed = _ask(log, options, order, hooks)
            if confirmed is None:
                output.note("Nothing was changed.")
                return ExitCode.DONE
            order = replace(order, confirmed=confirmed)
        result = _undo(log, options, order, hooks)
        _show(log, result, options)
    return _exit_code(result)


def _ask(log: Log, options: argparse.Namespace, order: UndoOrder, hooks: RunHooks) -> int | None:
    """Show the preview on standard error, and return the number that was typed to confirm it."""
    preview = _undo(log, options, replace(order, dry_run=True), hooks)
    if preview.status != RunStatus.DRY_RUN:
        raise _error_of(preview)
    for line in _preview_lines(log, preview):
        output.note(line)
    count = preview.planned or 0
    run = undoable(log, preview.connection, order.undone)
    if not count and not counts_of(log.store, run).file_events:
        return None
    what = f"make {records(count)} mailable again" if count else "withdraw the file"
    sys.stderr.write(f"To {what}, type {count}: ")
    sys.stderr.flush()
    return count if sys.stdin.readline().strip().replace(",", "") == str(count) else None


def _undo(log: Log, options: argparse.Namespace, order: UndoOrder, hooks: RunHooks) -> RunResult:
    name = options.connection or ""
    try:
        connection = chosen(log, options)
        name = connection.name
        undoable(log, connection.name, order.undone)
        wanted = sys.stderr.isatty() and not options.quiet
        with progress_shown(log.store.home, connection.name, wanted=wanted):
            return undo_once(log, connection, order, hooks)
    except (UsageError, PausedByPerson, BusyError) as error:
        close_unstarted(log, order.run_id, error)
        if not options.json or isinstance(error, UsageError):
            raise
        return _not_begun(options, name, error)


def _show(log: Log, result: RunResult, options: argparse.Namespace) -> None:
    is_good = _exit_code(result) == ExitCode.DONE
    if options.json:
        output.show_json(result_json(result))
    elif not is_good:
        output.note(undo_in_words(result))
    elif not options.quiet and result.status == RunStatus.DRY_RUN:
        for line in _preview_lines(log, result):
            output.say(line)
    elif not options.quiet:
        output.say(undo_in_words(result))


def _preview_lines(log: Log, preview: RunResult) -> list[str]:
    """The groups with their counts, each with its first people."""
    lines = [undo_in_words(preview)]
    for group in groups_of(log, preview.run_id):
        lines.append(f"  {group.heading}")
        lines += [
            f"    {change.address}  {change.sobject} {change.record_id}" for change in group.first
        ]
        if group.records > len(group.first):
            lines.append(f"    and {records(group.records - len(group.first))} more")
    return lines


def _exit_code(result: RunResult) -> int:
    """A run of another org is a usage error: nothing was changed."""
    if any(fault.code == NotUndoable.code for fault in result.errors):
        return ExitCode.USAGE
    return EXIT_CODES[result.status]


def _error_of(preview: RunResult) -> OptbackError:
    """Why the preview failed, to be shown like any other error."""
    fault = preview.errors[0]
    kind = {NotUndoable.code: NotUndoable, BusyError.code: BusyError}.get(fault.code, OptbackError)
    return kind(fault.message, remedy=fault.remedy)
