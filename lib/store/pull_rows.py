"""The people of a pull: a row for each person fetched, with the reason if they were left out."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.store.db import Store

_ADD_ROW = """
    insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)
    values (?, ?, ?, ?, ?, ?, ?)
"""
_REMOVED_ROWS = """
    select * from pull_row indexed by pull_row_removed
    where pull_id = :id and removed = :reason and position > :after
    order by position
    limit :limit
"""
_ROWS = """
    select * from pull_row
    where pull_id = :id and removed is null and position > :after
    order by position
    limit :limit
"""
_WITH_ADDRESS = """
    select * from pull_row indexed by pull_row_by_address
    where pull_id = :id and address = :address
    order by position
"""
_REMOVE_ROW = "update pull_row set removed = ? where pull_id = ? and position = ?"
_FORGET_ROWS = "delete from pull_row where pull_id = :id"
_HAS_ROWS = "select 1 from pull_row where pull_id = :id limit 1"


@dataclass(frozen=True, slots=True)
class PullRow:
    """A person who was fetched; `removed` is why they aren't on the list, None if they are."""

    position: int  # counts from 1, in the order of the file
    sobject: str
    record_id: str  # empty if the row is several people
    address: str  # in the compared form; empty if there is none
    shown: str  # as Salesforce has it
    removed: str | None = None


def add(store: Store, pull_id: str, rows: Iterable[PullRow]) -> None:
    """Add people who were fetched. A million take a few seconds."""
    store.execute_many(
        _ADD_ROW,
        (
            (pull_id, row.position, row.sobject, row.record_id, row.address, row.shown, row.removed)
            for row in rows
        ),
    )


def leave_out(store: Store, pull_id: str, reasons: Iterable[tuple[int, str]]) -> None:
    """Note, by position, why people who were on the list at first are left out."""
    with store.writing():
        store.execute_many(
            _REMOVE_ROW, ((reason, pull_id, position) for position, reason in reasons)
        )


def exist(store: Store, pull_id: str) -> bool:
    """Whether the log still has the people of a pull."""
    return store.first_row(_HAS_ROWS, {"id": pull_id}) is not None


def listed(store: Store, pull_id: str, *, after: int = 0, limit: int = 1000) -> list[PullRow]:
    """The people on the list, in the order of the file, after the position `after`."""
    return _page(store, _ROWS, {"id": pull_id, "after": after, "limit": limit})


def left_out(
    store: Store, pull_id: str, reason: str, *, after: int = 0, limit: int = 1000
) -> list[PullRow]:
    """The people left out for this reason, in the order of the file."""
    parameters = {"id": pull_id, "reason": reason, "after": after, "limit": limit}
    return _page(store, _REMOVED_ROWS, parameters)


def with_address(store: Store, pull_id: str, address: str) -> list[PullRow]:
    """The people who were fetched with this address, in its compared form."""
    return _page(store, _WITH_ADDRESS, {"id": pull_id, "address": address})


def forget(store: Store, pull_id: str) -> None:
    """Delete the people of a pull. Its numbers stay."""
    store.execute(_FORGET_ROWS, {"id": pull_id})


def _page(store: Store, statement: str, parameters: Mapping[str, object]) -> list[PullRow]:
    return [_row(row) for row in store.query(statement, parameters)]


def _row(row: sqlite3.Row) -> PullRow:
    return PullRow(
        position=row["position"],
        sobject=row["sobject"],
        record_id=row["record_id"],
        address=row["address"],
        shown=row["shown"],
        removed=row["removed"],
    )
