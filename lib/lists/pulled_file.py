"""A pull's file and its people in the log, read side by side, and copies for later.

The file has a line for each row on the list. A copy leaves out people who opted out since.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lib.errors import OptbackError
from lib.lists.list_file import file_at
from lib.store import freshness, hand_overs
from lib.store.db import Store
from lib.store.hand_overs import ListedRow
from lib.store.sql_values import chunks

Line = Sequence[str]
_AT_ONCE = 5_000  # rows


class ListGone(OptbackError):
    """The file of a pull is gone, or isn't the file that was pulled."""

    code = "list_gone"


@dataclass(frozen=True, slots=True)
class PulledFile:
    """The CSV of a pull, as it was written: titles first, then a line for each row on the list."""

    store: Store
    pull_id: str
    path: Path

    def titles(self) -> list[str]:
        """The column titles. Raises ListGone."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                return next(csv.reader(file), [])
        except OSError as error:
            raise gone() from error

    def first_lines(self, last: int) -> list[list[str]]:
        """The first lines after the titles. Raises ListGone."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                return list(islice(csv.reader(file), 1, last + 1))
        except OSError as error:
            raise gone() from error

    def is_in_step(self) -> bool:
        """Whether it has a line for each row in the log; not if rows are about several people."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                count = sum(1 for _ in csv.reader(file)) - 1
        except OSError:
            return False
        return count == hand_overs.count_rows(self.store, self.pull_id)

    def pages(self, size: int) -> Iterator[list[tuple[ListedRow, Line]]]:
        """Every row with its line, `size` at a time, in flat memory. Raises ListGone."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            next(lines, None)
            position = 0
            while rows := hand_overs.listed_rows(
                self.store, self.pull_id, after=position, limit=size
            ):
                cells = list(islice(lines, len(rows)))
                if len(cells) != len(rows):
                    raise gone()
                yield list(zip(rows, cells, strict=True))
                position = rows[-1].position


def fresh_lines(file: PulledFile) -> Iterator[list[str]]:
    """The lines of everyone who isn't noted as opted out since the pull, in flat memory.

    Raises ListGone if someone has opted out and the lines don't match the people in the log.
    """
    out = freshness.positions(file.store, file.pull_id)
    if not out:
        yield from _lines(file)
        return
    if not file.is_in_step():
        raise gone()
    for page in file.pages(_AT_ONCE):
        yield from (list(line) for row, line in page if row.position not in out)


def write_copy(file: PulledFile, target: Path, *, bom: bool, safe_cells: bool) -> int:
    """Write a copy without people who opted out since. Returns how many rows it has.

    It's Excel if `target` ends in .xlsx. The file isn't there until it's complete.
    Raises ListGone and FileUnwritable.
    """
    rows = 0
    with file_at(target, file.titles(), bom=bom, safe_cells=safe_cells) as writer:
        for lines in chunks(fresh_lines(file), _AT_ONCE):
            writer.write(lines)
            rows += len(lines)
    return rows


def _lines(file: PulledFile) -> Iterator[list[str]]:
    with file.path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        next(reader, None)
        yield from reader


def gone() -> ListGone:
    """The error for a file that isn't the pull's."""
    return ListGone(
        "The file for this list is gone, or isn't the one that was pulled",
        remedy="Pull the list again.",
    )
