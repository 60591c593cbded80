"""What the log says about taking a run back: what it set, what came before and after, and undos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store
from lib.store.ledger import count_of_run
from lib.store.run import Run, run_of
from lib.store.sql_values import chunks, json_list, moment
from lib.values import Outcome

_CHUNK = 5_000  # records per statement

_COUNTS = """
    select
        (select count(*) from change
            where run_id = :run_id and outcome = 'updated') as written,
        (select count(distinct address) from change
            where run_id = :run_id and outcome = 'updated') as people,
        (select count(*) from change
            where run_id = :run_id and outcome in ('failed', 'pending')
              and not exists (
                  select 1 from undone
                  where undone.scope = change.scope and undone.record_id = change.record_id
                    and undone.run_id = change.run_id
              )) as unwritten,
        (select count(distinct change.record_id) from run
            join change
                on change.run_id = run.id and change.outcome = 'updated'
            where run.undoes = :run_id) as set_back
"""
_SET_BACK = """
    select distinct change.record_id from run
    join change
        on change.run_id = run.id and change.outcome = 'updated'
    where run.undoes = :run_id
"""
_UNDOS = """
    select * from run
    where undoes in (select value from json_each(:run_ids)) and dry_run = 0
      and status not in ('busy', 'guarded')
    order by id desc
"""
_LAST_PREVIEW = """
    select * from run
    where undoes = :run_id and (status = 'dry_run' or status = 'guarded')
    order by id desc
    limit 1
"""
_LATEST = """
    select * from run
    where undoes = :run_id and finished_at is not null and status <> 'busy'
    order by id desc
    limit 1
"""
_GROUPS = """
    select outcome, reason, count(*) as records, count(distinct address) as people
    from change
    where run_id = :run_id
    group by outcome, reason
"""
_AROUND = """
    select id, run_id, record_id, address, outcome, is_undo, modified_at, planned_at
    from change
    where scope = :scope and record_id in (select value from json_each(:record_ids))
      and outcome in ('updated', 'already_opted_out', 'kept')
    order by record_id, id
"""
_FILES = """
    select id, file_name from run
    where id in (select value from json_each(:run_ids)) and file_name is not null
"""


@dataclass(frozen=True, slots=True)
class UndoCounts:
    """What a run did that can be taken back, and how much of it already was."""

    written: int  # records
    people: int  # of those
    unwritten: int  # records it wanted to opt out
    set_back: int  # records that undos made mailable again
    file_events: int  # people and domains that its file names

    @property
    def is_empty(self) -> bool:
        """Whether there's nothing left to take back."""
        return self.set_back >= self.written and not self.unwritten and not self.file_events


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run found or did with a record: one row of its history, in the order of time."""

    id: int
    run_id: str
    record_id: str
    address: str
    outcome: Outcome
    is_undo: bool
    at: datetime  # LastModifiedDate when it was planned, if known


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many records and people of a run have this outcome for this reason."""

    outcome: Outcome
    reason: str | None
    records: int
    people: int


def groups(store: Store, run_id: str) -> list[ReasonCount]:
    """The records of a run by outcome and reason."""
    return [
        ReasonCount(Outcome(row["outcome"]), row["reason"], row["records"], row["people"])
        for row in store.query(_GROUPS, {"run_id": run_id})
    ]


def counts_of(store: Store, run: Run) -> UndoCounts:
    """What there is to take back of a run, by the log alone."""
    row = store.first_row(_COUNTS, {"run_id": run.id})
    named = count_of_run(store, run.scope, run.id) if run.scope else 0
    values = dict(row) if row else {"written": 0, "people": 0, "unwritten": 0, "set_back": 0}
    return UndoCounts(**values, file_events=named)


def undos_of(store: Store, run_ids: Iterable[str]) -> dict[str, list[Run]]:
    """The undos of each of these runs that wrote or may have written, newest first."""
    found: dict[str, list[Run]] = {}
    for row in store.query(_UNDOS, {"run_ids": json_list(run_ids)}):
        found.setdefault(row["undoes"], []).append(run_of(row))
    return found


def newest_of(store: Store, run_id: str) -> Run | None:
    """The newest undo of this run that wrote or may have written."""
    found = undos_of(store, [run_id]).get(run_id)
    return found[0] if found else None


def last_preview(store: Store, run_id: str) -> Run | None:
    """The newest preview of an undo of this run, or an undo that stopped because it had grown."""
    row = store.first_row(_LAST_PREVIEW, {"run_id": run_id})
    return run_of(row) if row else None


def latest(store: Store, run_id: str) -> Run | None:
    """The newest undo of this run that ended, or preview of one."""
    row = store.first_row(_LATEST, {"run_id": run_id})
    return run_of(row) if row else None


def set_back(store: Store, run_id: str) -> frozenset[str]:
    """The IDs of the run's records that undos made mailable again."""
    return frozenset(row["record_id"] for row in store.query(_SET_BACK, {"run_id": run_id}))


def history_of(store: Store, scope: str, record_ids: Iterable[str]) -> dict[str, list[Seen]]:
    """When each record was found or made opted out, cleared, or set back, oldest first."""
    found: dict[str, list[Seen]] = {}
    for chunk in chunks(record_ids, _CHUNK):
        parameters = {"scope": scope, "record_ids": json_list(chunk)}
        for row in store.query(_AROUND, parameters):
            found.setdefault(row["record_id"], []).append(
                Seen(
                    id=row["id"],
                    run_id=row["run_id"],
                    record_id=row["record_id"],
                    address=row["address"],
                    outcome=Outcome(row["outcome"]),
                    is_undo=bool(row["is_undo"]),
                    at=moment(row["modified_at"]) or from_text(row["planned_at"]),
                )
            )
    return found


def file_names(store: Store, run_ids: Iterable[str]) -> dict[str, str]:
    """The names of the files that these runs read."""
    rows = store.query(_FILES, {"run_ids": json_list(run_ids)})
    return {row["id"]: row["file_name"] for row in rows}
