"""The connection to SQLite: opens and migrates the log, runs transactions, translates errors.

Migrations are sqlite-utils' (migrating.py). It's loaded only when there is something to migrate,
because that takes longer than all the rest of a start.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Self

from lib.clock import Clock, utc_now
from lib.errors import StoreDamaged, StoreError, StoreFromTheFuture, StoreUnwritable
from lib.store import folder
from lib.store.migrations import MIGRATION_SET, MIGRATIONS
from lib.store.sql_values import chunks

Parameters = Mapping[str, object] | Sequence[object]

LargeUpdate = Callable[[int], None]
"""Called with the size of a log in megabytes, before migrations that can take a while."""

_FILE = "optback.sqlite"
_LARGE_MB = 50
_FEW_PAGES = 500
_CACHE_KB = 16_000  # SQLite's own 2 MB are too few for the indexes that a large run adds to
_ROWS_AT_ONCE = 20
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

# The table in which sqlite-utils notes what was applied.
_HAS_MIGRATIONS = "select 1 from sqlite_master where type = 'table' and name = '_sqlite_migrations'"
_APPLIED = "select name from _sqlite_migrations where migration_set = ? order by rowid"


class Store:
    """The log, opened by a single thread. Another thread opens its own.

    Every function in lib/store takes a Store. Statements that belong together run inside one
    `with store.writing():`; a single statement outside of it commits by itself.
    """

    def __init__(self, conn: sqlite3.Connection, home: Path, clock: Clock) -> None:
        self.conn = conn
        self.home = home
        self.clock = clock

    @classmethod
    def open(
        cls, home: Path, *, clock: Clock = utc_now, large_update: LargeUpdate | None = None
    ) -> "Store":
        """Open the log in the folder `home`. Creates and migrates it if needed.

        Calls `large_update` before a migration that can take a while. The folder gets mode 0700,
        its files 0600. Raises StoreUnwritable, StoreDamaged, or StoreFromTheFuture, which leaves
        the file as it is.
        """
        folder.prepare(home)
        path = home / _FILE
        folder.prepare_file(path)
        with _translated(home):
            connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        store = cls(connection, home, clock)
        try:
            store._set_up(large_update or (lambda _megabytes: None))
        except BaseException:
            store.close()
            raise
        return store

    def now(self) -> datetime:
        """The current time, from the clock this log was opened with."""
        return self.clock()

    def close(self) -> None:
        """Close the connection. What wasn't committed is lost."""
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_writing(self) -> bool:
        """Whether a transaction is open."""
        return self.conn.in_transaction

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction, begun immediate so that nothing it reads changes before it writes.

        Commits at the end, rolls back on an exception. Inside another transaction it is a
        savepoint.
        """
        with _translated(self.home):
            if self.conn.in_transaction:
                with self._savepoint():
                    yield
                return
            self.conn.execute("begin immediate")
            try:
                changes = self.conn.total_changes
                yield
                if self.conn.total_changes != changes:
                    self.conn.execute(_COUNT_UP)
                self.conn.execute("commit")
            except BaseException:
                self.conn.rollback()
                raise

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """A transaction that is always rolled back, for trying something out."""
        try:
            with self.writing():
                yield
                raise _RolledBackError
        except _RolledBackError:
            pass

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement. Returns the number of rows it changed."""
        with _translated(self.home):
            return self.conn.execute(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run a statement for every row, in the open transaction or a new one."""
        with self.writing(), _translated(self.home):
            self.conn.executemany(sql, rows)

    def insert_many(self, sql: str, row: str, rows: Iterable[Sequence[object]]) -> None:
        """Run an insert for all rows: `sql` has `{rows}` where they go, `row` is one of them.

        Twenty rows in a statement: that takes two thirds of the time of one.
        """
        with self.writing(), _translated(self.home):
            for batch in chunks(rows, _ROWS_AT_ONCE):
                statement = sql.replace("{rows}", ", ".join([row] * len(batch)))
                self.conn.execute(statement, [*chain.from_iterable(batch)])

    def query(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of a query, with columns by name."""
        with _translated(self.home):
            cursor = self.conn.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(sql, parameters).fetchall()

    def first_row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a query, if there is any."""
        rows = self.query(sql, parameters)
        return rows[0] if rows else None

    def only_row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row:
        """The row of a statement that always has one: a count, a maximum."""
        return self.query(sql, parameters)[0]

    def empty_journal(self) -> None:
        """Bring everything into the main file, as far as no reader needs the journal."""
        self.query("pragma wal_checkpoint(truncate)")

    def revision(self) -> int:
        """A number that grows with every transaction that changes something but a lease."""
        row = self.first_row(_REVISION)
        return int(row["count"]) if row else 0

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        name = f"inner_{secrets.token_hex(8)}"
        self.conn.execute(f"savepoint {name}")
        try:
            yield
        except BaseException:
            if self.conn.in_transaction:  # an error can have ended it
                self.conn.execute(f"rollback to savepoint {name}")
                self.conn.execute(f"release savepoint {name}")
            raise
        self.conn.execute(f"release savepoint {name}")

    def _set_up(self, large_update: LargeUpdate) -> None:
        with _translated(self.home):
            self.conn.execute("pragma foreign_keys = on")
            self.conn.execute("pragma recursive_triggers = on")
            self.conn.execute("pragma synchronous = full")
            self.conn.execute(f"pragma cache_size = -{_CACHE_KB}")
            is_current = self._is_migrated()
            journal_mode = self.conn.execute("pragma journal_mode").fetchone()[0]
            if not is_current or journal_mode != "wal":
                with folder.locked(self.home):
                    self.conn.execute("pragma journal_mode = wal")
                    megabytes = round(self._number("page_count") * self._number("page_size") / 1e6)
                    if megabytes >= _LARGE_MB and not self._is_migrated():
                        large_update(megabytes)
                    self._migrate()
                    self._give_space_back()

    def _give_space_back(self) -> None:
        """Make the file smaller after a migration that left most of it empty.

        What is in it stays as it is if that isn't possible, and new rows fill the space.
        """
        if self._number("freelist_count") * 2 > max(self._number("page_count"), _FEW_PAGES):
            with suppress(sqlite3.OperationalError):  # someone is reading, or the disk is too full
                self.conn.execute("vacuum")

    def _number(self, pragma: str) -> int:
        return int(self.conn.execute(f"pragma {pragma}").fetchone()[0])

    def _is_migrated(self) -> bool:
        """Whether the log has every table. Raises StoreFromTheFuture if it has others."""
        known = [migration.__name__ for migration in MIGRATIONS]
        applied = self._applied()
        unknown = [name for name in applied if name not in known]
        if unknown:
            raise StoreFromTheFuture(
                f"The log in {self.home} was written by a newer Optback ({unknown[-1]})",
                remedy="Install that newer version again, or set OPTBACK_HOME to another folder.",
            )
        return set(known) <= set(applied)

    def _applied(self) -> list[str]:
        """The names of the migrations that were applied, in their order."""
        if not self.conn.execute(_HAS_MIGRATIONS).fetchone():
            return []
        return [name for (name,) in self.conn.execute(_APPLIED, [MIGRATION_SET])]

    def _migrate(self) -> None:
        from lib.store.migrating import migrate

        with self.writing():
            if not self._is_migrated():
                migrate(self.conn, MIGRATIONS)


class _RolledBackError(Exception):
    """Ends a rehearsal. Never leaves this file."""


@contextmanager
def _translated(home: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        ours = _ours(error, home)
        if ours is None:
            raise  # a broken constraint or a mistake in SQL is a bug: keep its traceback
        raise ours from error


def _ours(error: sqlite3.DatabaseError, home: Path) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the higher bits say which variant it is
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
