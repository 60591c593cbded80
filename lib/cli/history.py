"""`sync.py history`: the runs in the log, newest first, or a single run with its records."""

import argparse
from collections.abc import Sequence

from lib import undo_words
from lib.cli import output
from lib.cli.home import opened
from lib.cli.results import in_words, operation_json, run_json, undo_in_words
from lib.errors import UsageError
from lib.services.log import Log
from lib.services.runs import dead
from lib.store import changes, connections, operations, runs, undos
from lib.store.runs import Run
from lib.undo_words import why_left
from lib.values import Change, Outcome
from lib.words import OUTCOMES, STATUSES, arrived, counted, records


def carry_out(options: argparse.Namespace) -> int:
    """Print the history; always 0, even when there are no runs yet."""
    with opened(options) as log:
        dead.close_all_silent(log, connections.all_names(log.store))
        if options.run:
            _show_run(log, options)
        else:
            _show_runs(log, _latest(log, options), as_json=options.json)
    return 0


def _latest(log: Log, options: argparse.Namespace) -> list[Run]:
    known = connections.all_names(log.store)
    if options.connection and options.connection not in known:
        raise UsageError(
            f"The log has no connection named {options.connection}",
            remedy=f"Connections in the log: {', '.join(known) or 'none yet'}.",
        )
    return runs.latest(log.store, connection=options.connection, limit=options.last)


def _show_runs(log: Log, found: Sequence[Run], *, as_json: bool) -> None:
    if as_json:
        output.show_json({"runs": [run_json(run) for run in found]})
        return
    if not found:
        output.say(
            "No runs yet. To preview the first run: sync.py run --dry-run (it changes nothing)"
        )
    taken_back = undos.undos_of(log.store, [run.id for run in found])
    for run in found:
        output.say(
            f"{run.id}  {run.started_at.astimezone():%Y-%m-%d %H:%M}  {run.connection}  "
            f"{STATUSES[run.status]}: {_summary(run, taken_back.get(run.id, ()))}"
        )


def _summary(run: Run, undone: Sequence[Run] = ()) -> str:
    if run.is_undo:
        return f"run {run.undoes} taken back: {undo_words.balance(run) or 'nothing to change'}"
    if run.planned is not None:
        parts = [f"{records(run.planned)} {OUTCOMES[Outcome.PLANNED]}"]
    else:
        parts = [f"{records(run.updated or 0)} {OUTCOMES[Outcome.UPDATED]}"]
    if run.failed:
        parts.append(f"{run.failed:,} {OUTCOMES[Outcome.FAILED]}")
    if run.full:
        parts.append("full comparison")
    if run.left_out:
        parts.append(f"{counted(run.left_out, 'line', 'lines')} left out")
    if undone:
        parts.append(f"taken back by run {undone[0].id}")
    return ", ".join(parts)


def _show_run(log: Log, options: argparse.Namespace) -> None:
    run = runs.get(log.store, options.run)
    if run is None:
        raise UsageError(
            f"Run {options.run} isn't in the log", remedy="To see the run IDs: sync.py history"
        )
    rows = [logged.change for logged in changes.of_run(log.store, run.id)]
    if options.json:
        lines = [
            {
                "sobject": row.sobject,
                "record_id": row.record_id,
                "address": row.address,
                "outcome": str(row.outcome),
                "reason": row.reason,
            }
            for row in rows
        ]
        steps = [operation_json(each) for each in operations.of_run(log.store, run.id)]
        output.show_json({**run_json(run), "changes": lines, "operations": steps})
        return
    in_sentences = undo_in_words if run.is_undo else in_words
    output.say(in_sentences(run.as_result()))
    outcomes = undo_words.OUTCOMES if run.is_undo else OUTCOMES
    for row in rows:
        output.say(
            f"{outcomes[row.outcome]:36}  {row.address}  {row.sobject} {row.record_id}{_why(row)}"
        )


def _why(row: Change) -> str:
    if row.reason:
        return f" ({why_left(row.reason, row.message)})"
    return f" ({arrived(row.sobject, row.arrival)})" if row.arrival else ""
