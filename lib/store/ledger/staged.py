"""A reading waits in a temporary database until all of it is there, and is then taken in pieces.

So an answer that fails halfway changes nothing (rules.md, 1.4), and no one waits for the log while
it's read. SQLite keeps the database in a temporary file without a name.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from lib.clock import from_text, to_text
from lib.errors import StoreUnwritable
from lib.store.sql_values import chunks, moment, text_of
from lib.values import Interval, Sighting

_AT_ONCE = 5_000
_TABLE = """
    create table sighting (
        id integer not null primary key, entry text not null, raw_date text,
        not_before text, not_after text, line integer
    ) strict
"""
_KEEP = """
    insert into sighting (entry, raw_date, not_before, not_after, line) values (?, ?, ?, ?, ?)
"""
_PIECE = """
    select id, entry, raw_date, not_before, not_after, line from sighting
    where id > ? order by id limit ?
"""


class Staged:
    """The sightings of one reading, all of them or none."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        """Raises what the source raises, and StoreUnwritable if there is no room."""
        self._db = sqlite3.connect("", isolation_level=None)
        try:
            for setting in ("journal_mode = off", "synchronous = off", "cache_size = -8000"):
                self._db.execute(f"pragma {setting}")
            self._db.execute(_TABLE)
            self._db.execute("begin")
            for chunk in chunks(sightings, _AT_ONCE):
                self._db.executemany(_KEEP, map(_row, chunk))
            self._db.execute("commit")
        except BaseException as error:
            self._db.close()
            if isinstance(error, sqlite3.OperationalError):
                raise _no_room() from error
            raise

    def pieces(self, size: int) -> Iterator[list[Sighting]]:
        """The sightings in their order, at most `size` at a time."""
        last = 0
        while rows := self._db.execute(_PIECE, (last, size)).fetchall():
            last = rows[-1][0]
            yield [_sighting(*row[1:]) for row in rows]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()


def _row(sighting: Sighting) -> tuple[object, ...]:
    asked = sighting.asked
    bounds = (text_of(asked.not_before), to_text(asked.not_after)) if asked else (None, None)
    # Half a surrogate pair can't be stored; the ledger refuses such an entry.
    entry = sighting.entry.encode("utf-8", "surrogatepass")
    return entry.decode("utf-8", "replace"), sighting.raw_date, *bounds, sighting.line


def _sighting(
    entry: str, raw_date: str | None, not_before: str | None, not_after: str | None, line: int
) -> Sighting:
    asked = None if not_after is None else Interval(moment(not_before), from_text(not_after))
    return Sighting(entry, raw_date, asked, line)


def _no_room() -> StoreUnwritable:
    return StoreUnwritable(
        "Optback can't keep the unsubscribes while reading them",
        remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
    )
