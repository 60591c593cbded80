"""Which scheduled time of a connection was last taken care of, and by which run.

A claim is read and written inside one `with store.writing():`, so two schedulers never take care
of the same time.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store

_PUT = """
    insert into schedule_claim (connection, due_at, tries, run_id, claimed_at, host)
    values (:connection, :due_at, :tries, :run_id, :now, :host)
    on conflict (connection) do update
    set due_at = excluded.due_at, tries = excluded.tries, run_id = excluded.run_id,
        claimed_at = excluded.claimed_at, host = excluded.host
"""
_FIND = "select * from schedule_claim where connection = :connection"
_GIVE_BACK = "update schedule_claim set run_id = null where run_id = :run_id"
_DONE_SINCE = """
    select 1 from run
    where connection = :connection
      and source <> 'file'
      and status in ('succeeded', 'partial')
      and finished_at > :since
    limit 1
"""

_LAST_DONE = """
    select max(started_at) as moment from run
    where connection = :connection
      and source <> 'file'
      and status in ('succeeded', 'partial')
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A scheduled time that someone took care of; with 0 tries, the schedule begins after it.

    `run_id` is None if there was no run, or if the scheduler stopped it and gave the time back.
    """

    connection: str
    due_at: datetime
    tries: int
    run_id: str | None
    claimed_at: datetime
    host: str


def find(store: Store, connection: str) -> Claim | None:
    """The last claim of a connection."""
    row = store.first_row(_FIND, {"connection": connection})
    return _claim(row) if row else None


def put(
    store: Store,
    connection: str,
    due_at: datetime,
    *,
    host: str,
    tries: int = 0,
    run_id: str | None = None,
) -> None:
    """Note that everything up to this scheduled time is taken care of."""
    row = {
        "connection": connection,
        "due_at": to_text(due_at),
        "tries": tries,
        "run_id": run_id,
        "now": to_text(store.now()),
        "host": host,
    }
    with store.writing():
        store.execute(_PUT, row)


def give_back(store: Store, run_id: str) -> None:
    """Note that this run was stopped by its scheduler: the next scheduler starts another one."""
    with store.writing():
        store.execute(_GIVE_BACK, {"run_id": run_id})


def was_done_since(store: Store, connection: str, moment: datetime) -> bool:
    """Whether a run without a file did its work after that moment, no matter who started it."""
    parameters = {"connection": connection, "since": to_text(moment)}
    return store.first_row(_DONE_SINCE, parameters) is not None


def start_of_last_done(store: Store, connection: str) -> datetime | None:
    """When the last run without a file that did its work began, no matter who started it."""
    row = store.first_row(_LAST_DONE, {"connection": connection})
    return from_text(row["moment"]) if row and row["moment"] else None


def _claim(row: sqlite3.Row) -> Claim:
    return Claim(
        row["connection"],
        from_text(row["due_at"]),
        row["tries"],
        row["run_id"],
        from_text(row["claimed_at"]),
        row["host"],
    )
