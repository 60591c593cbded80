"""What a file says before it is previewed: its columns, its people, and which of them asked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from lib.addresses import compared, is_domain
from lib.errors import FileUnreadable, WhoAskedUnclear
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked.choice import UNDECIDED, Choice
from lib.sources.files.who_asked.column_values import Answers
from lib.values import Unreadable

_FLAG = "--"


@dataclass(frozen=True, slots=True)
class Outline:
    """A file's columns with up to three values each; `column` is the column to read addresses from.

    `column` is None if that isn't clear. `headings` are as in the file; empty if it has none.
    """

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    column: str | None
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the whole file says.

    `left_out` counts lines whose people didn't ask. `who_asked` says how that was decided, and
    `groups` has it value by value (value, lines, whether they count) if a single column decided.
    """

    people: int = 0  # distinct addresses
    domains: int = 0
    unreadable: tuple[Unreadable, ...] = ()  # the first thousand
    unreadable_count: int = 0
    left_out: int = 0
    who_asked: str | None = None
    groups: tuple[tuple[str, int, bool], ...] = ()
    about_dates: str | None = None


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """Why a file can't be read, without folders and without command-line options.

    With `asks`, a person has to say who asked; `in_question` names the columns.
    """

    message: str
    remedy: str | None = None
    asks: bool = False
    in_question: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entries:
    people: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)


def outline_of(path: Path) -> Outline | FileRefusal:
    """The file's columns; reads only its first lines, unless the file must be converted."""
    file = CsvFile(path)
    try:
        columns = tuple((heading, tuple(values)) for heading, values in file.columns())
        place = file.guess()
        return Outline(columns, None if place is None else columns[place][0], file.headings())
    except FileUnreadable as error:
        return _refusal(error, path)


def facts_of(path: Path, column: str, choice: Choice = UNDECIDED) -> FileFacts | FileRefusal:
    """Read the whole file, with the addresses in this column."""
    file = CsvFile(path, column=column, choice=choice)
    try:
        return _facts(file)
    except FileUnreadable as error:
        return _refusal(error, path)


def answers_of(
    path: Path, column: str, in_question: Collection[str] = ()
) -> tuple[Answers, ...] | FileRefusal:
    """The columns and values from which a person can choose who asked."""
    try:
        return CsvFile(path, column=column).answers(in_question)
    except FileUnreadable as error:
        return _refusal(error, path)


def _facts(file: CsvFile) -> FileFacts:
    reading = file.reading()
    entries = _Entries()
    for sighting in reading.sightings:
        known = entries.domains if is_domain(sighting.entry) else entries.people
        known.add(compared(sighting.entry))
    return FileFacts(
        people=len(entries.people),
        domains=len(entries.domains),
        unreadable=tuple(reading.unreadable),
        unreadable_count=reading.unreadable_count,
        left_out=reading.left_out or 0,
        who_asked=reading.who_asked,
        groups=file.groups(),
        about_dates=reading.about_dates,
    )


def _refusal(error: FileUnreadable, path: Path) -> FileRefusal:
    message = error.message.replace(f"{path.parent}/", "")
    if isinstance(error, WhoAskedUnclear):
        names = tuple(name for name, _ in error.columns)
        return FileRefusal(error.why or "", asks=True, in_question=names)
    return FileRefusal(message, None if _FLAG in error.remedy else error.remedy)
