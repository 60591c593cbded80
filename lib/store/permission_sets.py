"""Which permission set Optback made for a connection, as a note: Salesforce has the truth.

The note is written before the first row is created, so one that was cut off is known as well.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import moment

_BEGIN = """
    insert into permission_set (connection, org_id, username, begun_at, begun_by)
    values (:connection, :org_id, :username, :now, :by)
    on conflict (connection) do update
    set org_id = excluded.org_id, username = excluded.username, begun_at = excluded.begun_at,
        begun_by = excluded.begun_by, made_at = null
"""
_MADE = "update permission_set set made_at = :now where connection = :connection"
_FORGET = "delete from permission_set where connection = :connection"
_GET = "select * from permission_set where connection = :connection"


@dataclass(frozen=True, slots=True)
class PermissionSetNote:
    """Optback began to make the set for this user; `made_at` is None until it was complete."""

    connection: str
    org_id: str
    username: str
    begun_at: datetime
    begun_by: str
    made_at: datetime | None


def begin(store: Store, connection: str, *, org_id: str, username: str, by: str) -> None:
    """Note that the set is being made."""
    row = {
        "connection": connection,
        "org_id": org_id,
        "username": username,
        "by": by,
        "now": to_text(store.now()),
    }
    with store.writing():
        store.execute(_BEGIN, row)


def made(store: Store, connection: str) -> None:
    """Note that the set is complete."""
    with store.writing():
        store.execute(_MADE, {"connection": connection, "now": to_text(store.now())})


def forget(store: Store, connection: str) -> None:
    """Note that it's removed."""
    with store.writing():
        store.execute(_FORGET, {"connection": connection})


def get(store: Store, connection: str) -> PermissionSetNote | None:
    """The note about a connection's set, if there is any."""
    row = store.first_row(_GET, {"connection": connection})
    return _note(row) if row else None


def _note(row: sqlite3.Row) -> PermissionSetNote:
    return PermissionSetNote(
        row["connection"],
        row["org_id"],
        row["username"],
        from_text(row["begun_at"]),
        row["begun_by"],
        moment(row["made_at"]),
    )
