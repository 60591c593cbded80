"""The rows of a delimited text, with their line numbers, whatever its quotes are like.

csv.reader alone isn't enough: a quote that is never closed would swallow all lines after it, and
the people in them.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from lib.sources.cell_text import cut_an_entity

# A quoted value longer than this is a quote that someone forgot to close.
_MOST_LINES_IN_A_ROW = 500
LONGEST_LINE = 100_000  # below csv's own limit of 131,072 characters in a value
_IN_QUOTES = "it may be part of quoted text, not a separate row"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: the number of its first line, its text, and its cells.

    `cells` is empty where the row can't be read; `why` then says so.
    """

    number: int
    text: str
    cells: list[str]
    why: str = ""

    def cell(self, place: int) -> str:
        """The cell at a position from 0; empty where the row ends before it."""
        return self.cells[place] if place < len(self.cells) else ""


class _CellReader(Protocol):
    def __next__(self) -> list[str]: ...


class _OpenQuote(Exception):
    """A quoted value is too long, or isn't closed by the end of the text."""


class _Feed:
    """Hands physical lines to csv.reader, remembers those of the row, and can take them back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES_IN_A_ROW:
            raise _OpenQuote
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        if line is None:
            # Asked for more in the middle of a row: the text ends inside a quoted value.
            raise _OpenQuote if self.taken else StopIteration
        self.taken.append(line)
        return line

    def take_back_all_but_first(self) -> None:
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def rows_of(file: io.TextIOBase, delimiter: str, width: int | None = None) -> Iterator[Line]:
    """Every row that isn't blank. Memory stays flat, no matter how long the file or a line is.

    If a quote doesn't close, its line is read alone, and the next lines are read again. `width` is
    how many cells a row has: what may be a row or part of a quoted text is believed with as many.
    """
    feed = _Feed(_physical_lines(file))
    reader = _reader(feed, delimiter)
    number = 1
    in_doubt = False
    while True:
        feed.taken.clear()
        try:
            cells = next(reader)
            is_sound = _is_sound(feed.taken, delimiter)
        except StopIteration:
            return
        except (_OpenQuote, csv.Error):
            is_sound = False
        if not is_sound:
            feed.take_back_all_but_first()
            reader = _reader(feed, delimiter)
            cells = _alone(feed.taken[0], delimiter)
        if delimiter == ";":
            cells = _with_entities_whole(cells)
        fits = width is None or len(cells) == width
        yield from _told(number, feed.taken, cells, fits=fits, in_doubt=in_doubt)
        in_doubt = not is_sound or _has_odd_quotes(feed.taken) or (in_doubt and not fits)
        number += len(feed.taken)


def _with_entities_whole(cells: list[str]) -> list[str]:
    """The cells of a row, where a semicolon may have been the end of an HTML entity.

    `o&#39;hara@example.org` is one cell: the part after it would name someone else.
    """
    if not any("&" in cell for cell in cells):
        return cells
    whole: list[str] = []
    for cell in cells:
        if whole and cut_an_entity([whole[-1]]):
            whole[-1] = f"{whole[-1]};{cell}"
        else:
            whole.append(cell)
    return whole


def _told(
    number: int, lines: list[str], cells: list[str], *, fits: bool, in_doubt: bool
) -> Iterator[Line]:
    """A row for the caller, and lines in it that may be rows that a quote swallowed.

    `in_doubt`: a quote before it may still be open.
    """
    text = "".join(lines)
    if not text.strip("\0\ufeff \t\r\n"):
        return
    if in_doubt and not fits:
        yield Line(number, text, [], _IN_QUOTES)
        return
    yield Line(number, text, cells, "" if cells else "the line can't be read")
    for place, line in enumerate(lines[1:], start=number + 1):
        if "@" in line and not fits:
            yield Line(place, line, [], _IN_QUOTES)


def _has_odd_quotes(lines: list[str]) -> bool:
    return sum(line.count('"') for line in lines) % 2 == 1


class _TooLong(str):
    """The beginning of a line that is longer than any row of people."""

    __slots__ = ()


def _physical_lines(file: io.TextIOBase) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            rest = line
            while rest and not rest.endswith(("\n", "\r")):
                rest = file.readline(LONGEST_LINE)
            yield _TooLong(line)
        else:
            yield line.replace("\0", "") if "\0" in line else line


def _is_sound(lines: list[str], delimiter: str) -> bool:
    """Whether no line is too long, and each quote that opens also closes at a value's end."""
    if any(isinstance(line, _TooLong) for line in lines):
        return False
    if len(lines) == 1:
        return True
    try:  # csv.reader forgives letters after a closing quote, which is how a later quote closes it
        next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _reader(feed: _Feed, delimiter: str) -> _CellReader:
    return csv.reader(feed, delimiter=delimiter)


def _alone(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes don't close; none if they can't be read."""
    if isinstance(line, _TooLong):
        return []
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
