"""How many people a right that's missing in Salesforce is about, as of the last run.

A run considers everyone who is still waiting, so the last run from JangoMail that looked for
records knows all of them. Runs with a file are about the people in the file alone, and an undo is
about the people of the run it takes back.
"""

from collections.abc import Mapping

from lib.store.db import Store

_LAST_LOOK = """
    select id, api_calls from run
    where scope = :scope and source = 'jangomail' and finished_at is not null
      and undoes is null
      and (status in ('succeeded', 'partial', 'guarded', 'dry_run')
           or (status = 'failed' and records > 0))
    order by id desc
    limit 1
"""
_WAITING = """
    select sobject, count(distinct address) as people
    from change
    where run_id = :run_id and outcome = 'pending' and reason = 'permission_missing'
    group by sobject
"""
_CONVERTED = """
    select count(distinct address) as people from change
    where scope = :scope and reason = 'converted'
"""


def last_look(store: Store, scope: str) -> tuple[str, int] | None:
    """The last run that looked for everyone, and the API calls it used; None before the first."""
    row = store.first_row(_LAST_LOOK, {"scope": scope})
    return (row["id"], row["api_calls"]) if row else None


def waiting_for_rights(store: Store, run_id: str) -> Mapping[str, int]:
    """By sObject, people whose box that run wasn't allowed to set."""
    return {row["sobject"]: row["people"] for row in store.query(_WAITING, {"run_id": run_id})}


def on_converted_leads(store: Store, scope: str) -> int:
    """People who unsubscribed and were found on a converted Lead by a run."""
    row = store.first_row(_CONVERTED, {"scope": scope})
    return row["people"] if row else 0
