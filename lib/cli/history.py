"""`sync.py history`: the runs in the log, newest first, or a single run with its records."""

import argparse
from collections.abc import Sequence

from lib.cli import output
from lib.cli.home import opened
from lib.cli.results import in_words, run_json
from lib.errors import UsageError
from lib.services.log import Log
from lib.store import changes, connections, runs
from lib.store.runs import Run
from lib.values import Change, Outcome
from lib.words import OUTCOMES, REASONS, STATUSES, arrived, counted, records


def carry_out(options: argparse.Namespace) -> int:
    """Print the history; always 0, even when there are no runs yet."""
    with opened(options) as log:
        if options.run:
            _show_run(log, options)
        else:
            _show_runs(_latest(log, options), as_json=options.json)
    return 0


def _latest(log: Log, options: argparse.Namespace) -> list[Run]:
    known = connections.all_names(log.store)
    if options.connection and options.connection not in known:
        raise UsageError(
            f"The log has no connection named {options.connection}",
            remedy=f"Connections in the log: {', '.join(known) or 'none yet'}.",
        )
    return runs.latest(log.store, connection=options.connection, limit=options.last)


def _show_runs(found: Sequence[Run], *, as_json: bool) -> None:
    if as_json:
        output.show_json({"runs": [run_json(run) for run in found]})
        return
    if not found:
        output.say(
            "No runs yet. To preview the first run: sync.py run --dry-run (it changes nothing)"
        )
    for run in found:
        output.say(
            f"{run.id}  {run.started_at.astimezone():%Y-%m-%d %H:%M}  {run.connection}  "
            f"{STATUSES[run.status]}: {_summary(run)}"
        )


def _summary(run: Run) -> str:
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
        output.show_json({**run_json(run), "changes": lines})
        return
    output.say(in_words(run.as_result()))
    for row in rows:
        output.say(
            f"{OUTCOMES[row.outcome]:36}  {row.address}  {row.sobject} {row.record_id}{_why(row)}"
        )


def _why(row: Change) -> str:
    if row.reason:
        return f" ({REASONS.get(row.reason, row.reason)})"
    return f" ({arrived(row.sobject, row.arrival)})" if row.arrival else ""
