"""How a delimited text is laid out: its delimiter, its headings, its columns.

Decided from its first rows only. If two columns fit equally well and no heading decides, none is
chosen, and a person has to choose.
"""

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice, takewhile

from lib.addresses import is_domain
from lib.sources.dates import DateColumn
from lib.sources.entries import names_people
from lib.sources.files.delimited_rows import Line, rows_of
from lib.sources.files.headings import address_rank, names_a_date, unsubscribe_date_rank

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 200_000
_SAMPLE_ROWS = 1000
_ROWS_ABOVE_HEADINGS = 10
_EXCEL_HINT = re.compile(r"\"?sep=(.)\"?\s*", re.I)


@dataclass(slots=True)
class SampleColumn:
    """What the first rows showed of one column."""

    heading: str
    values: list[str] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many of the values name people: one address each, or several."""
        return sum(1 for value in self.values if names_people(value))

    @property
    def domains(self) -> int:
        """How many of the values are a whole domain."""
        return sum(1 for value in self.values if is_domain(value))

    @property
    def date_rank(self) -> int:
        """How sure it is that the column says when (`unsubscribe_date_rank`); 0 if it doesn't.

        Numbers that count seconds look like ids: they need a heading about time.
        """
        dates, rank = DateColumn(), unsubscribe_date_rank(self.heading)
        for value in self.values if rank else ():
            dates.look_at(value)
        if rank > 1 and dates.read_count:
            return rank
        return rank if dates.holds_dates and dates.unit is None else 0

    @property
    def should_hold_dates(self) -> bool:
        """Whether the heading promises the date of an unsubscribe, and the values have numbers."""
        is_promised = names_a_date(self.heading) and unsubscribe_date_rank(self.heading) >= 3
        return is_promised and any(any(map(str.isdigit, value)) for value in self.values)


@dataclass(frozen=True, slots=True)
class Layout:
    """`first_line` is where the rows of people start; `width` how many cells most of them have.

    `address` and `date` are positions in `columns`, `None` where none is sure.
    """

    delimiter: str
    first_line: int
    width: int
    columns: tuple[SampleColumn, ...]
    address: int | None
    date: int | None
    headed: int | None = None  # how many cells the row of headings has
    titles: tuple[str, ...] = ()  # texts above the headings
    is_sideways: bool = False  # one row has all the addresses, after its heading


def layout_of(file: io.TextIOBase, delimiter: str | None = None) -> Layout:
    """The layout that the beginning of a text shows; no columns when it has no rows.

    `delimiter` is the one that the text is known to have.
    """
    text, hinted = _beginning(file)
    if delimiter:
        hinted = None
    known = delimiter or hinted
    samples = {sign: _sample(text, sign) for sign in ((known,) if known else _DELIMITERS)}
    delimiter = max(samples, key=lambda sign: _fitness(samples[sign]))
    rows = samples[delimiter]
    if hinted:
        rows = rows[1:]
    headings = _headings(rows)
    people = [row for row in rows if headings is None or row.number > headings.number]
    columns = _columns(people, headings)
    first = people[0].number if people else (headings.number + 1 if headings else 1)
    return Layout(
        delimiter,
        first,
        _width(people, headings),
        columns,
        _address(columns),
        _date(columns),
        headed=len(headings.cells) if headings else None,
        titles=_titles(rows, headings),
        is_sideways=_is_sideways(rows),
    )


def _beginning(file: io.TextIOBase) -> tuple[str, str | None]:
    """The first whole lines, and the delimiter that Excel's `sep=` line names."""
    text = file.read(_SAMPLE_CHARACTERS)
    if len(text) == _SAMPLE_CHARACTERS:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    hint = _EXCEL_HINT.match(text.lstrip("\ufeff"))
    return text, hint[1] if hint and hint[1] in _DELIMITERS else None


def _sample(text: str, delimiter: str) -> list[Line]:
    return list(islice(rows_of(io.StringIO(text, newline=""), delimiter), _SAMPLE_ROWS))


def _fitness(rows: list[Line]) -> tuple[int, int, float]:
    """Rows in which a cell is an address, then how well the rows fit their headings and each other.

    Rows with more cells than there are headings hold several addresses in a cell, and the
    delimiter is the wrong one.
    """
    people = [row for row in rows if any(map(names_people, row.cells))]
    beyond = 0
    if rows and people and rows[0] is not people[0]:
        beyond = sum(1 for row in people if len(row.cells) > len(rows[0].cells))
    width = _usual_width(rows)
    regular = sum(1 for row in rows if len(row.cells) == width) / len(rows) if width > 1 else 0.0
    return len(people), -beyond, regular


def _titles(rows: list[Line], headings: Line | None) -> tuple[str, ...]:
    if headings is None:
        return ()
    above = takewhile(lambda row: row.number < headings.number, rows)
    return tuple(" ".join(filter(None, row.cells)) for row in above)


def _is_sideways(rows: list[Line]) -> bool:
    """Whether each row is what a column should be: `Email, ann@…, bob@…`, then their answers."""
    holding = [row for row in rows if any(map(names_people, row.cells))]
    if len(holding) != 1 or len(rows) < 2:
        return False
    first, *others = holding[0].cells
    return address_rank(first) == 3 and any(map(names_people, others))


def _usual_width(rows: list[Line]) -> int:
    widths = Counter(len(row.cells) for row in rows if row.cells)
    return widths.most_common(1)[0][0] if widths else 0


def _width(people: list[Line], headings: Line | None) -> int:
    """How many cells a row has: as many as there are headings, if any row has that many."""
    if headings and any(len(row.cells) == len(headings.cells) for row in people):
        return len(headings.cells)
    return _usual_width(people)


def _headings(rows: list[Line]) -> Line | None:
    """The row of headings, which may be under a title; none in a bare list."""
    above = list(takewhile(lambda row: not any(map(names_people, row.cells)), rows))
    for rank in (3, 2):
        for row in above[:_ROWS_ABOVE_HEADINGS]:
            if any(address_rank(cell) == rank for cell in row.cells):
                return row
    if not above:
        return None
    address = _address(_columns(rows[1:], None))
    if address is None or address >= len(rows[0].cells):
        return None
    first = rows[0].cells[address].strip()
    return rows[0] if first and not is_domain(first) else None


def _columns(rows: list[Line], headings: Line | None) -> tuple[SampleColumn, ...]:
    names = [name.strip() for name in headings.cells] if headings else []
    width = max(_usual_width(rows), len(names))
    columns = tuple(
        SampleColumn(names[place] if place < len(names) else "") for place in range(width)
    )
    for row in rows:
        for column, cell in zip(columns, row.cells, strict=False):
            if value := cell.strip():
                column.values.append(value)
    return columns


def _address(columns: tuple[SampleColumn, ...]) -> int | None:
    """The column of addresses: by heading among those with addresses, else the only one."""
    people = [column.people for column in columns]
    ranks = [address_rank(column.heading) for column in columns]
    fitting = [
        place for place, column in enumerate(columns) if 2 * people[place] > len(column.values)
    ]
    named = [place for place in fitting if ranks[place]]
    if named:
        return max(named, key=lambda place: (ranks[place], people[place], -place))
    if fitting:
        return fitting[0] if len(fitting) == 1 else None
    return _address_without_most(columns, people, ranks)


def _address_without_most(
    columns: tuple[SampleColumn, ...], people: list[int], ranks: list[int]
) -> int | None:
    """Where no column is mostly addresses: the one named so, or with any, or of domains."""
    places = range(len(columns))
    named = [place for place in places if ranks[place] >= 2]
    if named:
        return max(named, key=lambda place: (people[place] > 0, ranks[place], -place))
    some = [place for place in places if people[place]]
    if some:
        return max(some, key=lambda place: (people[place], -place))
    of_domains = [
        place for place in places if 2 * columns[place].domains > len(columns[place].values)
    ]
    return of_domains[0] if len(of_domains) == 1 else None


def _date(columns: tuple[SampleColumn, ...]) -> int | None:
    """The column that says when; none if two fit, or if its heading says something else."""
    ranked = {place: rank for place, column in enumerate(columns) if (rank := column.date_rank)}
    best = [place for place, rank in ranked.items() if rank == max(ranked.values())]
    if not best:  # unread dates are reported, so their column has to be known
        best = [place for place, column in enumerate(columns) if column.should_hold_dates]
    return best[0] if len(best) == 1 else None
