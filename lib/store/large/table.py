"""Keys and bytes in a temporary database, which SQLite keeps in a file without a name."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator

from lib.errors import StoreUnwritable
from lib.store.sql_values import json_list

FEW = 30_000
"""Entries that easily fit in memory."""
AT_ONCE = 5_000
"""Entries per statement."""

PUT = "insert or replace into item (key, value) values (?, ?)"
ADD = "insert or ignore into item (key, value) values (?, ?)"

_CACHE_KIB = 8_000
_TABLE = "create table item (key text not null primary key, value blob) strict, without rowid"
_GET = "select value from item where key = ?"
_GET_MANY = "select key, value from item where key in (select value from json_each(?))"
_COUNT = "select count(*) from item"
_PAGE = "select key, value from item where key > ? order by key limit ?"


class Table:
    """Keys and bytes, sorted by key. Nothing is left of it once it's no longer used."""

    def __init__(self) -> None:
        self._db = temporary(_TABLE)
        self._count: int | None = 0  # None: not counted since the last change

    def write(self, statement: str, rows: Iterable[tuple[str, bytes | None]]) -> None:
        """Carry out `PUT` or `ADD` for all rows. Raises StoreUnwritable if there is no room."""
        self._count = None
        try:
            self._db.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise no_room() from error

    def get(self, key: str) -> tuple[bytes | None] | None:
        """The row of a key, if there is one."""
        found: tuple[bytes | None] | None = self._db.execute(_GET, (key,)).fetchone()
        return found

    def among(self, keys: Collection[str]) -> list[tuple[str, bytes]]:
        """Those of these keys that are there, each with its value."""
        return self._db.execute(_GET_MANY, (json_list(keys),)).fetchall()

    def pages(self, size: int) -> Iterator[list[tuple[str, bytes]]]:
        """All rows by key. What is written meanwhile is found if it comes later in this order."""
        after = ""
        while rows := self._db.execute(_PAGE, (after, size)).fetchall():
            yield rows
            after = rows[-1][0]

    def __len__(self) -> int:
        if self._count is None:
            self._count = int(self._db.execute(_COUNT).fetchone()[0])
        return self._count


def temporary(table: str) -> sqlite3.Connection:
    """A temporary database with this table, which ends with the connection."""
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for setting in ("journal_mode = off", "synchronous = off", f"cache_size = -{_CACHE_KIB}"):
        database.execute(f"pragma {setting}")
    database.execute(table)
    database.execute("begin")  # never ends: what is here needs to last only as long as this
    return database


def no_room() -> StoreUnwritable:
    """The error of a disk that is full."""
    return StoreUnwritable(
        "Optback can't keep the people of this run in a temporary file",
        remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
    )
