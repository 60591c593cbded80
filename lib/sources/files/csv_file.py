"""A file of people who asked not to be emailed, no matter which program exported it."""

import os
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from lib.clock import Clock, utc_now
from lib.errors import FileUnreadable
from lib.sources.dates import DateReader
from lib.sources.entries import entries_in, why_not
from lib.sources.files.delimited_layout import Layout, layout_of
from lib.sources.files.delimited_rows import Line, rows_of
from lib.sources.files.headings import plain
from lib.sources.files.snapshot import Snapshot, snapshot_of
from lib.sources.files.survey import Survey, survey, without_headings
from lib.sources.files.who_asked.choice import UNDECIDED, Choice
from lib.sources.files.who_asked.column_values import Answers, answers_in
from lib.sources.files.who_asked.decide import decide
from lib.sources.files.who_asked.line_tally import LineResult, Places, Tally, tally
from lib.sources.files.who_asked.verdict import FileVerdict
from lib.values import Reading, Sighting
from lib.words import counted

_SAMPLES = 3
_LONGEST_SAMPLE = 40
_MOVED = "it has more or fewer cells than there are headings, so Optback can't tell what it says"
# Today's date in a zone that is ahead of ours isn't in the future.
_WIDEST_ZONE = timedelta(days=1)


def shown_name(path: Path) -> str:
    """A file's name as text that can be stored, even if it isn't valid Unicode."""
    return os.fsencode(path.name).decode("utf-8", "replace")


class CsvFile:
    """One file. It's copied at the first question, and only the copy is read.

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

    def headings(self) -> tuple[str, ...]:
        """Every column's heading, empty where it has none."""
        return tuple(column.heading for column in self._layout.columns)

    def answers(self, in_question: Collection[str] = ()) -> tuple[Answers, ...]:
        """The columns from which a person can choose who asked: those in question come first."""
        survey = self._survey
        named = (row for row in self._rows() if entries_in(self._places.address_in(row)))
        return answers_in(survey.columns, named, in_question)

    def groups(self) -> tuple[tuple[str, int, bool], ...]:
        """The values of the only column that decides, their lines, and whether these count.

        Empty where no column decides, or more than one, or where people came back later.
        """
        return () if self._tally.overruled else self._tally.verdict.values()

    def reading(self, since: datetime | None = None) -> Reading:  # noqa: ARG002 - a file has no since
        """Every line of the file that names someone who asked.

        Raises FileUnreadable when there is no file, no text in it, no column of addresses or
        no one in it, and WhoAskedUnclear when a person has to say who asked.
        """
        tally = self._tally
        reading = Reading(
            "file",
            None,
            self._read_at,
            file_hash=self._snapshot.sha256,
            file_name=self._file_name,
            left_out=tally.left_out,
            who_asked=tally.sentence,
            dates_unread=self._survey.dates.unread_count,
            about_dates=self._about_dates(),
        )
        reading.sightings = self._sightings(reading)
        return reading

    def _about_dates(self) -> str | None:
        """What could not be read of the column of dates, if anything."""
        dates, place = self._survey.dates, self._places.date
        if place is None or not dates.unread_count:
            return None
        total = dates.read_count + dates.unread_count
        samples = ", ".join(text[:_LONGEST_SAMPLE] for text in dates.unread_samples)
        return (
            f"Optback didn't understand the dates in column {self.columns()[place][0]} on "
            f"{dates.unread_count:,} of {counted(total, 'line', 'lines')}: {samples}"
        )

    @cached_property
    def _read_at(self) -> datetime:
        return self._clock()

    @cached_property
    def _file_name(self) -> str:
        return shown_name(self._path)

    @cached_property
    def _snapshot(self) -> Snapshot:
        return snapshot_of(self._path)

    @cached_property
    def _layout(self) -> Layout:
        with self._snapshot.open() as file:
            return layout_of(file, self._snapshot.delimiter)

    @cached_property
    def _places(self) -> Places:
        layout = self._layout
        return Places(self._chosen(), layout.date, layout.headed or layout.width)

    @cached_property
    def _survey(self) -> Survey:
        return survey(self._layout, self._places, self._rows, self._read_at + _WIDEST_ZONE)

    @cached_property
    def _dates(self) -> DateReader:
        return self._survey.dates.reader(self._utc_offset)

    @cached_property
    def _tally(self) -> Tally:
        survey, name = self._survey, self._file_name
        address = self._layout.columns[self._places.address].heading
        verdict = decide(
            survey.columns,
            self._choice,
            file_name=name,
            has_lines=survey.lines > 0,
            address=address,
            titles=self._layout.titles,
        )
        self._refuse_moved(verdict)
        return tally(verdict, self._rows, self._places, self._dates, name)

    def _refuse_moved(self, verdict: FileVerdict) -> None:
        """Refuse a file if most lines have more cells than headings: no heading can be trusted."""
        survey = self._survey
        if self._choice.everyone or not survey.moved:
            return
        is_most = 2 * len(survey.moved) > survey.lines
        if survey.moved_says if verdict.counts_all else is_most:
            raise FileUnreadable(
                f"{self._file_name}: {counted(len(survey.moved), 'line has', 'lines have')} more "
                f"cells than there are headings (line {survey.moved[0]}), so Optback can't "
                "tell which heading goes with which cell",
                remedy="Give every column a heading, put quotes around text with a comma "
                "(Excel does this when it saves as CSV), and use the file again.",
            )

    def _rows(self) -> Iterator[Line]:
        """The rows of people, numbered as their file counts them."""
        layout, above = self._layout, 1 - self._snapshot.first_number
        headings = [column.heading for column in layout.columns]
        with self._snapshot.open() as file:
            rows = rows_of(file, layout.delimiter, layout.width)
            below = (row for row in rows if row.number >= layout.first_line)
            if above:
                below = (replace(row, number=row.number - above) for row in below)
            yield from without_headings(below, headings, self._places, self._file_name)

    def _sightings(self, reading: Reading) -> Iterator[Sighting]:
        for row in self._rows():
            result = self._tally.result_of(row)
            if result is LineResult.LEFT_OUT:
                continue
            cell = self._places.address_in(row)
            if result is LineResult.MOVED:
                reading.refuse(row.number, row.text, _MOVED)
                continue
            entries = entries_in(cell)
            if not entries:
                reading.refuse(row.number, row.text, row.why or why_not(cell))
                continue
            raw_date = self._places.date_in(row)
            asked = self._dates.read(raw_date) if raw_date else None
            for entry in entries:
                yield Sighting(entry, raw_date, asked, row.number)

    def _chosen(self) -> int:
        if not self._layout.columns:
            raise FileUnreadable(
                f"{self._file_name} has no lines",
                remedy="Use the file with the addresses.",
            )
        if self._layout.is_sideways:
            raise FileUnreadable(
                f"{self._file_name} is sideways: each person is a column, not a line",
                remedy="Turn it around in Excel (copy it, then Paste Special > Transpose), save it "
                "as CSV, and use that file.",
            )
        place = self.guess()
        if place is not None:
            self._refuse_twins(place)
            return place
        headings = ", ".join(heading for heading, _ in self.columns()[:10])
        if self._column is not None:
            raise FileUnreadable(
                f"{self._file_name} has no column {self._column}",
                remedy=f"Choose one of its columns: {headings}.",
            )
        raise FileUnreadable(
            f"Optback can't tell which column of {self._file_name} has the addresses",
            remedy="Write Email as the heading of that column, and use the file again.",
        )

    def _refuse_twins(self, place: int) -> None:
        """Refuse two lists side by side: the people in the second would be missed silently."""
        heading = plain(self._layout.columns[place].heading)
        twins = [
            column
            for column in self._layout.columns
            if heading and plain(column.heading) == heading
        ]
        if self._column is None and sum(1 for column in twins if column.people) > 1:
            raise FileUnreadable(
                f"{self._file_name} has several columns called {twins[0].heading} with addresses",
                remedy="Save each list as its own file, and use the files separately.",
            )

    def _named(self, heading: str) -> int | None:
        names = [name for name, _ in self.columns()]
        if heading in names:
            return names.index(heading)
        alike = [place for place, name in enumerate(names) if plain(name) == plain(heading)]
        return alike[0] if len(alike) == 1 else None
