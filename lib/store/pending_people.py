"""The people whose unsubscribe no run has finished yet, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.store.db import Store
from lib.store.sql_values import json_list
from lib.store.terms import from_number, moment_of
from lib.values import Interval

# SQLite takes the other columns from the row that has the max.
_PENDING = """
    select address.text as address, term.text as source, not_before, max(not_after) as not_after
    from event_row indexed by event_pending
    join address on address.id = event_row.entry
    join term on term.id = event_row.source
    where scope = (select id from term where text = :scope) and state = 'pending'
      and not is_domain and resubscribed_at is null
      and address.text not in (select value from json_each(:without))
    group by event_row.entry
    order by max(not_after) desc, address.text
    limit :limit
"""


@dataclass(frozen=True, slots=True)
class PendingPerson:
    """An address, which source named it last, and when they unsubscribed."""

    address: str
    source: str
    asked: Interval


def newest(
    store: Store, scope: str, *, limit: int, without: Iterable[str] = ()
) -> list[PendingPerson]:
    """At most `limit` of them, but for the addresses in `without`."""
    parameters = {"scope": scope, "without": json_list(without), "limit": limit}
    return [
        PendingPerson(
            row["address"],
            row["source"],
            Interval(moment_of(row["not_before"]), from_number(row["not_after"])),
        )
        for row in store.query(_PENDING, parameters)
    ]
