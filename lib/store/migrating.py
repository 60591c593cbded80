"""Apply migrations with sqlite-utils. Only this file imports it.

It hides pandas and numpy from sqlite-utils, which imports both where they are installed: that
would take four times as long.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterable

from lib.store.migrations import MIGRATION_SET, Executes

_absent = [name for name in ("pandas", "numpy") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_absent))  # type: ignore[arg-type]  # None makes the import fail
try:
    from sqlite_utils import Database, Migrations
finally:
    for _name in _absent:
        sys.modules.pop(_name, None)


def migrate(
    connection: sqlite3.Connection, migrations: Iterable[Callable[[Executes], None]]
) -> None:
    """Apply those that weren't applied yet, in the open transaction."""
    known = Migrations(MIGRATION_SET)
    for migration in migrations:
        known()(migration)
    known.apply(Database(connection, execute_plugins=False))
