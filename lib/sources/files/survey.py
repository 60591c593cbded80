"""One pass over every line of a file before anything is planned: never a sample (rules.md, 1.8).

A status in line 12,000 counts, and a second list pasted below the first is found.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lib.errors import FileUnreadable
from lib.sources.dates import DateColumn, DateOrder, DateReader, is_date
from lib.sources.entries import entries_in
from lib.sources.files.delimited_layout import Layout
from lib.sources.files.delimited_rows import Line
from lib.sources.files.headings import address_rank, plain
from lib.sources.files.who_asked.cell_words import Value, says
from lib.sources.files.who_asked.column_votes import ColumnSeen
from lib.sources.files.who_asked.file_kinds import FileKind, kind_by_name
from lib.sources.files.who_asked.line_tally import Places

_EPOCH_DIGITS = (10, 13)
_EPOCH_FIRST = ("8", "9", "1", "2")
_LONGEST_SECTION = 40


@dataclass(frozen=True, slots=True)
class Survey:
    """What all lines show; `lines` counts those that name someone.

    `moved` are lines with more cells than columns: no one knows under which heading each cell
    belongs. `moved_says`: one of these cells may say who unsubscribed.
    """

    columns: tuple[ColumnSeen, ...]
    dates: DateColumn
    lines: int
    moved: tuple[int, ...] = ()
    moved_says: bool = False


def survey(
    layout: Layout, places: Places, rows: Callable[[], Iterable[Line]], latest: datetime
) -> Survey:
    """Look at every row below the headings.

    Raises FileUnreadable where another list with other columns starts in the middle.
    """
    until = DateReader(order=DateOrder.UNKNOWN, latest=latest)

    def looks_like_a_day(text: str) -> bool | None:
        return _is_past_day(text, until)

    columns = tuple(
        ColumnSeen(place, column.heading, looks_like_a_day)
        for place, column in enumerate(layout.columns)
        if place != places.address
    )
    dates, lines, moved, moved_says = DateColumn(latest), 0, list[int](), False
    for row in rows():
        if not entries_in(places.address_in(row)):
            continue
        lines += 1
        if places.is_too_long(row):
            moved.append(row.number)
            moved_says = moved_says or _says_anything(row, places)
            continue
        for column in columns:
            column.look_at(row.cell(column.place))
        if text := places.date_in(row):
            dates.look_at(text)
    return Survey(columns, dates, lines, tuple(moved), moved_says)


def _says_anything(row: Line, places: Places) -> bool:
    cells = (cell for place, cell in enumerate(row.cells) if place != places.address)
    return any(says(cell) not in (Value.OTHER, Value.BLANK) for cell in cells)


def without_headings(
    rows: Iterable[Line], headings: list[str], places: Places, file_name: str
) -> Iterator[Line]:
    """The rows of people; a second list may be below the first, with its own headings.

    Repeated headings are skipped. Other headings would give the same place another meaning.
    """
    same = [_bare(heading) for heading in headings]
    section: tuple[int, FileKind] | None = None
    for row in rows:
        if "@" in places.address_in(row):  # nearly every row: it is about a person
            if section:
                raise _several_lists(section, file_name)
            yield row
            continue
        if any(same) and [_bare(cell) for cell in row.cells] == same:
            continue
        section = _section_of(row) or section
        if _begins_another_list(row, places):
            raise FileUnreadable(
                f"{file_name} has two lists: line {row.number} starts another list with "
                "different columns",
                remedy="Save each list as its own file, and use the files separately.",
            )
        yield row


def _several_lists(section: tuple[int, FileKind], file_name: str) -> FileUnreadable:
    line, kind = section
    return FileUnreadable(
        f"{file_name} has several lists: below line {line} it lists {kind.value}",
        remedy="Save the people who unsubscribed as a separate file, and use that file.",
    )


def _section_of(row: Line) -> tuple[int, FileKind] | None:
    """What kind of people are below, where the row is a heading that says another kind."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if len(filled) != 1 or len(filled[0]) > _LONGEST_SECTION or any(map(str.isdigit, filled[0])):
        return None
    kind = kind_by_name(filled[0])
    return None if kind in (None, FileKind.ASKED) else (row.number, kind)


def _begins_another_list(row: Line, places: Places) -> bool:
    """Whether the row is made of headings: a word for the address, and nothing of a person."""
    if any("@" in cell or any(map(str.isdigit, cell)) for cell in row.cells):
        return False
    if address_rank(places.address_in(row)) == 3:
        return True
    filled = [cell for cell in row.cells if cell.strip()]
    return len(filled) > 1 and any(address_rank(cell) == 3 for cell in filled)


def _is_past_day(text: str, until: DateReader) -> bool | None:
    """Whether it is a day on which someone can have asked; `None` if it isn't a day at all."""
    if is_date(text):
        return until.read(text) is not None
    return True if _is_epoch(text) else None


def _is_epoch(text: str) -> bool:
    """Whether a number can be a moment: seconds or milliseconds since 1970."""
    digits = text.strip().partition(".")[0]
    return digits.isdigit() and len(digits) in _EPOCH_DIGITS and digits.startswith(_EPOCH_FIRST)


def _bare(text: str) -> str:
    return plain(text.strip("\ufeff"))
