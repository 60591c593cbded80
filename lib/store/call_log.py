"""The API calls of our runs and lists by time, to tell about when an org's calls come back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.clock import from_text, to_text
from lib.store.db import Store

WINDOW = timedelta(hours=24)
"""Salesforce counts the calls of the last 24 hours at any moment, not those of a day."""

# A connection's scope ends with the ID of its org; several connections can share an org.
_MADE = """
    select finished_at as at, api_calls as calls from run
    where finished_at > :since and api_calls > 0
      and substr(scope, -length(:org_id) - 1) = '/' || :org_id
    union all
    select finished_at, api_calls from pull
    where finished_at > :since and api_calls > 0
      and substr(scope, -length(:org_id) - 1) = '/' || :org_id
    order by 1
"""


@dataclass(frozen=True, slots=True)
class CallsMade:
    """Calls of a run or a list that ended at a time."""

    at: datetime
    calls: int


def within_window(store: Store, scope: str, now: datetime) -> list[CallsMade]:
    """What we called in this org in the last 24 hours, oldest first, by all connections."""
    row = {"since": to_text(now - WINDOW), "org_id": scope.rpartition("/")[2]}
    return [CallsMade(from_text(found["at"]), found["calls"]) for found in store.query(_MADE, row)]


def frees_at(made: list[CallsMade], needed: int, now: datetime) -> datetime:
    """About when `needed` calls have come back, by our own calls; a day at the latest.

    Other programs' calls come back too, but no one knows when they were made.
    """
    back = 0
    for each in made:
        back += each.calls
        if back >= needed:
            return each.at + WINDOW
    return now + WINDOW
