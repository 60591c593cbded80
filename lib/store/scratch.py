"""A temporary database for one pull: sets of addresses that may be too large for memory.

SQLite keeps it in a temporary file without a name and deletes it with the connection.
"""

import sqlite3
from collections.abc import Collection, Iterable

from lib.errors import StoreUnwritable
from lib.store.sql_values import json_list

_CACHE_KIB = 8_000
_FEW = 50_000  # addresses that easily fit in memory
_TABLES = """
    pragma journal_mode = off;
    pragma synchronous = off;
    pragma cache_size = -{cache};
    create table opted_out (
        address text not null, record_id text not null, primary key (address, record_id)
    ) strict, without rowid;
    create table taken (address text not null primary key) strict, without rowid;
"""
_KEEP = "insert or ignore into opted_out (address, record_id) values (?, ?)"
_AMONG = """
    select address, record_id from opted_out
    where address in (select value from json_each(?))
"""
_KNOWN = "select address from taken where address in (select value from json_each(?))"
_TAKE = "insert or ignore into taken (address) values (?)"


class Scratch:
    """Addresses that are opted out on some record, and addresses that are already on the list."""

    def __init__(self) -> None:
        self._few: dict[str, set[str]] | None = {}  # opted out; None once there are too many
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript(_TABLES.format(cache=_CACHE_KIB))

    def keep_opted_out(self, pairs: Collection[tuple[str, str]]) -> None:
        """Note pairs of an address and a record on which it is opted out."""
        if self._few is None:
            self._write(_KEEP, pairs)
            return
        for address, record_id in pairs:
            self._few.setdefault(address, set()).add(record_id)
        if len(self._few) > _FEW:
            known = self._few
            self._few = None
            self._write(_KEEP, ((address, each) for address, ids in known.items() for each in ids))

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        """Which of these addresses are opted out, with the ids of their opted-out records."""
        if self._few is not None:
            few = self._few
            return {address: few[address] for address in few.keys() & addresses}
        found: dict[str, set[str]] = {}
        for address, record_id in self._read(_AMONG, addresses):
            found.setdefault(address, set()).add(record_id)
        return found

    def taken(self, addresses: Collection[str]) -> set[str]:
        """Which of these addresses are already on the list."""
        return {row[0] for row in self._read(_KNOWN, addresses)}

    def take(self, addresses: Iterable[str]) -> None:
        """Note that addresses are on the list."""
        self._write(_TAKE, ((address,) for address in addresses))

    def close(self) -> None:
        """Delete everything."""
        self._db.close()

    def _read(self, statement: str, addresses: Collection[str]) -> list[tuple[str, ...]]:
        return self._db.execute(statement, (json_list(addresses),)).fetchall()

    def _write(self, statement: str, rows: Iterable[tuple[str, ...]]) -> None:
        try:
            self._db.execute("begin")
            self._db.executemany(statement, rows)
            self._db.execute("commit")
        except sqlite3.OperationalError as error:
            raise StoreUnwritable(
                "Optback can't keep the addresses of the list while pulling it",
                remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
            ) from error
