"""The records that Salesforce refuses to this day: each one once, with the day it began."""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store

# The last refusal of a record counts while no later outcome tells otherwise: a plan, and a write
# that was never sent or answered, tell nothing.
_REFUSED_NOW = """
    with last as (
        select record_id, max(id) as id from change indexed by change_refused
        where scope = :scope and outcome = 'failed'
        group by record_id
    )
    select change.sobject, change.record_id, change.address, change.reason, change.message,
        (
            select min(failed.settled_at) from change as failed
            where failed.scope = :scope and failed.record_id = last.record_id
              and failed.outcome = 'failed'
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
    """One record that every run since `since` could not write."""

    sobject: str
    record_id: str
    address: str
    reason: str | None  # Salesforce's code
    message: str | None  # its own words, the last time
    since: datetime


def refused_now(store: Store, scope: str) -> list[RefusedRecord]:
    """The refused records of an org, those of one reason together, the oldest first."""
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
