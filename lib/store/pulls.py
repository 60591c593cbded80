"""The pulls in the log: a row for each, with what it fetched, what it left out and how it ended.

Reasons and options are those of lib/lists/values.py, stored as plain words and JSON. The people of
a pull are in lib/store/pull_rows.py; how long they stay is in lib/store/retention.py.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.clock import from_text, to_text
from lib.store import pull_rows, retention
from lib.store.db import Store
from lib.store.runs import new_id
from lib.store.sql_values import moment, text_of
from lib.values import Fault, Progress

SILENCE = timedelta(minutes=15)
"""A pull without progress for this long is dead: Salesforce and JangoMail answer sooner."""

_START = """
    insert into pull (id, connection, list_id, soql, options, status, pulled_by,
        started_at, beat_at)
    values (:id, :connection, :list_id, :soql, :options, :status, :pulled_by, :now, :now)
"""
_ADOPT = """
    update pull
    set status = 'running', beat_at = :now
    where id = :id and finished_at is null
"""
_SET_SCOPE = "update pull set scope = :scope where id = :id"
_PROGRESS = """
    update pull
    set status = 'running', beat_at = :now,
        phase = :phase, phase_done = :done, phase_total = :total,
        guarded = coalesce(:guarded, guarded), as_of = coalesce(:as_of, as_of),
        matching = coalesce(:matching, matching), opted_out = coalesce(:opted_out, opted_out),
        fetched = coalesce(:fetched, fetched), rows = coalesce(:rows, rows),
        api_calls = coalesce(:api_calls, api_calls)
    where id = :id and finished_at is null
"""
_FINISH = """
    update pull
    set status = :status, finished_at = :finished_at, beat_at = :finished_at,
        guarded = coalesce(:guarded, guarded), as_of = coalesce(:as_of, as_of),
        matching = :matching, opted_out = :opted_out, fetched = :fetched, rows = :rows,
        removed = :removed, api_calls = :api_calls, duration_s = :duration_s,
        file = :file, warnings = :warnings, error = :error
    where id = :id and finished_at is null
"""
_GET = "select * from pull where id = :id"
_OF_LIST = """
    select * from pull
    where list_id = :list_id
      and (not :done_only or status = 'done')
    order by started_at desc, id desc
    limit :limit
"""
_LATEST = """
    select * from pull
    where connection = :connection
    order by started_at desc, id desc
    limit :limit
"""
_UNFINISHED = """
    select * from pull
    where connection = :connection and finished_at is null
    order by started_at, id
"""


@dataclass(frozen=True, slots=True)
class PullNumbers:
    """The numbers of a pull when it ends; `matching` and `opted_out` are None if it has a LIMIT."""

    guarded: str | None = None
    as_of: datetime | None = None
    matching: int | None = None
    opted_out: int | None = None
    fetched: int = 0
    rows: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    api_calls: int = 0
    duration_s: float = 0.0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull as the log knows it."""

    id: str
    connection: str
    scope: str | None
    list_id: str | None  # None: not from a saved list
    soql: str
    guarded: str | None
    options: Mapping[str, object]
    status: str  # starting, running, done, failed
    pulled_by: str
    started_at: datetime
    beat_at: datetime
    finished_at: datetime | None
    phase: str
    phase_done: int
    phase_total: int
    as_of: datetime | None
    matching: int | None
    opted_out: int | None
    fetched: int
    rows: int
    removed: Mapping[str, int]
    api_calls: int
    duration_s: float
    file: str | None  # name of its CSV in the home's folder `lists`; None once it is deleted
    warnings: tuple[str, ...]
    error: Fault | None

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, done or failed."""
        return self.finished_at is not None


def start(
    store: Store,
    *,
    connection: str,
    soql: str,
    options: Mapping[str, object],
    pulled_by: str,
    list_id: str | None = None,
    status: str = "starting",
) -> str:
    """Write a pull's row. Returns its id, which sorts by time and is safe in a URL."""
    now = store.now()
    row = {
        "id": new_id(now),
        "connection": connection,
        "list_id": list_id,
        "soql": soql,
        "options": json.dumps(dict(options)),
        "status": status,
        "pulled_by": pulled_by,
        "now": to_text(now),
    }
    with store.writing():
        store.execute(_START, row)
    return str(row["id"])


def adopt(store: Store, pull_id: str) -> Pull | None:
    """Take over a row that the dashboard wrote; None if there is none, or it has ended."""
    with store.writing():
        if not store.execute(_ADOPT, {"id": pull_id, "now": to_text(store.now())}):
            return None
    return get(store, pull_id)


def set_scope(store: Store, pull_id: str, scope: str) -> None:
    """Note which org the pull is from."""
    with store.writing():
        store.execute(_SET_SCOPE, {"id": pull_id, "scope": scope})


def progress(
    store: Store,
    pull_id: str,
    step: Progress,
    *,
    guarded: str | None = None,
    as_of: datetime | None = None,
    **counts: int | None,
) -> None:
    """Write how far the pull is. Values not given stay, and a pull that has ended doesn't change.

    `counts` are matching, opted_out, fetched, rows and api_calls.
    """
    names = ("matching", "opted_out", "fetched", "rows", "api_calls")
    unknown = set(counts) - set(names)
    if unknown:
        raise TypeError(f"no such count of a pull: {', '.join(sorted(unknown))}")
    row: dict[str, object] = dict.fromkeys(names)
    row.update(counts, id=pull_id, now=to_text(store.now()))
    row.update(guarded=guarded, as_of=text_of(as_of))
    row.update(phase=step.phase, done=step.done, total=step.total)
    with store.writing():
        store.execute(_PROGRESS, row)


def finish(store: Store, pull_id: str, numbers: PullNumbers, *, file: str | None) -> list[str]:
    """Close a complete pull. Returns the files of older pulls that can be deleted now."""
    with store.writing():
        _close(store, pull_id, "done", numbers, file=file)
        done = get(store, pull_id)
        return retention.forget_old_pulls(store, done.connection) if done else []


def fail(store: Store, pull_id: str, fault: Fault, numbers: PullNumbers | None = None) -> None:
    """Close a pull that failed, and delete its people, because there is no list.

    If the pull has ended already, nothing changes.
    """
    with store.writing():
        if _close(store, pull_id, "failed", numbers or PullNumbers(), fault=fault):
            pull_rows.forget(store, pull_id)


def close_dead(store: Store, pull_id: str) -> None:
    """Close a pull whose process died."""
    fail(store, pull_id, _INTERRUPTED)


def close_silent(store: Store, connection: str) -> None:
    """Close the pulls of a connection that have shown no progress for SILENCE."""
    until = store.now() - SILENCE
    for pull in unfinished(store, connection):
        if pull.beat_at < until:
            close_dead(store, pull.id)


def get(store: Store, pull_id: str) -> Pull | None:
    """The pull with this id, if the log has it."""
    row = store.first_row(_GET, {"id": pull_id})
    return _pull(row) if row else None


def of_list(store: Store, list_id: str, *, limit: int = 10, done_only: bool = False) -> list[Pull]:
    """The newest pulls of a saved list, newest first."""
    parameters = {"list_id": list_id, "limit": limit, "done_only": int(done_only)}
    return [_pull(row) for row in store.query(_OF_LIST, parameters)]


def latest(store: Store, connection: str, *, limit: int = 10) -> list[Pull]:
    """The newest pulls of a connection, newest first."""
    return [_pull(row) for row in store.query(_LATEST, {"connection": connection, "limit": limit})]


def unfinished(store: Store, connection: str) -> list[Pull]:
    """The pulls of a connection that haven't ended, oldest first. Their process may be dead."""
    return [_pull(row) for row in store.query(_UNFINISHED, {"connection": connection})]


_INTERRUPTED = Fault(
    code="interrupted",
    message="The pull stopped before it was done, because its process ended",
    remedy="Pull the list again. Nothing was changed, and no partial list was kept.",
)


def _close(
    store: Store,
    pull_id: str,
    status: str,
    numbers: PullNumbers,
    *,
    file: str | None = None,
    fault: Fault | None = None,
) -> bool:
    """Close a pull. Returns whether it was still open."""
    row: dict[str, object] = {
        "id": pull_id,
        "status": status,
        "finished_at": to_text(store.now()),
        "guarded": numbers.guarded,
        "as_of": text_of(numbers.as_of),
        "matching": numbers.matching,
        "opted_out": numbers.opted_out,
        "fetched": numbers.fetched,
        "rows": numbers.rows,
        "removed": json.dumps(dict(numbers.removed)),
        "api_calls": numbers.api_calls,
        "duration_s": float(numbers.duration_s),
        "file": file,
        "warnings": json.dumps(list(numbers.warnings), ensure_ascii=False),
        "error": json.dumps(_fault_row(fault), ensure_ascii=False) if fault else None,
    }
    return store.execute(_FINISH, row) == 1


def _fault_row(fault: Fault) -> dict[str, object]:
    return {"code": fault.code, "message": fault.message, "remedy": fault.remedy}


def _pull(row: sqlite3.Row) -> Pull:
    values = dict(row)
    for name in ("started_at", "beat_at"):
        values[name] = from_text(values[name])
    for name in ("finished_at", "as_of"):
        values[name] = moment(values[name])
    for name in ("options", "removed"):
        values[name] = json.loads(values[name])
    values["warnings"] = tuple(json.loads(values["warnings"]))
    values["error"] = Fault(**json.loads(values["error"])) if values["error"] else None
    return Pull(**values)
