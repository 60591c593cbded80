"""Every address of an org that the log knows: it unsubscribed, or a record was seen opted out."""

from collections.abc import Iterator

from lib.store.db import Store

_PAGE = 5_000

_COUNT = """
    select count(distinct entry) as count from event
    where scope = :scope and state in ('pending', 'done') and not is_domain
      and resubscribed_at is null
"""
_NEXT = """
    select address from (
        select distinct entry as address from event indexed by event_by_entry
        where scope = :scope and entry > :after and state in ('pending', 'done') and not is_domain
          and resubscribed_at is null
        order by entry
        limit :limit
    )
    union
    select address from (
        select distinct address from memory indexed by memory_by_address
        where scope = :scope and address > :after
        order by address
        limit :limit
    )
    order by address
    limit :limit
"""


def count(store: Store, scope: str) -> int:
    """About how many there are: the addresses that unsubscribed."""
    row = store.first_row(_COUNT, {"scope": scope})
    return int(row["count"]) if row else 0


def addresses(store: Store, scope: str) -> Iterator[str]:
    """All of them, sorted, with one page in memory at a time."""
    after = ""
    while True:
        rows = store.query(_NEXT, {"scope": scope, "after": after, "limit": _PAGE})
        yield from (row["address"] for row in rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1]["address"]
