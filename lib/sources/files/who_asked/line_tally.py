"""Applies the verdict on a file to each of its lines: how many count, and which contradict it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from lib.addresses import compared
from lib.errors import FileUnreadable
from lib.sources.dates import DateReader
from lib.sources.entries import entries_in, why_not
from lib.sources.files.delimited_rows import Line
from lib.sources.files.who_asked import sentences
from lib.sources.files.who_asked.cell_words import Value, says
from lib.sources.files.who_asked.column_votes import Vote
from lib.sources.files.who_asked.verdict import FileVerdict, meets
from lib.sources.protocol import quoted
from lib.values import Interval, Unreadable

_LINES_SHOWN = 3

ReadRows = Callable[[], Iterable[Line]]


class LineResult(Enum):
    """What happens to one line."""

    COUNTS = "counts"
    LEFT_OUT = "left out"
    MOVED = "moved"  # its cells may be under other headings than their own


@dataclass(frozen=True, slots=True)
class Places:
    """The positions of a line's address and, if any, its date."""

    address: int
    date: int | None
    width: int = 0  # how many cells a row has; 0 if unknown

    def is_too_long(self, row: Line) -> bool:
        """Whether a row has more cells than columns: a comma in a name moved its other cells."""
        return 0 < self.width < len(row.cells) and any(map(str.strip, row.cells[self.width :]))

    def address_in(self, row: Line) -> str:
        """The cell that should name someone."""
        return row.cell(self.address)

    def date_in(self, row: Line) -> str | None:
        """The text that should be the date; `None` if the line has none."""
        return None if self.date is None else row.cell(self.date).strip() or None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines count, and why. `overruled`: people who asked, and came back later."""

    verdict: FileVerdict
    places: Places
    asked: int = 0
    left_out: int = 0
    overruled: frozenset[str] = frozenset()

    @property
    def sentence(self) -> str:
        """How it was decided, in words."""
        return sentences.sentence(self.verdict, self.asked, self.left_out)

    def result_of(self, row: Line) -> LineResult:
        """Whether the line counts. A line without a person does, so that it is reported."""
        if self.verdict.counts_all:
            return LineResult.COUNTS
        if _has_moved(self.verdict, self.places, row):
            return LineResult.MOVED
        cell = self.places.address_in(row)
        vote = self.verdict.vote(row)
        if vote is not Vote.ASKED:
            is_told = vote is Vote.SILENT and not entries_in(cell)
            return LineResult.COUNTS if is_told else LineResult.LEFT_OUT
        is_overruled = bool(self.overruled) and not self.overruled.isdisjoint(_people(cell))
        return LineResult.LEFT_OUT if is_overruled else LineResult.COUNTS


def _has_moved(verdict: FileVerdict, places: Places, row: Line) -> bool:
    """Whether its cells may be under other headings than their own."""
    return places.is_too_long(row) or _is_cut(verdict, places, row)


def _is_cut(verdict: FileVerdict, places: Places, row: Line) -> bool:
    """Whether a row ends before a column that decides, and yet says yes in another one."""
    last = max((column.place for column in verdict.asked_of), default=-1)
    if last < len(row.cells) or not entries_in(places.address_in(row)):
        return False
    cells = [cell for place, cell in enumerate(row.cells) if place != places.address]
    is_told = any(says(cell) in (Value.YES, Value.ASKED) for cell in cells)
    return is_told and verdict.vote(row) is not Vote.ASKED


@dataclass(slots=True)
class _Counts:
    """The votes of all lines that name someone; `unclear` are the lines that contradict."""

    asked: int = 0
    left_out: int = 0
    stayed: int = 0
    unclear: list[int] = field(default_factory=list)

    def take(self, row: Line, vote: Vote) -> None:
        """Count one line."""
        if vote is Vote.UNCLEAR:
            self.unclear.append(row.number)
        elif vote is Vote.ASKED:
            self.asked += 1
        else:
            self.left_out += 1
            self.stayed += vote is Vote.STAYED


def tally(
    verdict: FileVerdict, rows: ReadRows, places: Places, dates: DateReader, file_name: str
) -> Tally:
    """Apply the verdict to every line.

    Raises WhoAskedUnclear where two columns, or two lines about the same person, contradict each
    other, and FileUnreadable where no line could be read.
    """
    named = (row for row in rows() if entries_in(places.address_in(row)))
    if verdict.counts_all:
        if next(named, None) is None:
            _refuse_empty(rows, places, file_name)
        return Tally(verdict, places)
    counts = _Counts()
    for row in named:
        if not _has_moved(verdict, places, row):
            vote = verdict.vote(row)
            is_taken_back = vote is Vote.ASKED and _signed_up_later(verdict, row, dates)
            counts.take(row, Vote.UNCLEAR if is_taken_back else vote)
    if counts.unclear:
        raise sentences.contradiction(file_name, verdict, counts.unclear[0], len(counts.unclear))
    if verdict.where:
        _refuse_typos(verdict, rows, file_name)
    overruled: frozenset[str] = frozenset()
    if counts.asked and counts.stayed and not verdict.where:
        overruled = _overruled(verdict, rows, places, dates, file_name)
    return Tally(verdict, places, counts.asked, counts.left_out, overruled)


def _signed_up_later(verdict: FileVerdict, row: Line, dates: DateReader) -> bool:
    """Whether the line's date of opting in is surely after its date of leaving."""
    if not verdict.sign_ups:
        return False
    left = [dates.read(row.cell(column.place)) for column in verdict.deciding if column.dates_count]
    back = [dates.read(row.cell(column.place)) for column in verdict.sign_ups]
    last = max((date.not_after for date in left if date is not None), default=None)
    return last is not None and any(date and date.is_wholly_after(last) for date in back)


def _refuse_typos(verdict: FileVerdict, rows: ReadRows, file_name: str) -> None:
    """Refuse a chosen value that no line has: it's a typo, and would leave people out."""
    columns = {column.place: column for column, _ in verdict.where}
    left = {(column.place, value) for column, where in verdict.where for value in where.values}
    for row in rows():
        left -= {pair for pair in left if meets(columns[pair[0]], row.cell(pair[0]), pair[1])}
        if not left:
            return
    place, value = min(left)
    raise sentences.no_such_value(file_name, columns[place], value)


def _refuse_empty(rows: ReadRows, places: Places, file_name: str) -> None:
    """Reading nothing isn't success (rules.md, 1.8); a file of headings alone names no one."""
    lines = [
        Unreadable(row.number, row.text.strip(), row.why or why_not(places.address_in(row)))
        for row in islice(rows(), _LINES_SHOWN)
    ]
    if lines:
        raise FileUnreadable(
            f"Optback didn't understand any line of {file_name}: {quoted(lines)}",
            remedy="Check that the file has a column of email addresses, and which column "
            "it is. No one was opted out.",
        )


def _overruled(
    verdict: FileVerdict, rows: ReadRows, places: Places, dates: DateReader, file_name: str
) -> frozenset[str]:
    """People who asked on one line, and came back on a later one.

    Raises WhoAskedUnclear where the dates of such lines don't tell which was last.
    """
    both = _in_both(verdict, rows, places)
    if not both:
        return frozenset()
    said: dict[str, dict[Vote, list[Interval | None]]] = {
        address: {Vote.ASKED: [], Vote.STAYED: []} for address in both
    }
    for vote, row, person in _spoken(verdict, rows, places):
        if person in said:
            text = places.date_in(row)
            said[person][vote].append(dates.read(text) if text else None)
    stayed_last = frozenset(
        address for address, votes in said.items() if _is_last(votes, Vote.STAYED)
    )
    unsettled = [
        address for address in sorted(both - stayed_last) if not _is_last(said[address], Vote.ASKED)
    ]
    if unsettled:
        raise sentences.two_answers(file_name, verdict, unsettled[0], len(unsettled))
    return stayed_last


def _in_both(verdict: FileVerdict, rows: ReadRows, places: Places) -> set[str]:
    """People whose lines say both. Holds the addresses of those who asked, and no others."""
    asked = {address for vote, _, address in _spoken(verdict, rows, places) if vote is Vote.ASKED}
    return {
        address
        for vote, _, address in _spoken(verdict, rows, places)
        if vote is Vote.STAYED and address in asked
    }


def _spoken(
    verdict: FileVerdict, rows: ReadRows, places: Places
) -> Iterator[tuple[Vote, Line, str]]:
    for row in rows():
        if places.is_too_long(row):
            continue
        vote = verdict.vote(row)
        if vote in (Vote.ASKED, Vote.STAYED):
            for person in _people(places.address_in(row)):
                yield vote, row, person


def _is_last(told: dict[Vote, list[Interval | None]], vote: Vote) -> bool:
    """Whether one line of this kind is surely after all lines of the other kind."""
    other = told[Vote.STAYED if vote is Vote.ASKED else Vote.ASKED]
    latest = [date.not_after for date in other if date is not None]
    if len(latest) < len(other):
        return False
    return any(date is not None and date.is_wholly_after(max(latest)) for date in told[vote])


def _people(cell: str) -> list[str]:
    return [compared(entry) for entry in entries_in(cell)]
