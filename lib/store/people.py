"""The people who unsubscribed, as the log knows them now: opted out, kept, waiting or refused.

Counted from the ledger, the memory and the change rows, as of the last complete reading, without
asking Salesforce. A record that ten runs couldn't write is one refused record (rules.md, 8).
"""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store

# A person with several records counts by the first of: needs a hand, kept, undone, opted out.
_COUNTS = """
    with asked as (
        select entry, max(state = 'pending') as is_pending
        from event_row indexed by event_by_entry
        where scope = (select id from term where text = :scope)
          and state in ('pending', 'done') and not is_domain
          and resubscribed_at is null
        group by entry
    ),
    taken_back as materialized (
        select distinct address.id as entry from undone
        join address on address.text = undone.address
        where undone.scope = :scope and ended_at is null
    ),
    known as (
        select is_pending, (
            select max(case verdict when 'kept' then 1 when 'unsettled' then 2
                when 'unsure' then 2 else 0 end)
            from memory_row indexed by memory_by_address
            where memory_row.address = asked.entry
              and memory_row.scope = (select id from term where text = :scope)
        ) as rank,  -- null: no record has the address
        asked.entry in taken_back as is_undone
        from asked
        limit -1  -- so that SQLite works out each person once, not once for each sum
    )
    select
        coalesce(sum(is_pending), 0) as pending,
        coalesce(sum(not is_pending and rank is null and not is_undone), 0) as unmatched,
        coalesce(sum(not is_pending and rank = 0 and not is_undone), 0) as opted_out,
        coalesce(sum(not is_pending and is_undone and coalesce(rank, 0) = 0), 0) as undone,
        coalesce(sum(not is_pending and rank = 1), 0) as kept,
        coalesce(sum(not is_pending and rank = 2), 0) as needing_hand
    from known
"""
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
class PeopleCounts:
    """The people on the source's list. Each person is in exactly one count."""

    pending: int = 0  # not done yet, or refused by Salesforce
    opted_out: int = 0
    kept: int = 0  # made mailable again by a person
    needing_hand: int = 0
    unmatched: int = 0  # no record has the address
    undone: int = 0  # the run that opted them out was taken back

    @property
    def people(self) -> int:
        """All of them."""
        found = self.pending + self.opted_out + self.kept + self.needing_hand
        return found + self.unmatched + self.undone


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that no run since `since` could write."""

    sobject: str
    record_id: str
    address: str
    reason: str | None  # Salesforce's code
    message: str | None  # Salesforce's text, the last time
    since: datetime


def count_people(store: Store, scope: str) -> PeopleCounts:
    """How many people are in each state, without a call to Salesforce."""
    row = store.first_row(_COUNTS, {"scope": scope})
    return PeopleCounts(**dict(row)) if row else PeopleCounts()


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
