"""Stores a practice org in a SQLite file, so that it survives a restart.

Everything is JSON under a kind and a key; nothing is ever unpickled.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_CREATE = """
    create table if not exists thing (
        kind text not null,
        key text not null,
        body text not null, -- JSON
        primary key (kind, key)
    ) strict, without rowid
"""
_PUT = """
    insert into thing (kind, key, body)
    values (?, ?, ?)
    on conflict (kind, key) do update set body = excluded.body
"""
_REMOVE = "delete from thing where kind = ? and key = ?"
_READ = "select key, body from thing where kind = ? order by key"

Thing = tuple[str, str, Any]
"""Kind, key and value; the value None deletes the entry."""


class StateFile:
    """The file of a practice org. The org's lock makes sure there is one writer at a time."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        with self._connection:
            self._connection.execute(_CREATE)

    def put(self, things: Iterable[Thing]) -> None:
        """Write all of them or none."""
        things = list(things)
        kept = [(kind, key, json.dumps(value)) for kind, key, value in things if value is not None]
        gone = [(kind, key) for kind, key, value in things if value is None]
        with self._connection:
            self._connection.executemany(_PUT, kept)
            self._connection.executemany(_REMOVE, gone)

    def read(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Keys and values of a kind, sorted by key."""
        for key, body in self._connection.execute(_READ, (kind,)):
            yield key, json.loads(body)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
