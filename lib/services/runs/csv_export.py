"""The records of a run as a CSV file for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence

from lib.services.log import Log
from lib.services.runs.reasons import why_of
from lib.store import changes
from lib.values import Change
from lib.words import OUTCOMES

_HEADINGS = ("address", "outcome", "why", "object", "record_id", "reason", "salesforce_message")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAGE = 5_000


def csv_of_run(log: Log, run_id: str) -> str:
    """All records of a run, one a line, in the order they were announced."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    writer.writerows(_line(change) for change in _changes(log, run_id))
    return text.getvalue()


def _changes(log: Log, run_id: str) -> Iterator[Change]:
    after = 0
    while page := changes.of_run(log.store, run_id, limit=_PAGE, after=after):
        yield from (logged.change for logged in page)
        after = page[-1].id


def _line(change: Change) -> Sequence[str]:
    cells = (
        change.address,
        OUTCOMES[change.outcome],
        why_of(change)[0],
        change.sobject,
        change.record_id,
        change.reason or "",
        change.message or "",
    )
    return [_harmless(cell) for cell in cells]


def _harmless(cell: str) -> str:
    """Text that a spreadsheet shows and does not calculate."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
