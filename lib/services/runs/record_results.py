"""What happened to each record of a run: why, in words, and all of them as CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo

from lib import undo_words
from lib.clock import to_text
from lib.salesforce import refusals
from lib.services.log import Log
from lib.spreadsheet_cells import disarmed
from lib.store import changes, runs
from lib.undo_words import why_left
from lib.values import Change, Outcome
from lib.words import OUTCOMES, REASONS, STATUSES, arrived

_PAGE = 5_000
_OF_RUN = ("run_id", "started", "status", "connection")


def why(outcome: Outcome, reason: str | None, message: str | None) -> tuple[str, str]:
    """The cause in words and its remedy; empty if there is nothing to say."""
    if reason is None:
        return "", ""
    if outcome is Outcome.FAILED or reason not in REASONS:
        return refusals.words(reason, message or "")
    return why_left(reason, message), ""


def why_of(change: Change, zone: tzinfo | None = None) -> tuple[str, str]:
    """`why` for a logged change; dates are in this zone, or in the computer's own."""
    if change.reason is None and change.arrival is not None:
        return arrived(change.sobject, change.arrival, zone), ""
    return why(change.outcome, change.reason, change.message)


def csv_of_run(log: Log, run_id: str) -> Iterator[str]:
    """All records of a run, a line for each, in the order they were announced; in pieces."""
    yield _written([[heading for heading, _ in _COLUMNS]])
    yield from (_written(lines) for lines in _lines_of(log, run_id))


def csv_of_runs(log: Log, run_ids: Sequence[str]) -> Iterator[str]:
    """All records of several runs, each with its run: its ID, start, status, and connection."""
    yield _written([[*_OF_RUN, *(heading for heading, _ in _COLUMNS)]])
    for run_id in run_ids:
        run = runs.get(log.store, run_id)
        if run is None:
            continue
        started = to_text(run.started_at)
        about = [run.id, started, STATUSES[run.status], disarmed(run.connection)]
        for lines in _lines_of(log, run_id):
            yield _written([[*about, *line] for line in lines])


def _lines_of(log: Log, run_id: str) -> Iterator[list[list[str]]]:
    """The records of a run, some thousand at a time."""
    run = runs.get(log.store, run_id)
    outcomes = undo_words.OUTCOMES if run is not None and run.is_undo else OUTCOMES
    after = 0
    while page := changes.of_run(log.store, run_id, limit=_PAGE, after=after):
        yield [_line(logged.change, outcomes) for logged in page]
        after = page[-1].id


def _written(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


_COLUMNS: Sequence[tuple[str, Callable[[Change, Mapping[str, str]], str]]] = (
    ("address", lambda change, _: change.address),
    ("outcome", lambda change, outcomes: outcomes[change.outcome]),
    ("why", lambda change, _: why_of(change)[0]),
    ("object", lambda change, _: change.sobject),
    ("record_id", lambda change, _: change.record_id),
    ("reason", lambda change, _: change.reason or ""),
    ("salesforce_message", lambda change, _: change.message or ""),
)
"""The columns of the CSV in their order: heading, and what a cell says."""


def _line(change: Change, outcomes: Mapping[str, str]) -> list[str]:
    return [disarmed(cell_of(change, outcomes)) for _, cell_of in _COLUMNS]
