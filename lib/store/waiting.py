"""Connections whose missing rights are looked for again every few minutes, until they are there.

A look is claimed before it's made, in one statement, so that two processes never look for the same
time.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import moment

_BEGIN = """
    insert into waiting (connection, begun_at, begun_by, missing, became, next_look_at)
    values (:connection, :now, :by, :missing, '[]', :next)
    on conflict (connection) do update
    set begun_at = excluded.begun_at, begun_by = excluded.begun_by, missing = excluded.missing,
        became = '[]', looks = 0, looked_at = null, next_look_at = excluded.next_look_at,
        trouble = null, ended_at = null, ended_as = null, told_at = null
"""
_GET = "select * from waiting where connection = :connection"
_DUE = """
    select * from waiting
    where next_look_at <= :now
    order by next_look_at, connection
"""
_CLAIM = """
    update waiting
    set next_look_at = :next, looks = looks + 1, looked_at = :now
    where connection = :connection and next_look_at <= :now
"""
_NOTE = """
    update waiting
    set missing = :missing, became = :became, trouble = null
    where connection = :connection and ended_at is null
"""
_TROUBLE = """
    update waiting
    set trouble = :trouble
    where connection = :connection and ended_at is null
"""
_END = """
    update waiting
    set ended_at = :now, ended_as = :ended_as, next_look_at = null, told_at = :told
    where connection = :connection and ended_at is null
"""
_UNTOLD = """
    select connection from waiting
    where ended_at is not null and told_at is null
    order by connection
"""
_TELL = "update waiting set told_at = null where connection = :connection"
_TOLD = "update waiting set told_at = :now where connection = :connection and told_at is null"


class Ended(StrEnum):
    """Why Optback no longer looks."""

    READY = "ready"
    STOPPED = "stopped"  # by a person
    GAVE_UP = "gave_up"
    REFUSED = "refused"  # Salesforce refused the credentials
    OTHER_ORG = "other_org"


@dataclass(frozen=True, slots=True)
class Became:
    """A check that wasn't fine, and when it was found to be."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is still missing and what became right; `next_look_at` is None once it has ended.

    `trouble` says why the last look found out nothing, if it didn't.
    """

    connection: str
    begun_at: datetime
    begun_by: str
    missing: tuple[str, ...]
    became: tuple[Became, ...]
    looks: int
    looked_at: datetime | None
    next_look_at: datetime | None
    trouble: str | None
    ended_at: datetime | None
    ended_as: Ended | None

    @property
    def is_on(self) -> bool:
        """Whether Optback still looks."""
        return self.ended_at is None


def begin(
    store: Store, connection: str, missing: Sequence[str], *, by: str, next_look_at: datetime
) -> None:
    """Look again from now on; a waiting that was on begins again."""
    row = {
        "connection": connection,
        "by": by,
        "missing": json.dumps(list(missing)),
        "now": to_text(store.now()),
        "next": to_text(next_look_at),
    }
    with store.writing():
        store.execute(_BEGIN, row)


def get(store: Store, connection: str) -> Waiting | None:
    """A connection's waiting, on or ended; None if there never was one."""
    row = store.first_row(_GET, {"connection": connection})
    return _waiting(row) if row else None


def due(store: Store) -> list[Waiting]:
    """Those to look at now."""
    return [_waiting(row) for row in store.query(_DUE, {"now": to_text(store.now())})]


def claim(store: Store, connection: str, next_look_at: datetime) -> bool:
    """Take the look that is due; False if another process has it, or it's over."""
    row = {"connection": connection, "now": to_text(store.now()), "next": to_text(next_look_at)}
    with store.writing():
        return store.execute(_CLAIM, row) > 0


def note(store: Store, connection: str, missing: Sequence[str], became: Sequence[Became]) -> None:
    """Note what a look or a test found."""
    row = {
        "connection": connection,
        "missing": json.dumps(list(missing)),
        "became": json.dumps([{"name": one.name, "at": to_text(one.at)} for one in became]),
    }
    with store.writing():
        store.execute(_NOTE, row)


def note_trouble(store: Store, connection: str, trouble: str) -> None:
    """Note why a look found out nothing."""
    with store.writing():
        store.execute(_TROUBLE, {"connection": connection, "trouble": trouble})


def end(store: Store, connection: str, ended_as: Ended, *, is_told: bool = False) -> bool:
    """Look no more; False if it had ended. If not `is_told`, people are still to be told."""
    now = to_text(store.now())
    row = {"connection": connection, "now": now, "ended_as": ended_as.value}
    with store.writing():
        return store.execute(_END, {**row, "told": now if is_told else None}) > 0


def untold(store: Store) -> list[str]:
    """The connections whose waiting ended, and no one has been told yet."""
    return [row["connection"] for row in store.query(_UNTOLD)]


def tell(store: Store, connection: str) -> None:
    """Note that people are still to be told how it ended."""
    with store.writing():
        store.execute(_TELL, {"connection": connection})


def told(store: Store, connection: str) -> None:
    """Note that people have been told how it ended."""
    with store.writing():
        store.execute(_TOLD, {"connection": connection, "now": to_text(store.now())})


def _waiting(row: sqlite3.Row) -> Waiting:
    became = json.loads(row["became"])
    return Waiting(
        row["connection"],
        from_text(row["begun_at"]),
        row["begun_by"],
        tuple(json.loads(row["missing"])),
        tuple(Became(one["name"], from_text(one["at"])) for one in became),
        row["looks"],
        moment(row["looked_at"]),
        moment(row["next_look_at"]),
        row["trouble"],
        moment(row["ended_at"]),
        Ended(row["ended_as"]) if row["ended_as"] else None,
    )
