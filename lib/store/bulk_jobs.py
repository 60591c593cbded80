"""The Bulk 2.0 jobs that runs write with: noted before their rows are uploaded.

So a job of a run that died is found again by its ID, and settled from its results before anything
is written twice.
"""

from dataclasses import dataclass

from lib.clock import to_text
from lib.store.db import Store

_NOTE = """
    insert into bulk_job (id, run_id, scope, sobject, noted_at)
    values (:id, :run_id, :scope, :sobject, :now)
"""
_STARTING = "update bulk_job set starting_at = :now where id = :id"
_OVER = "update bulk_job set over_at = :now where id = :id"
_LEFT = """
    select bulk_job.id, run_id, sobject, starting_at
    from bulk_job indexed by bulk_job_left
    join run on run.id = run_id
    where bulk_job.scope = :scope and over_at is null and (undoes is not null) = :of_undo
    order by noted_at, bulk_job.id
"""
_AT_WORK = """
    select 1 from bulk_job
    where run_id = :run_id and starting_at is not null and over_at is null limit 1
"""


@dataclass(frozen=True, slots=True)
class LeftJob:
    """A job that isn't settled. `may_be_started`: its rows may have been written."""

    id: str
    run_id: str
    sobject: str
    may_be_started: bool


def note(store: Store, run_id: str, scope: str, job_id: str, sobject: str) -> None:
    """Write down a job that was just created, in the caller's transaction."""
    parameters = {"id": job_id, "run_id": run_id, "scope": scope, "sobject": sobject}
    store.execute(_NOTE, {**parameters, "now": to_text(store.now())})


def starting(store: Store, job_id: str) -> None:
    """Note that Salesforce is about to be asked to start: from now on, rows may be written."""
    store.execute(_STARTING, {"id": job_id, "now": to_text(store.now())})


def over(store: Store, job_id: str) -> None:
    """Note that nothing more is to be learned from a job."""
    store.execute(_OVER, {"id": job_id, "now": to_text(store.now())})


def left(store: Store, scope: str, *, of_undo: bool = False) -> list[LeftJob]:
    """The jobs in this scope that aren't settled, the oldest first: of syncs, or of undos."""
    rows = store.query(_LEFT, {"scope": scope, "of_undo": int(of_undo)})
    return [
        LeftJob(row["id"], row["run_id"], row["sobject"], row["starting_at"] is not None)
        for row in rows
    ]


def may_be_at_work(store: Store, run_id: str) -> bool:
    """Whether a job of this run was started, or may be, and isn't settled."""
    return any(True for _ in store.query(_AT_WORK, {"run_id": run_id}))
