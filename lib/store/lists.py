"""The saved lists: each a query with a name and the choice of what else to leave out.

A deleted list can be put back for a while. Its pulls stay in the log.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.errors import UsageError
from lib.store import retention
from lib.store.db import Store
from lib.store.runs import new_id
from lib.store.sql_values import moment

LONGEST_NAME = 80

_OF_CONNECTION = """
    select * from list
    where connection = :connection and deleted_at is null
    order by lower(name), id
"""
_GET = "select * from list where id = :id"
_SAVE = """
    insert into list (id, connection, name, soql, options, saved_at, saved_by)
    values (:id, :connection, :name, :soql, :options, :now, :by)
"""
_CHANGE = """
    update list
    set soql = :soql, options = :options, saved_at = :now, saved_by = :by
    where id = :id
"""
_RENAME = "update list set name = :name where id = :id"
_DELETE = "update list set deleted_at = :now where id = :id and deleted_at is null"
_RESTORE = "update list set deleted_at = null where id = :id"
_TAKE_IN = "update pull set list_id = :list_id where id = :pull_id and list_id is null"
_DELETED = """
    select * from list
    where connection = :connection and deleted_at >= :since
    order by deleted_at desc, id
"""


class NameTaken(UsageError):
    """Another saved list of the connection has this name."""

    code = "name_taken"


@dataclass(frozen=True, slots=True)
class SavedList:
    """A saved list; `options` are those of lib/lists/values.py as JSON values."""

    id: str
    connection: str
    name: str
    soql: str  # as its author wrote it
    options: Mapping[str, object]
    saved_at: datetime
    saved_by: str
    deleted_at: datetime | None


def of_connection(store: Store, connection: str) -> list[SavedList]:
    """The saved lists of a connection by name, without the deleted ones."""
    return [_list(row) for row in store.query(_OF_CONNECTION, {"connection": connection})]


def get(store: Store, list_id: str) -> SavedList | None:
    """The saved list with this id, deleted or not."""
    row = store.first_row(_GET, {"id": list_id})
    return _list(row) if row else None


def save(
    store: Store,
    connection: str,
    name: str,
    soql: str,
    *,
    options: Mapping[str, object],
    by: str,
) -> str:
    """Save a query under a new name; its id. Raises NameTaken, or UsageError for a bad name."""
    now = store.now()
    row = {
        "id": new_id(now),
        "connection": connection,
        "soql": soql,
        "options": json.dumps(dict(options)),
        "now": to_text(now),
        "by": by,
    }
    with store.writing():
        store.execute(_SAVE, {**row, "name": _free_name(store, connection, name)})
        retention.forget_deleted_lists(store)
    return str(row["id"])


def change(
    store: Store, list_id: str, soql: str, *, options: Mapping[str, object], by: str
) -> None:
    """Replace the query of a list."""
    row = {"id": list_id, "soql": soql, "options": json.dumps(dict(options))}
    with store.writing():
        store.execute(_CHANGE, {**row, "now": to_text(store.now()), "by": by})


def rename(store: Store, list_id: str, name: str) -> None:
    """Give a list another name. Raises NameTaken, or UsageError for a bad name."""
    with store.writing():
        known = _existing(store, list_id)
        free = _free_name(store, known.connection, name, but=list_id)
        store.execute(_RENAME, {"id": list_id, "name": free})


def copy(store: Store, list_id: str, *, by: str) -> str:
    """Save the query again as "… (copy)", with a number if that name is taken; the new id."""
    with store.writing():
        known = _existing(store, list_id)
        name = _name_of_copy(store, known)
        options = known.options
        return save(store, known.connection, name, known.soql, options=options, by=by)


def delete(store: Store, list_id: str) -> None:
    """Delete a list; `restore` puts it back within retention.DELETED_LIST_KEPT."""
    with store.writing():
        store.execute(_DELETE, {"id": list_id, "now": to_text(store.now())})


def restore(store: Store, list_id: str) -> None:
    """Put a deleted list back. Raises NameTaken if another list has its name now."""
    with store.writing():
        known = _existing(store, list_id)
        _free_name(store, known.connection, known.name, but=list_id)
        store.execute(_RESTORE, {"id": list_id})


def take_in(store: Store, list_id: str, pull_id: str) -> None:
    """Add a pull that belongs to no list to this list."""
    with store.writing():
        store.execute(_TAKE_IN, {"list_id": list_id, "pull_id": pull_id})


def recently_deleted(store: Store, connection: str) -> list[SavedList]:
    """The lists that can still be put back, last deleted first."""
    since = to_text(store.now() - retention.DELETED_LIST_KEPT)
    return [_list(row) for row in store.query(_DELETED, {"connection": connection, "since": since})]


def _existing(store: Store, list_id: str) -> SavedList:
    known = get(store, list_id)
    if known is None:
        raise UsageError(
            "This saved list no longer exists", remedy="Reload the page to see the lists that do."
        )
    return known


def _free_name(store: Store, connection: str, name: str, *, but: str | None = None) -> str:
    """The name with tidy blanks. Raises NameTaken if another list has it, in any case."""
    tidy = " ".join(name.split())
    if not tidy or not tidy.isprintable() or len(tidy) > LONGEST_NAME:
        raise UsageError(
            "A list needs a readable name" if tidy else "The list has no name yet",
            remedy=f"Enter a name of up to {LONGEST_NAME} characters, such as Spring newsletter.",
        )
    taken = _names(store, connection, but=but)
    if tidy.casefold() in taken:
        raise NameTaken(
            f"There is already a list named {taken[tidy.casefold()]}",
            remedy="Choose another name, or open that list and save your changes there.",
        )
    return tidy


def _name_of_copy(store: Store, known: SavedList) -> str:
    taken = _names(store, known.connection)
    stem = known.name[: LONGEST_NAME - len(" (copy 999)")].rstrip()
    name, number = f"{stem} (copy)", 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} (copy {number})"
    return name


def _names(store: Store, connection: str, *, but: str | None = None) -> dict[str, str]:
    """Names in lower case → as written. SQLite's own lower() only knows ASCII."""
    known = of_connection(store, connection)
    return {saved.name.casefold(): saved.name for saved in known if saved.id != but}


def _list(row: sqlite3.Row) -> SavedList:
    return SavedList(
        id=row["id"],
        connection=row["connection"],
        name=row["name"],
        soql=row["soql"],
        options=json.loads(row["options"]),
        saved_at=from_text(row["saved_at"]),
        saved_by=row["saved_by"],
        deleted_at=moment(row["deleted_at"]),
    )
