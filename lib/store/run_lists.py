"""The runs that a page shows: those worth a line, and how many found nothing to do."""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.run import Run, run_of
from lib.store.sql_values import json_list
from lib.values import RunStatus

_QUIET = """(status in ('succeeded', 'dry_run') and coalesce(updated, planned) = 0 and kept = 0)"""
_FILTER = """
    started_at >= :since and started_at < :until
    and (:connection is null or connection = :connection)
    and (:statuses is null or status in (select value from json_each(:statuses)))
    and (:source is null or source = :source)
    and (:started_by is null or started_by = :started_by)
"""
_LISTED = f"""
    select * from run
    where {_FILTER} and (:quiet is null or {_QUIET} = :quiet)
    order by started_at desc, id desc
    limit :limit offset :offset
"""  # noqa: S608 - joins the constants above
_NEWEST = f"""
    select * from run
    where {_FILTER} and finished_at is not null
    order by id desc
    limit :limit
"""  # noqa: S608 - joins the constants above
_COUNT = f"""
    select {_QUIET} as quiet, finished_at is not null and undoes is null and not dry_run as is_run,
        dry_run and undoes is null as is_preview, count(*) as count
    from run
    where {_FILTER}
    group by quiet, is_run, is_preview
"""  # noqa: S608 - joins the constants above
_STARTED_BY = f"select distinct started_by from run where {_FILTER} order by started_by"  # noqa: S608
_IDS = f"select id from run where {_FILTER} order by started_at, id"  # noqa: S608
_LAST_GOOD = """
    select * from run
    where connection = :connection and undoes is null and status in ('succeeded', 'partial')
    order by id desc
    limit 1
"""
_HAS_READ_SOURCE = """
    select 1 from run
    where connection = :connection and undoes is null and source <> 'file'
      and status in ('succeeded', 'partial')
    limit 1
"""
_HAS_PLANNED = """
    select 1 from run
    where connection = :connection and source <> 'file'
      and status in ('succeeded', 'partial', 'guarded', 'dry_run')
    limit 1
"""
_UNATTENDED = """
    select started_at from run
    where connection = :connection and undoes is null
      and (started_by = 'schedule' or started_by like 'script of %')
    order by id desc
    limit :limit
"""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to show: the period they started in, their connection and their statuses.

    None means all, and so does an empty `statuses`.
    """

    since: datetime
    until: datetime
    connection: str | None = None
    statuses: tuple[RunStatus, ...] = ()
    source: str | None = None
    started_by: str | None = None

    def parameters(self) -> dict[str, object]:
        """The filter as bound parameters."""
        return {
            "since": to_text(self.since),
            "until": to_text(self.until),
            "connection": self.connection,
            "statuses": json_list(self.statuses) if self.statuses else None,
            "source": self.source,
            "started_by": self.started_by,
        }


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many runs and previews a filter finds; `quiet` ones found nothing to do.

    `runs` and `previews` count the quiet ones too. Undos and what is in progress are neither.
    """

    notable: int = 0
    quiet: int = 0
    runs: int = 0
    previews: int = 0


def listed(
    store: Store,
    wanted: RunFilter,
    *,
    quiet: bool | None = False,
    limit: int = 20,
    offset: int = 0,
) -> list[Run]:
    """The notable runs, or the quiet ones, or both (None), newest first."""
    page = {"quiet": quiet, "limit": limit, "offset": offset}
    return [run_of(row) for row in store.query(_LISTED, {**wanted.parameters(), **page})]


def newest(store: Store, wanted: RunFilter, *, limit: int) -> list[Run]:
    """The newest runs of a filter that have ended, quiet ones too, newest first."""
    return [run_of(row) for row in store.query(_NEWEST, {**wanted.parameters(), "limit": limit})]


def count(store: Store, wanted: RunFilter) -> RunCounts:
    """How many runs of each kind there are."""
    rows = store.query(_COUNT, wanted.parameters())
    notable = [row for row in rows if not row["quiet"]]
    return RunCounts(
        notable=sum(row["count"] for row in notable),
        quiet=sum(row["count"] for row in rows) - sum(row["count"] for row in notable),
        runs=sum(row["count"] for row in rows if row["is_run"]),
        previews=sum(row["count"] for row in rows if row["is_preview"]),
    )


def starters(store: Store, wanted: RunFilter) -> list[str]:
    """Who and what started these runs, in the words of the log."""
    return [row["started_by"] for row in store.query(_STARTED_BY, wanted.parameters())]


def ids(store: Store, wanted: RunFilter) -> list[str]:
    """All runs of a filter, oldest first."""
    return [row["id"] for row in store.query(_IDS, wanted.parameters())]


def last_good(store: Store, connection: str) -> Run | None:
    """The newest run that was done, at least in part."""
    row = store.first_row(_LAST_GOOD, {"connection": connection})
    return run_of(row) if row else None


def has_planned(store: Store, connection: str) -> bool:
    """Whether a preview or a run without a file has ever found out who would be opted out."""
    return store.first_row(_HAS_PLANNED, {"connection": connection}) is not None


def has_read_source(store: Store, connection: str) -> bool:
    """Whether a run without a file was ever done: the next one won't bring the whole past again."""
    return store.first_row(_HAS_READ_SOURCE, {"connection": connection}) is not None


def unattended(store: Store, connection: str, *, limit: int = 8) -> list[datetime]:
    """When a schedule or a script last started runs, newest first."""
    rows = store.query(_UNATTENDED, {"connection": connection, "limit": limit})
    return [from_text(row["started_at"]) for row in rows]
