"""The records that Salesforce refuses now, without asking it.

A record that ten runs couldn't write is one refused record (rules.md, 8).
"""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store

# A record is refused until it gets another outcome. Plans, and writes that were never sent or
# answered, don't count as an outcome.
_REFUSED_NOW = """
    with last as (
        select record_id, max(id) as id from change_row indexed by change_refused
        where scope = (select id from term where text = :scope)
          and outcome = 'failed' and is_undo = 0
        group by record_id
    )
    select change.sobject, change.record_id, change.address, change.reason, change.message,
        (
            select min(failed.settled_at) from change as failed
            where failed.scope = :scope and failed.record_id = last.record_id
              and failed.outcome = 'failed' and failed.is_undo = 0
              and failed.id > coalesce((
                  select max(other.id) from change as other
                  where other.scope = :scope and other.record_id = last.record_id
                    and other.outcome not in ('failed', 'planned', 'pending')
              ), 0)
        ) as since
    from last
    join change on change.id = last.id
    where not exists (
        select 1 from change as later
        where later.scope = :scope and later.record_id = last.record_id
          and later.id > last.id and later.outcome not in ('planned', 'pending')
    )
    order by change.reason, since, change.record_id
"""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that no run since `since` could write."""

    sobject: str
    record_id: str
    address: str
    reason: str | None  # Salesforce's code
    message: str | None  # Salesforce's text, the last time
    since: datetime


def refused_now(store: Store, scope: str) -> list[RefusedRecord]:
    """The refused records of an org, sorted by reason and then oldest first."""
    return [
        RefusedRecord(
            sobject=row["sobject"],
            record_id=row["record_id"],
            address=row["address"],
            reason=row["reason"],
            message=row["message"],
            since=from_text(row["since"]),
        )
        for row in store.query(_REFUSED_NOW, {"scope": scope})
    ]
