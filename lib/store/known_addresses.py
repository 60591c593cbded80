"""Every address of an org that the log knows: it unsubscribed, or a record was seen opted out."""

from collections.abc import Iterator

from lib.store.db import Store

_PAGE = 5_000

_COUNT = """
    select count(distinct entry) as count from event_row
    where scope = (select id from term where text = :scope)
      and state in ('pending', 'done') and not is_domain and resubscribed_at is null
"""
_NEXT = """
    select text as address from address
    where text > :after and (
        exists (
            select 1 from event_row
            where entry = address.id and scope = (select id from term where text = :scope)
              and state in ('pending', 'done') and not is_domain and resubscribed_at is null
        )
        or exists (
            select 1 from memory_row
            where memory_row.address = address.id
              and scope = (select id from term where text = :scope)
        )
    )
    order by text
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
