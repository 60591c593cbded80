"""What every source of unsubscribes offers, and what one reading of it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from lib.values import Sighting

MOST_LINES_KEPT = 1000
NO_ADDRESS = "it's neither an address nor a domain"
_LONGEST_TEXT_KEPT = 200
_QUOTED = 3

ReadingKind = Literal["report", "since", "file"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that names nobody: its number (`None` where the source has no lines), text and why."""

    line: int | None
    text: str
    why: str


def quoted(lines: Sequence[Unreadable]) -> str:
    """The first of these lines with the reason behind each, on one line of text."""
    return "; ".join(map(_quoted, lines[:_QUOTED]))


def _quoted(one: Unreadable) -> str:
    where = f"line {one.line}: " if one.line else ""
    text = " ".join(one.text.split())
    return f"{where}{text} ({one.why})" if text else f"{where}{one.why}"


@dataclass(slots=True)
class Reading:
    """One complete answer of a source; a broken one is never handed out (rules.md, 1.4).

    `sightings` can be iterated once, and fills `unreadable` (the first 1,000) and
    `unreadable_count` (all of them) meanwhile. `since` is the moment from which the answer tells
    everything, `None` for a full report and a file; `read_at` was taken before the source was
    asked, so that everything older than it had its chance to be in the answer.

    `left_out` counts the lines of a file whose people did not ask, and `who_asked` says in a
    sentence how that was decided; both are known before the first sighting, and `None` elsewhere.
    `about_dates` tells of dates on `dates_unread` lines that could not be read.
    """

    kind: ReadingKind
    since: datetime | None
    read_at: datetime
    sightings: Iterator[Sighting] = field(default_factory=lambda: iter(()))
    hash: str | None = None
    file_name: str | None = None
    left_out: int | None = None
    who_asked: str | None = None
    dates_unread: int = 0
    about_dates: str | None = None
    unreadable: list[Unreadable] = field(default_factory=list)
    unreadable_count: int = 0

    def refuse(self, line: int | None, text: str, why: str) -> None:
        """Count a line that names nobody, and keep it while there is room."""
        self.unreadable_count += 1
        if len(self.unreadable) < MOST_LINES_KEPT:
            shown = text.replace("\0", "").strip()[:_LONGEST_TEXT_KEPT]
            self.unreadable.append(Unreadable(line, shown, why))


class Source(Protocol):
    """A place that knows who asked not to be mailed."""

    @property
    def name(self) -> str:
        """The same text for the same source, always: `jangomail:user@host`, or `file`."""
        ...

    def reading(self, since: datetime | None) -> Reading:
        """Everything since a moment; `None` asks for the full report, with dates.

        Returns when the whole answer has arrived and was found complete.
        Raises SourceError or FileUnreadable; then nothing of the answer may be used.
        """
        ...
