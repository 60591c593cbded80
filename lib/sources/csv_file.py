"""A file of people who asked not to be mailed, in whatever way some program exported it."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from lib.clock import Clock, utc_now
from lib.errors import FileUnreadable
from lib.sources.dates import DateColumn, DateReader
from lib.sources.entries import cut_an_entity, entries_in, why_not
from lib.sources.headings import plain
from lib.sources.layout import Layout, layout_of
from lib.sources.protocol import Reading
from lib.sources.rows import Line, rows_of
from lib.sources.snapshot import Snapshot, snapshot_of
from lib.sources.still_subscribed import subscribers_in
from lib.sources.who_asked.choice import UNDECIDED, Choice
from lib.values import Sighting

_SAMPLES = 3
_CUT_ENTITY = "an HTML entity such as &#39; was taken for the end of a cell"
# A date of today in a zone that is ahead of ours is no date from the future.
_WIDEST_ZONE = timedelta(days=1)


def shown_name(path: Path) -> str:
    """A file's name as text that can be stored, whatever bytes the file system holds."""
    return os.fsencode(path.name).decode("utf-8", "replace")


class CsvFile:
    """One file. It is copied when it is first asked for anything, and never looked at again.

    `column` names the column of addresses by heading, or by position from 0; without it the file
    decides. `choice` is what a person said about who asked. `utc_offset` is the hours by which
    dates without a zone are ahead of UTC.
    """

    name = "file"

    def __init__(
        self,
        path: str | Path,
        *,
        column: str | int | None = None,
        choice: Choice = UNDECIDED,
        clock: Clock = utc_now,
        utc_offset: float = 0.0,
    ) -> None:
        self._path = Path(path)
        self._column = column
        self._choice = choice
        self._clock = clock
        self._utc_offset = utc_offset

    def columns(self) -> list[tuple[str, list[str]]]:
        """Each column's heading (`Column 2` where it has none), and up to three of its values."""
        return [
            (column.heading or f"Column {place}", column.values[:_SAMPLES])
            for place, column in enumerate(self._layout.columns, start=1)
        ]

    def guess(self) -> int | None:
        """The position of the column that will be read; `None` when a person has to choose."""
        if isinstance(self._column, int):
            return self._column if 0 <= self._column < len(self._layout.columns) else None
        if isinstance(self._column, str):
            return self._named(self._column)
        return self._layout.address

    def reading(self, since: datetime | None = None) -> Reading:  # noqa: ARG002 - a file has no since
        """Every line of the file that names somebody.

        Raises FileUnreadable when there is no file, no text in it, or no column of addresses.
        """
        read_at = self._clock()
        reading = Reading(
            "file", None, read_at, hash=self._snapshot.sha256, file_name=shown_name(self._path)
        )
        address = self._chosen()
        reading.sightings = self._sightings(reading, address, self._dates(read_at))
        return reading

    @cached_property
    def _snapshot(self) -> Snapshot:
        return snapshot_of(self._path)

    @cached_property
    def _layout(self) -> Layout:
        with self._snapshot.open() as file:
            return layout_of(file, self._snapshot.delimiter)

    def _rows(self) -> Iterator[Line]:
        """The rows below the headings."""
        with self._snapshot.open() as file:
            for row in rows_of(file, self._layout.delimiter, self._layout.width):
                if row.number >= self._layout.first_line:
                    yield row

    def _sightings(self, reading: Reading, address: int, dates: DateReader) -> Iterator[Sighting]:
        above = 1 - self._snapshot.first_number
        for row in self._rows():
            number = row.number - above
            cell = row.cells[address] if address < len(row.cells) else ""
            entries = entries_in(cell)
            if self._layout.delimiter == ";" and cut_an_entity(row.cells[:address]):
                reading.refuse(number, row.text, _CUT_ENTITY)
                continue
            if not entries:
                reading.refuse(number, row.text, row.why or why_not(cell))
                continue
            raw_date = self._date_text(row)
            asked = dates.read(raw_date) if raw_date else None
            for entry in entries:
                yield Sighting(entry, raw_date, asked, number)

    def _date_text(self, row: Line) -> str | None:
        place = self._layout.date
        if place is None or place >= len(row.cells):
            return None
        return row.cells[place].strip() or None

    def _dates(self, read_at: datetime) -> DateReader:
        """A reader of the dates as the whole column of them is written."""
        column = DateColumn(read_at + _WIDEST_ZONE)
        if self._layout.date is not None:
            for row in self._rows():
                column.look_at(self._date_text(row) or "")
        return column.reader(self._utc_offset)

    def _chosen(self) -> int:
        if not self._layout.columns:
            raise FileUnreadable(
                f"{self._path} holds no lines", remedy="Take the file that holds the addresses."
            )
        status = subscribers_in(self._layout.columns)
        if status is not None:
            raise FileUnreadable(
                f"{self._path} also names people who are still subscribed (column {status})",
                remedy="Export only those who unsubscribed, or remove the other lines.",
            )
        place = self.guess()
        if place is not None:
            return place
        headings = ", ".join(heading for heading, _ in self.columns()[:10])
        if self._column is not None:
            raise FileUnreadable(
                f"{self._path} has no column {self._column}",
                remedy=f"Choose one of its columns: {headings}.",
            )
        raise FileUnreadable(
            f"{self._path}: which column holds the addresses cannot be told",
            remedy="Write Email as the heading over that column, and take the file again.",
        )

    def _named(self, heading: str) -> int | None:
        names = [name for name, _ in self.columns()]
        if heading in names:
            return names.index(heading)
        alike = [place for place, name in enumerate(names) if plain(name) == plain(heading)]
        return alike[0] if len(alike) == 1 else None
