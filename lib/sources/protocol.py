"""What every source of unsubscribes offers, and how unreadable lines are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from lib.values import Reading, Unreadable

_QUOTED = 3


def quoted(lines: Sequence[Unreadable]) -> str:
    """The first of these lines with the reason behind each, on one line of text."""
    return "; ".join(map(_quoted, lines[:_QUOTED]))


def _quoted(one: Unreadable) -> str:
    where = f"line {one.line}: " if one.line else ""
    text = " ".join(one.text.split())
    return f"{where}{text} ({one.why})" if text else f"{where}{one.why}"


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
