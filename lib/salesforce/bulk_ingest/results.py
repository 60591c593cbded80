"""What became of each row of a job that is over: three files, matched by ID.

Rows come in any order; a row may come twice, or not at all. So nothing is assumed: a record counts
as written only if the file of successes names it, as refused only if the file of failures does, and
what no file names has to be looked up. Source: Bulk API 2.0 and Bulk API Developer Guide, "Get Job
Successful Record Results" and the two pages after it; recorded jobs.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from lib.errors import RequestRefused, SalesforceUnreachable
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.door import Door
from lib.salesforce.failures import storable
from lib.salesforce.rows import to18
from lib.values import Verdict

SUCCESSES, FAILURES, UNREACHED = "successfulResults", "failedResults", "unprocessedrecords"

_IN_MEMORY = 8 << 20  # bytes of a file of results; anything longer goes to the disk
_TRIES = 3
_ERROR = re.compile(r"\s*([A-Z][A-Z0-9_]*)\s*:(.*)", re.DOTALL)
_FIELDS = re.compile(r"[\w.,\s]*")
_UNKNOWN = "UNKNOWN_EXCEPTION"

Row = tuple[str, str]  # record ID, and Salesforce's error or ""


class Results:
    """The results of one job; `sent` are the IDs of its rows.

    `missing` are the IDs that no file has named so far, also because a file can't be had: only a
    look at the records says what became of them.
    """

    def __init__(self, door: Door, job: IngestJob, sent: Iterable[str]) -> None:
        self._door = door
        self._job = job
        self.missing = set(sent)

    def written(self) -> Iterator[Verdict]:
        """The records that were written. Costs 1 API call, more if the file is damaged."""
        expected = self._job.processed - self._job.failed if self._job.is_complete else None
        for record_id, _ in self._named(SUCCESSES, expected):
            yield Verdict(record_id, ok=True)

    def refused(self) -> Iterator[Verdict]:
        """The records that Salesforce refused, to be read after `written`. Costs as above.

        A record that is in both files was written: a batch that fails is tried again.
        """
        expected = self._job.failed if self._job.is_complete else None
        for record_id, error in self._named(FAILURES, expected):
            code, message = code_and_message(error)
            yield Verdict(record_id, ok=False, code=code, message=message)

    def unreached(self) -> Iterator[str]:
        """The records that Salesforce didn't come to. Costs as above."""
        for record_id, _ in self._named(UNREACHED, None):
            yield record_id

    def _named(self, kind: str, expected: int | None) -> Iterator[Row]:
        """The rows of a file whose records weren't named before."""
        if not self.missing:
            return
        for attempt in range(_TRIES):
            count = 0
            try:
                for row in self._rows(kind):
                    count += 1
                    if row[0] in self.missing:
                        self.missing.discard(row[0])
                        yield row
            except (RequestRefused, SalesforceUnreachable):
                return  # the job is gone, or Salesforce can't give the file
            if not self.missing or count >= (expected or 0):
                return
            if attempt + 1 < _TRIES:
                self._door.patience.pause(attempt)

    def _rows(self, kind: str) -> Iterator[Row]:
        """The rows of a file; a damaged file has fewer."""
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            path = f"jobs/ingest/{self._job.id}/{kind}"
            self._door.download(path, file, None, {"Accept": "text/csv"})
            yield from _read(file)


def code_and_message(error: str) -> tuple[str, str]:
    """Salesforce's code and message from `CODE:message:FIELDS --`."""
    found = _ERROR.match(error)
    if found is None:
        return _UNKNOWN, storable(error.strip())
    code, said = found[1], found[2].strip()
    if said.endswith("--"):
        said = said.removesuffix("--").rstrip()
        message, colon, fields = said.rpartition(":")
        said = message if colon and _FIELDS.fullmatch(fields) else said
    return code, storable(said.strip())


def _read(file: IO[bytes]) -> Iterator[Row]:
    """The rows up to the end, or to the damage: a line that may be cut off doesn't count."""
    whole = _ends_whole(file)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    try:
        lines = csv.reader((line.replace("\0", "") for line in text), strict=True)
        with suppress(csv.Error):
            yield from _by_name(lines, whole)
    finally:
        text.detach()


def _by_name(lines: Iterator[list[str]], whole: bool) -> Iterator[Row]:
    names = [name.strip().lower() for name in next(lines, [])]
    places = [names.index(name) for name in ("id", "sf__id") if name in names]
    error = names.index("sf__error") if "sf__error" in names else None
    held: Row | None = None
    for line in lines:
        if held is not None:
            yield held
        held = _row(line, len(names), places, error)
    if held is not None and whole:
        yield held


def _row(line: list[str], width: int, places: list[int], error: int | None) -> Row | None:
    if len(line) != width:
        return None
    record_id = next((line[place].strip() for place in places if line[place].strip()), "")
    return to18(record_id), line[error] if error is not None else ""


def _ends_whole(file: IO[bytes]) -> bool:
    """Whether the file ends with a line break, or with the quote of its last value."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 1))
    last = file.read(1)
    file.seek(0)
    return last in (b"\n", b'"')
