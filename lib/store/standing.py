"""Where the people stand who unsubscribed, as of the last complete reading."""

from dataclasses import dataclass

from lib.store.db import Store

# By address: any record that needs a hand outweighs a kept one, a kept one an opted-out one.
_STANDING = """
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


@dataclass(frozen=True, slots=True)
class Standing:
    """The people on the source's list; each stands in one of these, and they add up."""

    pending: int = 0  # not dealt with yet, a refused record among them
    opted_out: int = 0
    kept: int = 0  # made mailable again by a person
    needing_hand: int = 0
    unmatched: int = 0  # on no record

    @property
    def people(self) -> int:
        """All of them."""
        return self.pending + self.opted_out + self.kept + self.needing_hand + self.unmatched


def standing(store: Store, scope: str) -> Standing:
    """How many people are where, from ledger and memory alone; asks Salesforce nothing."""
    row = store.one(_STANDING, {"scope": scope})
    return Standing(**dict(row)) if row else Standing()
