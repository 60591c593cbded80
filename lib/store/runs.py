"""The runs in the log: a row for each, with the counts that the charts and History show."""

import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from lib.clock import to_text
from lib.fields import OptOutField
from lib.store import sums, waits
from lib.store.db import Store
from lib.store.run import COUNTS, Run, forecast_text, run_of
from lib.values import Fault, Forecast, Org, Outcome, Progress, RunResult, RunStatus

__all__ = [
    "Run",
    "adopt",
    "close_dead",
    "finish",
    "get",
    "latest",
    "new_id",
    "progress",
    "set_scope",
    "start",
    "unfinished",
]

_ONLY_SHOWN = (RunStatus.DRY_RUN, RunStatus.OVER_LIMIT)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # base32 without i, l, o, u; sorts as text
_TIME_LETTERS = 9  # milliseconds, enough until 3084
_RANDOM_LETTERS = 5

_START = """
    insert into run (id, connection, status, started_by, source, file_name, dry_run,
        approves_domain, undoes, started_at, beat_at)
    values (:id, :connection, :status, :started_by, :source, :file_name, :dry_run,
        :approves_domain, :undoes, :now, :now)
"""
_ADOPT = "update run set beat_at = :now where id = :id and finished_at is null"
_SET_SCOPE = """
    update run
    set scope = :scope, org_name = :org_name, environment = :environment, user_id = :user_id,
        opt_out_field = :opt_out_field,
        first_run = undoes is null and not exists (
            select 1 from run as earlier
            where earlier.scope = :scope and earlier.undoes is null
              and earlier.status in ('succeeded', 'partial')
        )
    where id = :id
"""
_PROGRESS = """
    update run
    set status = 'running', beat_at = :now,
        phase = :phase, phase_done = :done, phase_total = :total,
        events_read = coalesce(:events_read, events_read),
        addresses = coalesce(:addresses, addresses),
        records = coalesce(:records, records),
        updated = coalesce(:updated, updated),
        planned = coalesce(:planned, planned),
        already_opted_out = coalesce(:already_opted_out, already_opted_out),
        kept = coalesce(:kept, kept),
        skipped = coalesce(:skipped, skipped),
        failed = coalesce(:failed, failed),
        pending = coalesce(:pending, pending),
        unmatched = coalesce(:unmatched, unmatched),
        left_out = coalesce(:left_out, left_out),
        who_asked = coalesce(:who_asked, who_asked),
        api_calls = coalesce(:api_calls, api_calls)
    where id = :id and finished_at is null
"""
_FINISH = """
    update run
    set status = :status, finished_at = :finished_at, beat_at = :finished_at,
        safety_limit = coalesce(:limit, safety_limit),
        mailable = coalesce(:mailable, mailable),
        events_read = :events_read, addresses = :addresses, records = :records,
        updated = :updated, planned = :planned, already_opted_out = :already_opted_out,
        kept = :kept, skipped = :skipped, failed = :failed, pending = :pending,
        unmatched = :unmatched, left_out = :left_out, who_asked = :who_asked,
        api_calls = :api_calls, duration_s = :duration_s, errors = :errors, full = :full,
        org_calls_used = :org_calls_used, org_calls_limit = :org_calls_limit
    where id = :id
"""
_LAST_USAGE = """
    select org_calls_used, org_calls_limit from run
    where connection = :connection and org_calls_limit is not null
    order by id desc
    limit 1
"""
_NOTE_FORECAST = "update run set forecast = :forecast where id = :id"
_NOTE_SETTINGS = """
    update run
    set limit_source = :limit_source, copying_off = :copying_off,
        dry_run = max(dry_run, :copying_off)
    where id = :id
"""
_GET = "select * from run where id = :id"
_LATEST = """
    select * from run
    where (:before is null or id < :before)
    order by id desc
    limit :limit
"""
_LATEST_OF = """
    select * from run
    where connection = :connection
      and (:before is null or id < :before)
    order by id desc
    limit :limit
"""
_UNFINISHED = """
    select * from run
    where connection = :connection and finished_at is null
    order by id
"""
_RECOUNT = """
    update run
    set updated = (select count(*) from change where run_id = :id and outcome = 'updated'),
        skipped = (select count(*) from change where run_id = :id and outcome = 'skipped'),
        pending = (select count(*) from change where run_id = :id and outcome = 'pending')
    where id = :id and planned is null
"""
_LAST_IN_SCOPE = """
    select full, status from run
    where scope = :scope and source <> 'file' and undoes is null
      and finished_at is not null and status not in ('busy', 'failed')
    order by id desc
    limit 1
"""


def start(
    store: Store,
    *,
    connection: str,
    started_by: str,
    dry_run: bool,
    source: str,
    file_name: str | None = None,
    approves_domain: str | None = None,
    status: RunStatus = RunStatus.STARTING,
    run_id: str | None = None,
    undoes: str | None = None,
) -> str:
    """Write a run's row. Returns its id, which sorts by time and is safe in a URL.

    `undoes` is the run that this one takes back.
    """
    now = store.now()
    chosen = run_id or new_id(now)
    row = {
        "id": chosen,
        "connection": connection,
        "status": status,
        "started_by": started_by,
        "source": source,
        "file_name": file_name,
        "dry_run": int(dry_run),
        "approves_domain": approves_domain,
        "undoes": undoes,
        "now": to_text(now),
    }
    with store.writing():
        store.execute(_START, row)
    return chosen


def adopt(store: Store, run_id: str) -> Run | None:
    """Take over a row that the dashboard wrote; None if there is none, or it has ended."""
    with store.writing():
        if not store.execute(_ADOPT, {"id": run_id, "now": to_text(store.now())}):
            return None
    return get(store, run_id)


def note_settings(
    store: Store, run_id: str, *, limit_source: str | None, copying_off: bool
) -> None:
    """Note who set the run's safety limit, and whether copying is off, which makes it a dry run."""
    row = {"id": run_id, "limit_source": limit_source, "copying_off": int(copying_off)}
    with store.writing():
        store.execute(_NOTE_SETTINGS, row)


def set_scope(
    store: Store,
    run_id: str,
    scope: str,
    org: Org,
    user_id: str = "",
    own_field: OptOutField | None = None,
) -> None:
    """Note the org, user, and opt-out field of the run, and whether it is the first run there."""
    row = {
        "id": run_id,
        "scope": scope,
        "org_name": org.name,
        "environment": org.environment,
        "user_id": user_id or None,
        "opt_out_field": own_field.setting if own_field else "",
    }
    with store.writing():
        store.execute(_SET_SCOPE, row)


def progress(
    store: Store, run_id: str, step: Progress, *, who_asked: str | None = None, **counts: int | None
) -> None:
    """Write how far the run is. Values not given stay, and a run that has ended doesn't change."""
    unknown = set(counts) - set(COUNTS)
    if unknown:
        raise TypeError(f"no such count of a run: {', '.join(sorted(unknown))}")
    row: dict[str, object] = dict.fromkeys(COUNTS)
    row.update(counts, id=run_id, now=to_text(store.now()))
    row.update(phase=step.phase, done=step.done, total=step.total, who_asked=who_asked)
    with store.writing():
        store.execute(_PROGRESS, row)


def finish(
    store: Store,
    run_id: str,
    result: RunResult,
    *,
    limit: int | None = None,
    mailable: int | None = None,
    usage: tuple[int, int] | None = None,
) -> None:
    """Close the run with its result; `limit` and `mailable` are the safety limit's numbers.

    `usage` has the org's API calls in 24 hours, and the org's limit.
    """
    _close(store, run_id, result, at=store.now(), limit=limit, mailable=mailable, usage=usage)


def note_forecast(store: Store, run_id: str, forecast: Forecast) -> None:
    """Note what the run was estimated to take, in the caller's transaction."""
    row = {"id": run_id, "forecast": forecast_text(forecast)}
    store.execute(_NOTE_FORECAST, row)


def last_usage(store: Store, connection: str) -> tuple[int, int] | None:
    """The org's calls in 24 hours and its limit, as the newest run that knows them ended."""
    row = store.first_row(_LAST_USAGE, {"connection": connection})
    return (row["org_calls_used"], row["org_calls_limit"]) if row else None


def get(store: Store, run_id: str) -> Run | None:
    """The run with this id, if the log has it."""
    row = store.first_row(_GET, {"id": run_id})
    return run_of(row) if row else None


def latest(
    store: Store, *, connection: str | None = None, limit: int = 50, before: str | None = None
) -> list[Run]:
    """The newest runs, newest first. `before` is the id of a run; paging uses it."""
    parameters = {"connection": connection, "before": before, "limit": limit}
    return _runs(store.query(_LATEST_OF if connection else _LATEST, parameters))


def unfinished(store: Store, connection: str) -> list[Run]:
    """The runs of a connection that haven't ended, oldest first. Their process may be dead."""
    return _runs(store.query(_UNFINISHED, {"connection": connection}))


def only_planned_in_full(store: Store, scope: str) -> bool:
    """Whether the last run of an org compared everything, and then only showed its plan."""
    row = store.first_row(_LAST_IN_SCOPE, {"scope": scope})
    return row is not None and bool(row["full"]) and row["status"] in _ONLY_SHOWN


def close_dead(store: Store, run_id: str) -> None:
    """Close a run whose process died, with the counts of its change rows.

    It's failed, or done if it's an undo that had nothing left to write: its records and what no
    longer counts are logged together before the first write.
    """
    run = get(store, run_id)
    if run is None or run.is_finished:
        return
    counts = sums.outcomes(store, run_id)
    is_plan = Outcome.PLANNED in counts
    is_done = run.is_undo and not run.dry_run and bool(counts) and not _LEFT & counts.keys()
    interrupted = _UNDO_INTERRUPTED if run.is_undo else _INTERRUPTED
    result = RunResult(
        run_id=run.id,
        connection=run.connection,
        status=RunStatus.SUCCEEDED if is_done else RunStatus.FAILED,
        events_read=run.events_read,
        addresses=run.addresses,
        records=sum(counts.values()),
        updated=None if is_plan else counts.get(Outcome.UPDATED, 0),
        planned=counts[Outcome.PLANNED] if is_plan else None,
        already_opted_out=counts.get(Outcome.ALREADY, 0),
        kept=counts.get(Outcome.KEPT, 0),
        skipped=counts.get(Outcome.SKIPPED, 0),
        failed=counts.get(Outcome.FAILED, 0),
        pending=counts.get(Outcome.PENDING, 0),
        unmatched=run.unmatched,
        left_out=run.left_out,
        api_calls=run.api_calls,
        duration_s=max(0.0, (run.beat_at - run.started_at).total_seconds()),
        errors=() if is_done else (interrupted,),
        who_asked=run.who_asked,
    )
    _close(store, run_id, result, at=run.beat_at)


def recount(store: Store, run_id: str) -> None:
    """Update a run's counts from its records, after lost answers were looked up."""
    with store.writing():
        store.execute(_RECOUNT, {"id": run_id})
        waits.keep(store, run_id)


_LEFT = frozenset({Outcome.PLANNED, Outcome.PENDING, Outcome.FAILED})
"""Outcomes of records that an undo still has to make mailable."""
_UNDO_INTERRUPTED = Fault(
    code="interrupted",
    message="The run was only taken back in part, because the process ended",
    remedy="Take it back again. What was sent is checked first, and the rest is made mailable.",
)
_INTERRUPTED = Fault(
    code="interrupted",
    message="The run stopped before it was done, because its process ended",
    remedy="Nothing is lost. The next run checks what was sent and picks up what was left.",
)


def new_id(at: datetime) -> str:
    """A new run id: the time in letters that sort, then random letters."""
    milliseconds = int(at.timestamp() * 1000)
    randomness = secrets.randbits(5 * _RANDOM_LETTERS)
    return _letters(milliseconds, _TIME_LETTERS) + _letters(randomness, _RANDOM_LETTERS)


def _letters(number: int, width: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(width)))


def _close(
    store: Store,
    run_id: str,
    result: RunResult,
    *,
    at: datetime,
    limit: int | None = None,
    mailable: int | None = None,
    usage: tuple[int, int] | None = None,
) -> None:
    row: dict[str, object] = {name: getattr(result, name) for name in COUNTS}
    row.update(id=run_id, status=result.status, duration_s=float(result.duration_s))
    row.update(finished_at=to_text(at), limit=limit, mailable=mailable)
    row["org_calls_used"], row["org_calls_limit"] = usage or (None, None)
    row["who_asked"] = result.who_asked
    row["full"] = int(result.full)
    row["errors"] = json.dumps([asdict(fault) for fault in result.errors], ensure_ascii=False)
    with store.writing():
        store.execute(_FINISH, row)
        waits.keep(store, run_id)


def _runs(rows: Iterable[sqlite3.Row]) -> list[Run]:
    return [run_of(row) for row in rows]
