"""What every source of unsubscribes offers, and how unreadable lines are shown."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from lib.values import Reading, Unreadable

_QUOTED = 3


def quoted(lines: Sequence[Unreadable]) -> str:
    """The first few of these lines, each with its reason, on one line of text."""
    return "; ".join(map(_quoted, lines[:_QUOTED]))


def _quoted(line: Unreadable) -> str:
    where = f"line {line.line}: " if line.line else ""
    text = " ".join(line.text.split())
    return f"{where}{text} ({line.why})" if text else f"{where}{line.why}"


class Source(Protocol):
    """A service or a file that knows who asked not to be emailed."""

    @property
    def name(self) -> str:
        """A text that is always the same for the same source: `jangomail:user@host`, or `file`."""
        ...

    def reading(self, since: datetime | None) -> Reading:
        """Everything since a moment; `None` asks for the full report, with dates.

        Returns once the whole answer has arrived and is known to be complete.
        Raises SourceError or FileUnreadable; then no part of the answer may be used.
        """
        ...


class ReadingBegun(Protocol):
    """A reading that is under way in the background."""

    def reading(self, while_waiting: Callable[[], None]) -> Reading:
        """The reading, once it has arrived: what `Source.reading` returns or raises."""
        ...

    def give_up(self) -> None:
        """Don't wait for it any longer, and don't try again what failed."""
        ...


@runtime_checkable
class EarlySource(Source, Protocol):
    """A source that can be read in the background, such as while Salesforce signs in."""

    def begin(self, since: datetime | None) -> ReadingBegun:
        """Begin what `reading` does, and return at once. Raises SourceError, like `reading`."""
        ...
