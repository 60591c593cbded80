"""What the log knows about the addresses of a list, a few thousand at a time."""

from collections.abc import Collection, Iterable
from datetime import datetime

from lib.clock import to_text
from lib.store.db import Store
from lib.store.sql_values import json_list
from lib.store.terms import to_number

_UNSUBSCRIBED = """
    select distinct entry.text as entry from address as entry
    cross join event_row as event indexed by event_by_entry
        on event.entry = entry.id and event.scope = (select id from term where text = :scope)
    where entry.text in (select value from json_each(:addresses))
      and state <> 'withdrawn' and resubscribed_at is null and not is_domain
      and kind = (select id from term where text = 'unsubscribe')
"""
_EVERYONE = """
    select entry.text as entry from (
        select distinct entry from event_row
        where scope = (select id from term where text = :scope) and state <> 'withdrawn'
          and resubscribed_at is null and not is_domain
          and kind = (select id from term where text = 'unsubscribe')
        limit :most
    ) as found
    join address as entry on entry.id = found.entry
"""
_WITH_OTHER_CHARACTERS = """
    select entry.text as entry from address as entry
    where entry.text glob '*[^a-z0-9.@_+-]*'
      and exists (
          select 1 from event_row
          where event_row.entry = entry.id
            and scope = (select id from term where text = :scope) and state <> 'withdrawn'
            and resubscribed_at is null and not is_domain
            and kind = (select id from term where text = 'unsubscribe')
      )
    order by entry.text
"""
_SINCE = """
    select distinct entry.text as entry from event_row as event indexed by event_by_first_seen
    join address as entry on entry.id = event.entry
    where scope = (select id from term where text = :scope) and first_seen_at >= :since
      and state <> 'withdrawn' and resubscribed_at is null and not is_domain
      and kind = (select id from term where text = 'unsubscribe')
"""
# The people on a list are those of its last complete pull.
_ON_LISTS = """
    select distinct address from pull_row indexed by pull_row_by_address
    where removed is null
      and address in (select value from json_each(:addresses))
      and pull_id in (
        select (
            select id from pull
            where list_id = list.value and status = 'done'
            order by started_at desc, id desc
            limit 1
        )
        from json_each(:lists) as list
      )
"""
_HANDED_OVER = """
    select distinct pull_row.address
    from hand_over
    join pull_row indexed by pull_row_by_address on pull_row.pull_id = hand_over.pull_id
    where hand_over.connection = :connection and hand_over.started_at >= :since
      and pull_row.address in (select value from json_each(:addresses))
      and pull_row.removed is null and pull_row.position <= hand_over.sent_to
"""


def unsubscribed(store: Store, scope: str, addresses: Collection[str]) -> set[str]:
    """Which of these addresses have an unsubscribe that isn't withdrawn, done or not."""
    if not addresses:
        return set()
    parameters = {"scope": scope, "addresses": json_list(addresses)}
    return {row["entry"] for row in store.query(_UNSUBSCRIBED, parameters)}


def all_unsubscribed(store: Store, scope: str, *, most: int) -> frozenset[str] | None:
    """All addresses that have an unsubscribe; None if there are more than `most`."""
    rows = store.query(_EVERYONE, {"scope": scope, "most": most + 1})
    return frozenset(row["entry"] for row in rows) if len(rows) <= most else None


def unsubscribed_since(store: Store, scope: str, since: datetime) -> frozenset[str]:
    """The addresses that have an unsubscribe first seen at or after a moment."""
    rows = store.query(_SINCE, {"scope": scope, "since": to_number(since)})
    return frozenset(row["entry"] for row in rows)


def with_other_characters(store: Store, scope: str) -> list[str]:
    """The unsubscribed entries with characters other than letters, digits and `.@_+-`."""
    return [row["entry"] for row in store.query(_WITH_OTHER_CHARACTERS, {"scope": scope})]


def on_lists(store: Store, list_ids: Iterable[str], addresses: Collection[str]) -> set[str]:
    """Which of these addresses are on the last pull of any of these saved lists."""
    parameters = {"lists": json_list(list_ids), "addresses": json_list(addresses)}
    return {row["address"] for row in store.query(_ON_LISTS, parameters)}


def handed_over(
    store: Store, connection: str, since: datetime, addresses: Collection[str]
) -> set[str]:
    """Which of these addresses were, or may have been, sent to JangoMail since a moment."""
    parameters = {
        "connection": connection,
        "since": to_text(since),
        "addresses": json_list(addresses),
    }
    return {row["address"] for row in store.query(_HANDED_OVER, parameters)}
