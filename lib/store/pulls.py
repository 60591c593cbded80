"""The pulls in the log: one row each, and a row for everybody who was fetched, with why he went.

Reasons and options are those of lib/lists/values.py, as plain words and JSON here. The people of
the last two pulls of each list stay (what changed since?), and those of pulls that were handed
over; older ones are let go, their numbers stay.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.clock import from_text, to_text
from lib.store.column_values import moment, text_of
from lib.store.db import Store
from lib.store.runs import new_id
from lib.values import Fault, Progress

SILENCE = timedelta(minutes=15)
"""A pull that has shown no progress for so long is dead: Salesforce and JangoMail answer sooner."""

_PULLS_KEPT = 2
_HANDED_OVER_KEPT = timedelta(days=400)

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
    limit :last
"""
_LATEST = """
    select * from pull
    where connection = :connection
    order by started_at desc, id desc
    limit :last
"""
_UNFINISHED = """
    select * from pull
    where connection = :connection and finished_at is null
    order by started_at, id
"""
_ADD_ROW = """
    insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)
    values (?, ?, ?, ?, ?, ?, ?)
"""
_REMOVED_ROWS = """
    select * from pull_row indexed by pull_row_removed
    where pull_id = :id and removed = :reason and position > :after
    order by position
    limit :last
"""
_ROWS = """
    select * from pull_row
    where pull_id = :id and removed is null and position > :after
    order by position
    limit :last
"""
_REMOVE_ROW = "update pull_row set removed = ? where pull_id = ? and position = ?"
_FORGET_ROWS = "delete from pull_row where pull_id = :id"
_HAS_ROWS = "select 1 from pull_row where pull_id = :id limit 1"
_LET_GO = """
    with past as (
        select id, row_number() over (
            partition by list_id order by started_at desc, id desc
        ) as place
        from pull
        where connection = :connection and status = 'done'
    )
    select id, (select file from pull where pull.id = past.id) as file
    from past
    where place > :kept
      and not exists (
        select 1 from hand_over
        where pull_id = past.id and started_at >= :since
      )
      and exists (select 1 from pull_row where pull_id = past.id)
"""
_FORGET_FILE = "update pull set file = null where id = :id"


@dataclass(frozen=True, slots=True)
class PullNumbers:
    """What a pull came to, as it is closed; `matching` and `opted_out` are None under LIMIT."""

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
    """One pull as the log knows it."""

    id: str
    connection: str
    scope: str | None
    list_id: str | None  # None: not of a saved list
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
    file: str | None  # its CSV's name in the folder `lists` of the home; None once it is gone
    warnings: tuple[str, ...]
    error: Fault | None

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class PullRow:
    """One person who was fetched; `removed` is why he is not on the list, None when he is."""

    position: int  # counts from 1, in the order of the file
    sobject: str
    record_id: str  # empty where a row is several people
    address: str  # as it is compared; empty where there is none
    shown: str  # as Salesforce has it
    removed: str | None = None


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
    """Write a pull's row; its id, which sorts by time and is safe in an address."""
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
    """Take over a row that the dashboard wrote; None when there is none, or it has ended."""
    with store.writing():
        if not store.execute(_ADOPT, {"id": pull_id, "now": to_text(store.now())}):
            return None
    return get(store, pull_id)


def set_scope(store: Store, pull_id: str, scope: str) -> None:
    """Note which org the pull is of."""
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
    """Write where the pull is; what is not given stays. A pull that has ended stays so.

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


def add_rows(store: Store, pull_id: str, rows: Iterable[PullRow]) -> None:
    """Note people who were fetched; a million take some seconds."""
    store.execute_many(
        _ADD_ROW,
        (
            (pull_id, one.position, one.sobject, one.record_id, one.address, one.shown, one.removed)
            for one in rows
        ),
    )


def remove_rows(store: Store, pull_id: str, reasons: Iterable[tuple[int, str]]) -> None:
    """Note why people go who were on the list at first, by their positions."""
    with store.writing():
        store.execute_many(
            _REMOVE_ROW, ((reason, pull_id, position) for position, reason in reasons)
        )


def finish(store: Store, pull_id: str, numbers: PullNumbers, *, file: str | None) -> list[str]:
    """Close a pull that is whole; the files of older ones that may be deleted now."""
    with store.writing():
        _close(store, pull_id, "done", numbers, file=file)
        done = get(store, pull_id)
        return _let_go(store, done.connection) if done else []


def fail(store: Store, pull_id: str, fault: Fault, numbers: PullNumbers | None = None) -> None:
    """Close a pull that came to nothing; its people are forgotten, since it has no list.

    One that has ended stays as it is, with its people.
    """
    with store.writing():
        if _close(store, pull_id, "failed", numbers or PullNumbers(), fault=fault):
            store.execute(_FORGET_ROWS, {"id": pull_id})


def close_dead(store: Store, pull_id: str) -> None:
    """Close a pull whose process died."""
    fail(store, pull_id, _INTERRUPTED)


def close_silent(store: Store, connection: str) -> None:
    """Close the pulls of a connection that have shown no progress for SILENCE."""
    until = store.now() - SILENCE
    for one in unfinished(store, connection):
        if one.beat_at < until:
            close_dead(store, one.id)


def get(store: Store, pull_id: str) -> Pull | None:
    """One pull, if the log has it."""
    row = store.one(_GET, {"id": pull_id})
    return _pull(row) if row else None


def of_list(store: Store, list_id: str, *, last: int = 10, done_only: bool = False) -> list[Pull]:
    """The newest pulls of a saved list, newest first."""
    parameters = {"list_id": list_id, "last": last, "done_only": int(done_only)}
    return [_pull(row) for row in store.query(_OF_LIST, parameters)]


def latest(store: Store, connection: str, *, last: int = 10) -> list[Pull]:
    """The newest pulls of a connection, newest first."""
    return [_pull(row) for row in store.query(_LATEST, {"connection": connection, "last": last})]


def unfinished(store: Store, connection: str) -> list[Pull]:
    """The pulls of a connection that have not ended, oldest first; their process may be dead."""
    return [_pull(row) for row in store.query(_UNFINISHED, {"connection": connection})]


def has_rows(store: Store, pull_id: str) -> bool:
    """Whether the log still knows the people of a pull."""
    return store.one(_HAS_ROWS, {"id": pull_id}) is not None


def rows_of(store: Store, pull_id: str, *, after: int = 0, last: int = 1000) -> list[PullRow]:
    """The people on the list, in the order of the file, behind the position `after`."""
    return _page(store, _ROWS, {"id": pull_id, "after": after, "last": last})


def removed_of(
    store: Store, pull_id: str, reason: str, *, after: int = 0, last: int = 1000
) -> list[PullRow]:
    """The people that a reason kept off the list."""
    parameters = {"id": pull_id, "reason": reason, "after": after, "last": last}
    return _page(store, _REMOVED_ROWS, parameters)


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
    """Whether it was still open."""
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


def _let_go(store: Store, connection: str) -> list[str]:
    """Forget the people of older pulls; the names of their files, which are theirs to delete."""
    since = to_text(store.now() - _HANDED_OVER_KEPT)
    parameters = {"connection": connection, "kept": _PULLS_KEPT, "since": since}
    files: list[str] = []
    for row in store.query(_LET_GO, parameters):
        store.execute(_FORGET_ROWS, {"id": row["id"]})
        store.execute(_FORGET_FILE, {"id": row["id"]})
        files += [row["file"]] if row["file"] else []
    return files


def _page(store: Store, statement: str, parameters: Mapping[str, object]) -> list[PullRow]:
    return [_row(row) for row in store.query(statement, parameters)]


def _fault_row(fault: Fault) -> dict[str, object]:
    return {"code": fault.code, "message": fault.message, "remedy": fault.remedy}


def _row(row: sqlite3.Row) -> PullRow:
    return PullRow(
        position=row["position"],
        sobject=row["sobject"],
        record_id=row["record_id"],
        address=row["address"],
        shown=row["shown"],
        removed=row["removed"],
    )


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
