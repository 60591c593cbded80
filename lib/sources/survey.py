"""One pass over every line of a file, before anything is planned: never a sample (rules.md, 1.8).

A status that turns up in line 12,000 counts, and a second list glued behind the first one is seen.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lib.errors import FileUnreadable
from lib.sources.dates import DateColumn, is_date
from lib.sources.entries import entries_in
from lib.sources.headings import address_rank, plain
from lib.sources.layout import Layout
from lib.sources.rows import Line
from lib.sources.who_asked.columns import ColumnSeen
from lib.sources.who_asked.tally import Places

_EPOCH_DIGITS = (10, 13)
_EPOCH_FIRST = ("8", "9", "1", "2")


@dataclass(frozen=True, slots=True)
class Survey:
    """What all lines show; `lines` counts those that name somebody."""

    columns: tuple[ColumnSeen, ...]
    dates: DateColumn
    lines: int


def survey(
    layout: Layout, places: Places, rows: Callable[[], Iterable[Line]], latest: datetime
) -> Survey:
    """Look at every row below the headings.

    Raises FileUnreadable where another list with other columns begins in the middle.
    """
    columns = tuple(
        ColumnSeen(place, column.heading, _is_date)
        for place, column in enumerate(layout.columns)
        if place != places.address
    )
    dates, lines = DateColumn(latest), 0
    for row in rows():
        if not entries_in(places.address_in(row)):
            continue
        lines += 1
        for column in columns:
            column.look_at(row.cells[column.place] if column.place < len(row.cells) else "")
        if text := places.date_in(row):
            dates.look_at(text)
    return Survey(columns, dates, lines)


def without_headings(
    rows: Iterable[Line], headings: list[str], places: Places, file_name: str
) -> Iterator[Line]:
    """The rows of people, where a second list may stand below the first with headings of its own.

    The same headings again are passed over. Other ones would give the same place another meaning.
    """
    same = [_bare(heading) for heading in headings]
    for row in rows:
        if "@" in places.address_in(row):  # nearly every row: it is about a person
            yield row
            continue
        if any(same) and [_bare(cell) for cell in row.cells] == same:
            continue
        if _begins_another_list(row, places):
            raise FileUnreadable(
                f"{file_name} holds two lists: line {row.number} begins another one with other "
                "columns",
                remedy="Save each list as a file of its own, and take one after the other.",
            )
        yield row


def _begins_another_list(row: Line, places: Places) -> bool:
    """Whether the row is made of headings: a word for the address, and nothing of a person."""
    if any("@" in cell or any(map(str.isdigit, cell)) for cell in row.cells):
        return False
    if address_rank(places.address_in(row)) == 3:
        return True
    filled = [cell for cell in row.cells if cell.strip()]
    return len(filled) > 1 and any(address_rank(cell) == 3 for cell in filled)


def _is_date(text: str) -> bool:
    return is_date(text) or _is_epoch(text)


def _is_epoch(text: str) -> bool:
    """Whether a number can be a moment: seconds or milliseconds since 1970."""
    digits = text.strip().partition(".")[0]
    return digits.isdigit() and len(digits) in _EPOCH_DIGITS and digits.startswith(_EPOCH_FIRST)


def _bare(text: str) -> str:
    return plain(text.strip("\ufeff"))
