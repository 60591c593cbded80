"""A reading waits in a temporary database until all of it is there, and is then taken in pieces.

So an answer that fails halfway changes nothing (rules.md, 1.4), and no one waits for the log while
it's read. SQLite keeps the database in a temporary file without a name.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Self

from lib.errors import StoreUnwritable
from lib.store.large.table import temporary
from lib.store.sql_values import chunks
from lib.store.terms import from_number, moment_of, number_of, to_number
from lib.values import Interval, Sighting

Entries = list[tuple[str, Sighting]]
"""Sightings, each with what it names: an address or a domain, in the compared form."""

_AT_ONCE = 5_000
_TABLE = """
    create table sighting (
        id integer not null primary key, entry text not null, shown text not null, raw_date text,
        not_before integer, not_after integer, line integer
    ) strict
"""
_KEEP = """
    insert into sighting (entry, shown, raw_date, not_before, not_after, line)
    values (?, ?, ?, ?, ?, ?)
"""
_BY_ENTRY = """
    select entry, shown, raw_date, not_before, not_after, line from sighting order by entry, id
"""
_IS_NAMED = "select 1 from sighting where entry = ?"
_NAMED = """
    select distinct entry from sighting where entry in (select value from json_each(?))
"""


class Staged:
    """The sightings of one reading, all of them or none."""

    def __init__(self, entries: Iterable[tuple[str, Sighting]]) -> None:
        """Raises what the source raises, and StoreUnwritable if there is no room."""
        self._db = temporary(_TABLE)
        try:
            for chunk in chunks(entries, _AT_ONCE):
                self._db.executemany(_KEEP, map(_row, chunk))
        except BaseException as error:
            self._db.close()
            if isinstance(error, sqlite3.OperationalError):
                raise _no_room() from error
            raise

    def pieces(self, size: int) -> Iterator[Entries]:
        """The sightings by what they name, about `size` at a time: those of an entry together.

        So each piece can be stored, or tried out, on its own.
        """
        rows = self._db.execute(_BY_ENTRY)
        piece: Entries = []
        for entry, *values in rows:
            if len(piece) >= size and piece[-1][0] != entry:
                yield piece
                piece = []
            piece.append((entry, _sighting(*values)))
        if piece:
            yield piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()


def _row(named: tuple[str, Sighting]) -> tuple[object, ...]:
    entry, sighting = named
    asked = sighting.asked
    bounds = (number_of(asked.not_before), to_number(asked.not_after)) if asked else (None, None)
    return entry, sighting.entry, sighting.raw_date, *bounds, sighting.line


def _sighting(
    shown: str,
    raw_date: str | None,
    not_before: int | None,
    not_after: int | None,
    line: int | None,
) -> Sighting:
    asked = None if not_after is None else Interval(moment_of(not_before), from_number(not_after))
    return Sighting(shown, raw_date, asked, line)


def _no_room() -> StoreUnwritable:
    return StoreUnwritable(
        "Optback can't keep the unsubscribes while reading them",
        remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
    )
