"""How many people are in each state: opted out, kept, waiting, and so on.

Counting everyone who ever unsubscribed takes a second for a million people. So the counts are
kept, for a thousand people at a time. The log itself deletes the counts that a change may make
untrue (by triggers, so that no change can forget it), and the next count works those out again. A
run keeps the counts that are missing when it ends.
"""

from dataclasses import dataclass

from lib.store.db import Store

# A person with several records counts by the first of: needs a hand, kept, opted out.
_PEOPLE = """
    select json_array(
        coalesce(sum(is_pending), 0),
        coalesce(sum(not is_pending and rank is null), 0),
        coalesce(sum(not is_pending and rank = 0), 0),
        coalesce(sum(not is_pending and rank = 1), 0),
        coalesce(sum(not is_pending and rank = 2), 0)
    )
    from (
        select max(state = 'pending') as is_pending, (
            select max(case verdict when 'kept' then 1 when 'unsettled' then 2
                when 'unsure' then 2 else 0 end)
            from memory_row indexed by memory_by_address
            where memory_row.address = entry
              and memory_row.scope = (select id from term where text = :scope)
        ) as rank  -- null: no record has the address
        from event_row indexed by event_by_entry
        where entry >= span.first and entry <= span.last
          and scope = (select id from term where text = :scope)
          and state in ('pending', 'done') and not is_domain
          and resubscribed_at is null
        group by entry
        limit -1  -- so that SQLite works out each person once, not once for each sum
    )
"""
# The thousands of addresses (by their number in the log) whose people aren't counted yet.
_MISSING = """
    thousand (number) as (
        select 0
        union all
        select number + 1 from thousand
        where number < (select coalesce(max(id), 0) >> 10 from address)
    ),
    missing as (
        select number, number << 10 as first, (number << 10) + 1023 as last
        from thousand
        where not exists (
            select 1 from people_count
            where people_count.scope = (select id from term where text = :scope)
              and people_count.thousand = thousand.number
        )
    )
"""
# Records that an undo left mailable change what is said of people, not what is kept.
_COUNT = f"""
    with recursive {_MISSING},
    counted as (
        select counts from people_count
        where scope = (select id from term where text = :scope)
        union all
        select ({_PEOPLE}) from missing as span
    ),
    taken_back as (
        select distinct address.id as first, address.id as last from undone
        join address on address.text = undone.address
        where undone.scope = :scope and ended_at is null
    ),
    undone_ones as (select ({_PEOPLE}) as counts from taken_back as span limit -1),
    undone_count as (
        select coalesce(sum(counts ->> 1), 0) as unmatched,
            coalesce(sum(counts ->> 2), 0) as opted_out
        from undone_ones
    )
    select coalesce(sum(counts ->> 0), 0) as pending,
        coalesce(sum(counts ->> 1), 0) - undone_count.unmatched as unmatched,
        coalesce(sum(counts ->> 2), 0) - undone_count.opted_out as opted_out,
        undone_count.unmatched + undone_count.opted_out as undone,
        coalesce(sum(counts ->> 3), 0) as kept,
        coalesce(sum(counts ->> 4), 0) as needing_hand
    from undone_count
    left join (select counts from counted limit -1) on true
"""  # noqa: S608 - joins our own text
_SCOPE = "select scope from run where id = :run_id and scope is not null"
_KEEP = f"""
    insert into people_count (scope, thousand, counts)
    with recursive {_MISSING}
    select term.id, span.number, ({_PEOPLE})
    from term cross join missing as span
    where term.text = :scope
    limit 100
"""  # noqa: S608 - joins our own text


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


def count(store: Store, scope: str) -> PeopleCounts:
    """How many people are in each state, without a call to Salesforce."""
    return PeopleCounts(**dict(store.only_row(_COUNT, {"scope": scope})))


def keep(store: Store, run_id: str) -> None:
    """Keep the counts that are missing in a run's org, if it's known which org that is.

    In pieces, so that no one waits long for the log.
    """
    row = store.first_row(_SCOPE, {"run_id": run_id})
    while row and store.execute(_KEEP, {"scope": row["scope"]}) > 0:
        pass
