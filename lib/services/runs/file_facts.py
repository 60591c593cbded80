"""What a file says before it is previewed: its columns, its people, and who in it asked."""

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
    """A file's columns with up to three values each; `column` is the one that would be read.

    `column` is None when nobody can tell. `headings` are as the file has them, empty where it has
    none.
    """

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    column: str | None
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the whole file says.

    `left_out` lines say that their people did not ask; `who_asked` says how that was decided, and
    `groups` tells it value by value (value, lines, whether they count) where one column decided.
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
class Refusal:
    """Why a file cannot be read, without any folder and without options of the command line.

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


def outline_of(path: Path) -> Outline | Refusal:
    """The file's columns; reads its first lines only, except where it has to be converted."""
    file = CsvFile(path)
    try:
        columns = tuple((heading, tuple(values)) for heading, values in file.columns())
        place = file.guess()
        return Outline(columns, None if place is None else columns[place][0], file.headings())
    except FileUnreadable as error:
        return _refusal(error, path)


def facts_of(path: Path, column: str, choice: Choice = UNDECIDED) -> FileFacts | Refusal:
    """Read the whole file, its addresses from this column."""
    file = CsvFile(path, column=column, choice=choice)
    try:
        return _facts(file)
    except FileUnreadable as error:
        return _refusal(error, path)


def answers_of(
    path: Path, column: str, in_question: Collection[str] = ()
) -> tuple[Answers, ...] | Refusal:
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


def _refusal(error: FileUnreadable, path: Path) -> Refusal:
    message = error.message.replace(f"{path.parent}/", "")
    if isinstance(error, WhoAskedUnclear):
        names = tuple(name for name, _ in error.columns)
        return Refusal(error.why or "", asks=True, in_question=names)
    return Refusal(message, None if _FLAG in error.remedy else error.remedy)
