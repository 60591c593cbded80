"""The CSV of an ingest job: what was uploaded, and the three files of results.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Job Data Files"; the first line of
the results is recorded (its own headings in quotes, those of the upload without).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lib.practice.bulk.bulk_query import DELIMITERS, LINE_ENDINGS

LONGEST_HEADER = 32_000
_AT_ONCE = 2000
_WRONG_END = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"


class BadUpload(Exception):
    """An upload that fails its job; the text is the job's error message."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The headings of an upload, and its rows, each with a value for every heading."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    @classmethod
    def read(cls, text: str, delimiter: str, line_ending: str) -> "Upload":
        """Read the CSV of a job with these settings. Raises BadUpload."""
        _check_line_ending(text, line_ending)
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter], strict=True
        )
        try:
            lines = [line for line in reader if line]
        except csv.Error as error:
            raise BadUpload(f"InvalidBatch : Failed to parse CSV: {error}") from error
        if not lines:
            return cls((), ())
        headings, *rows = lines
        if sum(map(len, headings)) > LONGEST_HEADER:
            raise BadUpload("InvalidBatch : The first line is too long")
        for number, row in enumerate(rows, start=2):
            if len(row) > len(headings):
                message = f"line {number} has {len(row)} columns, the first has {len(headings)}"
                raise BadUpload(f"InvalidBatch : Failed to parse CSV: {message}")
        blanks = [""] * len(headings)
        return cls(headings, [[*row, *blanks[len(row) :]] for row in rows])


def results_csv(
    own: Sequence[str],
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str,
    line_ending: str,
) -> Iterator[bytes]:
    """A file of results in pieces: its own headings in quotes, then those of the upload."""
    between, end = DELIMITERS[delimiter], LINE_ENDINGS[line_ending]
    first = between.join([*(f'"{name}"' for name in own), *headings])
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=between, lineterminator=end, quoting=csv.QUOTE_ALL)
    text.write(first + end)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return taken


def _check_line_ending(text: str, line_ending: str) -> None:
    """The first line must end as the job says; line ends in quotes belong to a value."""
    quoted = False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            found = "\r\n" if text.startswith("\r\n", at) else character
            if found != LINE_ENDINGS[line_ending]:
                raise BadUpload(f"{_WRONG_END} {line_ending}")
            return
