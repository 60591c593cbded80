"""Query cursors: the rest of an answer that did not fit on its first page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

_LIFE = timedelta(days=2)
_MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Cursor:
    """The records of one answer, for the user who asked, in pages of one size."""

    user_id: str
    records: Sequence[Any]
    page: int
    opened: datetime


@dataclass(slots=True)
class Cursors:
    """The open cursors of one org; the oldest makes room where there are too many."""

    _open: dict[str, Cursor] = field(default_factory=dict)

    def add(self, cursor_id: str, cursor: Cursor) -> None:
        """Keep a cursor under its id."""
        while len(self._open) >= _MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[cursor_id] = cursor

    def find(self, cursor_id: str, user_id: str, now: datetime) -> Cursor | None:
        """A cursor of this user that has not grown too old."""
        cursor = self._open.get(cursor_id)
        if cursor is None or cursor.user_id != user_id or now - cursor.opened > _LIFE:
            return None
        return cursor
