"""What the log says about a connection that someone may have to know (rules.md, 3.5, 7 and 8)."""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store
from lib.store.run import Run, run_of
from lib.store.sql_values import json_list, moment
from lib.store.terms import from_number, to_number

# Faults that only tell the person who started a run that the run wasn't as they meant it.
_OF_THE_STARTER = (
    "usage",
    "settings",
    "soql",
    "file_unreadable",
    "who_asked_unclear",
    "paused_by_person",
)
_ENDED = """
    select * from run
    where connection = :connection and finished_at is not null and undoes is null
      and dry_run = 0 and status not in ('busy', 'dry_run')
      and coalesce(errors ->> 0 ->> 'code', '') not in (select value from json_each(:mistakes))
    order by id desc
    limit :last
"""
_SIGNED_IN = """
    select max(started_at) as at from run
    where connection = :connection and scope is not null
"""
_CLEARED_AGAIN = """
    select count(*) as count from memory_row indexed by memory_by_verdict
    where scope = (select id from term where text = :scope) and verdict = 'kept'
      and 1 < (
          select count(distinct run) from change_row indexed by change_by_record
          where change_row.scope = memory_row.scope
            and change_row.record_id = memory_row.record_id
            and outcome = 'updated' and is_undo = 0
      )
"""
# What may be older than the connection has no known start after its first run. The wait for a
# late arrival begins when the record came.
_OVERDUE = """
    with waiting as (
        select entry, max(not_before, coalesce(reopened_at, not_before)) as not_before,
            max(not_after, coalesce(reopened_at, not_after)) as not_after
        from event_row indexed by event_pending
        where scope = (select id from term where text = :scope)
          and state = 'pending' and not is_domain
          and kind = (select id from term where text = 'unsubscribe')
          and not_before >= :connected
    )
    select count(distinct entry) as people, min(not_before) as not_before, (
        select not_after from waiting
        order by not_before, not_after
        limit 1
    ) as not_after
    from waiting
    where not_before <= :asked_by
"""
_CONNECTED = """
    select min(started_at) as at from run
    where scope = :scope and dry_run = 0
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """People who have waited too long, or will have before the next run; the longest wait.

    It began between `not_before` and `not_after` (rules.md, 8).
    """

    people: int
    not_before: datetime
    not_after: datetime


def ended_runs(store: Store, connection: str, *, last: int = 20) -> list[Run]:
    """The runs that ended, newest first: no previews, and none that did nothing."""
    parameters = {"connection": connection, "last": last, "mistakes": json_list(_OF_THE_STARTER)}
    return [run_of(row) for row in store.query(_ENDED, parameters)]


def signed_in_at(store: Store, connection: str) -> datetime | None:
    """When the last run started that got into Salesforce."""
    row = store.first_row(_SIGNED_IN, {"connection": connection})
    return moment(row["at"]) if row else None


def cleared_again(store: Store, scope: str) -> int:
    """How many records were opted out at least twice, and are cleared again."""
    row = store.first_row(_CLEARED_AGAIN, {"scope": scope})
    return int(row["count"]) if row else 0


def overdue(store: Store, scope: str, asked_by: datetime) -> Overdue | None:
    """The people still waiting who can have asked at `asked_by` or earlier.

    Those are left out who can have asked before the connection's first run.
    """
    connected = store.first_row(_CONNECTED, {"scope": scope})
    if connected is None or connected["at"] is None:
        return None
    parameters = {
        "scope": scope,
        "connected": to_number(from_text(connected["at"])),
        "asked_by": to_number(asked_by),
    }
    row = store.first_row(_OVERDUE, parameters)
    if row is None or not row["people"]:
        return None
    return Overdue(row["people"], from_number(row["not_before"]), from_number(row["not_after"]))
