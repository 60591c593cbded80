"""A pull's file and its people in the log, read side by side: one line for each row on the list."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lib.errors import OptbackError
from lib.store import hand_overs
from lib.store.db import Store
from lib.store.hand_overs import ListedRow

Line = Sequence[str]


class ListGone(OptbackError):
    """The file of a pull is not there any more, or is not the one that was pulled."""

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
        """The first lines behind the titles. Raises ListGone."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                return list(islice(csv.reader(file), 1, last + 1))
        except OSError as error:
            raise gone() from error

    def is_in_step(self) -> bool:
        """Whether it has a line for each row in the log: not where a row is several people."""
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
                self.store, self.pull_id, after=position, last=size
            ):
                cells = list(islice(lines, len(rows)))
                if len(cells) != len(rows):
                    raise gone()
                yield list(zip(rows, cells, strict=True))
                position = rows[-1].position


def gone() -> ListGone:
    """The error for a file that is not the pull's."""
    return ListGone(
        "The file for this list is gone, or isn't the one that was pulled",
        remedy="Pull the list again.",
    )
