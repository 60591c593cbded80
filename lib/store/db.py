"""The log's connection to SQLite: opening, migrating, transactions, and SQLite's errors as ours.

The only file that imports sqlite_utils, and it does so with pandas and numpy held away: where they
are installed sqlite-utils would import both, which costs four times the start of the program.
"""

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from lib.clock import Clock, utc_now
from lib.errors import StoreDamaged, StoreError, StoreFromTheFuture, StoreUnwritable
from lib.store import folder
from lib.store.migrations import MIGRATIONS

_absent = [name for name in ("pandas", "numpy") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_absent))  # type: ignore[arg-type]  # None refuses the import
try:
    from sqlite_utils import Database, Migrations
finally:
    for _name in _absent:
        sys.modules.pop(_name, None)

Parameters = Mapping[str, object] | Sequence[object]

_FILE = "optback.sqlite"
_BUSY_TIMEOUT_S = 30
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNWRITABLE = {
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        "Free up space on the disk of {home} and run again. Nothing that was read is lost.",
    ),
    sqlite3.SQLITE_READONLY: (
        "it is read-only",
        "Let the user who runs Optback write to {home} and the files in it.",
    ),
    sqlite3.SQLITE_BUSY: (
        "another process has been writing to it for too long",
        "Wait until the other run ends, then run again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "another part of this process is writing to it",
        "Run again.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "its file can't be opened",
        "Let the user who runs Optback read and write {home} and the files in it.",
    ),
    sqlite3.SQLITE_PERM: (
        "access is denied",
        "Let the user who runs Optback read and write {home} and the files in it.",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk isn't responding properly",
        "Check the disk of {home} for free space and errors, then run again.",
    ),
}

_COUNT_UP = "update revision set count = count + 1"
_REVISION = "select count from revision"


class Store:
    """The log, opened by one thread; another thread opens its own.

    Every function of lib/store takes a Store. What belongs together is written inside one
    `with store.writing():`; a single statement outside of it commits by itself.
    """

    def __init__(self, db: Database, home: Path, clock: Clock) -> None:
        self.db = db
        self.home = home
        self.clock = clock

    @classmethod
    def open(cls, home: Path, *, clock: Clock = utc_now) -> "Store":
        """Open the log in the folder `home`, made (0700; its files 0600) and migrated as needed.

        Raises StoreUnwritable, StoreDamaged or StoreFromTheFuture; the last leaves the file as
        it is.
        """
        folder.prepare(home)
        path = home / _FILE
        folder.prepare_file(path)
        with _translated(home):
            connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        store = cls(Database(connection, execute_plugins=False), home, clock)
        try:
            store._set_up()
        except BaseException:
            store.close()
            raise
        return store

    def now(self) -> datetime:
        """The time, by the clock this log was opened with."""
        return self.clock()

    def close(self) -> None:
        """Close the connection; what was not committed is gone."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, begun immediate so that what is read in it still holds when it writes.

        Commits at the end, rolls back on an exception. Inside another one it is a savepoint.
        """
        with _translated(self.home):
            if self.db.conn.in_transaction:
                with self.db.atomic():
                    yield
                return
            self.db.conn.execute("begin immediate")
            try:
                changes = self.db.conn.total_changes
                yield
                if self.db.conn.total_changes != changes:
                    self.db.conn.execute(_COUNT_UP)
                self.db.conn.execute("commit")
            except BaseException:
                self.db.rollback()
                raise

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """A transaction that is always rolled back: everything is worked out, nothing stays."""
        try:
            with self.writing():
                yield
                raise _RolledBackError
        except _RolledBackError:
            pass

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; the number of rows it changed."""
        with _translated(self.home):
            return self.db.conn.execute(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for every row, inside the open transaction or one of its own."""
        with self.writing(), _translated(self.home):
            self.db.conn.executemany(sql, rows)

    def query(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Every row of an answer, columns by name."""
        with _translated(self.home):
            cursor = self.db.conn.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of an answer, if there is one."""
        rows = self.query(sql, parameters)
        return rows[0] if rows else None

    def revision(self) -> int:
        """Counts up with every transaction that changed something, but for lease renewals."""
        row = self.one(_REVISION)
        return int(row["count"]) if row else 0

    def _set_up(self) -> None:
        with _translated(self.home):
            self.db.conn.execute("pragma foreign_keys = on")
            self.db.conn.execute("pragma synchronous = full")
            self._refuse_the_future()
            if _migrations().pending(self.db) or self.db.journal_mode != "wal":
                with folder.locked(self.home):
                    self.db.enable_wal()
                    self._migrate()

    def _refuse_the_future(self) -> None:
        migrations = _migrations()
        known = {migration.__name__ for migration in MIGRATIONS}
        unknown = [one.name for one in migrations.applied(self.db) if one.name not in known]
        if unknown:
            raise StoreFromTheFuture(
                f"The log in {self.home} was written by a newer Optback ({unknown[-1]})",
                remedy="Install that newer version again, or set OPTBACK_HOME to another folder.",
            )

    def _migrate(self) -> None:
        with self.writing():
            self._refuse_the_future()
            _migrations().apply(self.db)


class _RolledBackError(Exception):
    """Ends a rehearsal; never leaves this file."""


def _migrations() -> Migrations:
    migrations = Migrations("optback")
    for migration in MIGRATIONS:
        migrations()(migration)
    return migrations


@contextmanager
def _translated(home: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        ours = _ours(error, home)
        if ours is None:
            raise  # a broken constraint or a mistake in SQL: a bug, shown with its traceback
        raise ours from error


def _ours(error: sqlite3.DatabaseError, home: Path) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells which kind of its kind
    if code in _DAMAGED:
        return StoreDamaged(
            f"The log in {home} is damaged and isn't a usable SQLite database",
            remedy=f"Replace {home / _FILE} with a backup, or move it away to start over.",
        )
    if code in _UNWRITABLE:
        cause, remedy = _UNWRITABLE[code]
        return StoreUnwritable(
            f"Optback can't write to the log in {home}: {cause}", remedy=remedy.format(home=home)
        )
    return None
