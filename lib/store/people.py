"""The people who unsubscribed, as the log knows them now: opted out, kept, waiting or refused.

Counted from the ledger, the memory and the change rows, as of the last complete reading. Salesforce
isn't asked. A record that ten runs couldn't write is one refused record since a date (rules.md, 8).
"""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store

# By address: any record that needs a hand outweighs a kept one, a kept one an opted-out one.
_COUNTS = """
    with asked as (
        select entry, max(state = 'pending') as is_pending from event
        where scope = :scope and state in ('pending', 'done') and not is_domain
        group by entry
    ),
    known as (
        select is_pending, (
            select max(case verdict when 'kept' then 1 when 'unsettled' then 2
                when 'unsure' then 2 else 0 end)
            from memory indexed by memory_by_address
            where memory.scope = :scope and memory.address = asked.entry
        ) as rank  -- null: on no record
        from asked
    )
    select
        coalesce(sum(is_pending), 0) as pending,
        coalesce(sum(not is_pending and rank is null), 0) as unmatched,
        coalesce(sum(not is_pending and rank = 0), 0) as opted_out,
        coalesce(sum(not is_pending and rank = 1), 0) as kept,
        coalesce(sum(not is_pending and rank = 2), 0) as needing_hand
    from known
"""
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
class PeopleCounts:
    """The people on the source's list; each is in exactly one count."""

    pending: int = 0  # not dealt with yet, or refused by Salesforce
    opted_out: int = 0
    kept: int = 0  # made mailable again by a person
    needing_hand: int = 0
    unmatched: int = 0  # no record has the address

    @property
    def people(self) -> int:
        """All of them."""
        return self.pending + self.opted_out + self.kept + self.needing_hand + self.unmatched


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """One record that every run since `since` could not write."""

    sobject: str
    record_id: str
    address: str
    reason: str | None  # Salesforce's code
    message: str | None  # its own words, the last time
    since: datetime


def count_people(store: Store, scope: str) -> PeopleCounts:
    """How many people are in which state. Costs no call to Salesforce."""
    row = store.one(_COUNTS, {"scope": scope})
    return PeopleCounts(**dict(row)) if row else PeopleCounts()


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
