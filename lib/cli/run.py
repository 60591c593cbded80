"""`sync.py run`: one sync.

What isn't needed before Salesforce and JangoMail are asked is loaded later, where it's used.
"""

import argparse
import sys
from pathlib import Path

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.cli.progress import progress_shown
from lib.cli.results import EXIT_CODES, in_words, lines_when_quiet, result_json
from lib.cli.stop import stop_on_signals
from lib.errors import OptbackError, PausedByPerson, SecretsUnreadable, StoreError, UsageError
from lib.services.connections.chosen import DEFAULT, Chosen
from lib.services.connections.retirement import monthly_note
from lib.services.log import Log
from lib.services.runs.order import RunOrder, close_unstarted, run_once
from lib.services.started_by import DASHBOARD, user_at_command_line
from lib.sources.files.who_asked.choice import choice_from
from lib.stopping import Stop
from lib.sync.request import RunHooks, say_nothing
from lib.sync.safety_limit import Allowance
from lib.values import Fault, RunResult, RunStatus


def carry_out(options: argparse.Namespace) -> int:
    """Run once, or once for each connection; print the result, and return its exit code."""
    _check(options)
    with stop_on_signals() as stop:
        return _carried_out(options, stop)


def _carried_out(options: argparse.Namespace, stop: Stop) -> int:
    if options.all:
        from lib.cli.run_all import carry_out_all

        return carry_out_all(options, lambda log, own: _run(log, own, stop), _show, stop.is_asked)
    try:
        with opened(options) as log:
            result = _run(log, options, stop)
    except (StoreError, PausedByPerson) as error:
        if not options.json:
            raise
        result = _not_begun(options, error)
    _show(result, options)
    return EXIT_CODES[result.status]


def _not_begun(options: argparse.Namespace, error: OptbackError) -> RunResult:
    return RunResult(
        options.run_id or "",
        options.connection or "",
        RunStatus.FAILED,
        left_out=0 if options.file else None,
        errors=(Fault(error.code, error.message, error.remedy),),
    )


def _run(log: Log, options: argparse.Namespace, stop: Stop) -> RunResult:
    order = RunOrder(
        started_by=options.started_by or user_at_command_line(),
        dry_run=options.dry_run,
        file=Path(options.file) if options.file else None,
        column=options.column,
        choice=choice_from(options.where, everyone=options.everyone),
        allowance=Allowance(options.max_changes, options.allow_large),
        run_id=options.run_id,
        copies_anyway=options.mode == "unsubscribes",
        full=options.full,
        approve_domain=_domain(options),
        confirm_cleared=options.confirm_cleared,
    )
    try:
        return _run_shown(log, order, options, stop)
    except (UsageError, PausedByPerson) as error:
        close_unstarted(log, order.run_id, error)
        raise
    except SecretsUnreadable:  # no run begins, so nothing else would tell anyone
        from lib.services.alerts import watch

        watch.look_again(log, options.connection or DEFAULT)
        raise


def _run_shown(log: Log, order: RunOrder, options: argparse.Namespace, stop: Stop) -> RunResult:
    connection = chosen(log, options)
    _note_retirement(log, connection, options)
    hooks = RunHooks(
        stop.is_asked,
        report=output.note if options.verbose else say_nothing,
        warn=say_nothing if options.quiet else output.note,
    )
    wanted = sys.stderr.isatty() and not (options.quiet or options.verbose)
    with progress_shown(log.store.home, connection.name, wanted=wanted):
        return run_once(log, connection, order, hooks)


def _note_retirement(log: Log, connection: Chosen, options: argparse.Namespace) -> None:
    """Print the note about the retired sign-in once a month, unless it's a run of the dashboard."""
    if options.quiet or options.dry_run or options.started_by == DASHBOARD:
        return
    note = monthly_note(log, connection)
    if note is not None:
        output.note(f"{note}.")


def _domain(options: argparse.Namespace) -> str | None:
    """The one domain to approve: nothing approves several at once (rules.md, 4.4)."""
    if len(options.approve_domain) > 1:
        raise UsageError(
            "--approve-domain takes one domain at a time",
            remedy="Run once for each domain, after looking at its preview (--dry-run).",
        )
    if not options.approve_domain:
        return None
    from lib.services.runs.domains import domain_name

    return domain_name(options.approve_domain[0])


def _check(options: argparse.Namespace) -> None:
    if options.mode not in (None, "unsubscribes"):
        raise UsageError(
            f"--mode {options.mode} isn't available yet",
            remedy="Leave out --mode. Unsubscribes are copied.",
        )
    if options.file == "":
        raise UsageError(
            "--file needs a path",
            remedy="Give the file's path, or leave out --file to read JangoMail.",
        )
    if (options.where or options.everyone) and not options.file:
        option = "--where" if options.where else "--everyone"
        raise UsageError(
            f"{option} needs --file",
            remedy=f"Name the file with --file PATH, or leave out {option}.",
        )
    if options.full and options.file:
        raise UsageError(
            "--full and --file can't be used together",
            remedy="A run with a file is about the people in it. Leave out one of the two.",
        )
    if options.max_changes is not None and options.allow_large:
        raise UsageError(
            "--max-changes and --allow-large can't be used together",
            remedy="Give the number you checked, or lift the limit.",
        )


def _show(result: RunResult, options: argparse.Namespace) -> None:
    if options.json:
        output.show_json(result_json(result))
    elif EXIT_CODES[result.status] != 0:
        output.note(in_words(result))
    elif not options.quiet:
        output.say(in_words(result))
    if options.quiet and (options.json or EXIT_CODES[result.status] == 0):
        for line in lines_when_quiet(result):
            output.note(line)
