"""Entries that a complete report no longer has: re-subscribed there (rules.md, 1.5)."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store
from lib.store.large import LargeSet
from lib.store.ledger.sorting import Taken
from lib.store.sql_values import json_list
from lib.store.terms import to_number

MOST_AT_ONCE = 20
SHARE_AT_ONCE = 0.05
_PAGE = 5_000

_NAMED = """
    select entry, max(reported_at) as reported_at, max(last_seen_at) as last_seen_at,
        min(first_seen_at) as first_seen_at
    from event_row indexed by event_by_entry
    where scope = (select id from term where text = :scope)
      and source = (select id from term where text = :source)
      and kind = (select id from term where text = 'unsubscribe')
      and state <> 'withdrawn' and resubscribed_at is null
    group by entry
"""
# The addresses of the earlier report, and those of them that are missing now.
_COUNTS = f"""
    with named as ({_NAMED})
    select count(*) as named, coalesce(sum(last_seen_at < :read_at), 0) as missing
    from named
    where reported_at is not null and first_seen_at < :read_at
"""  # noqa: S608 - joins the constants above
# A page of what was known before: the addresses, and whether an earlier report had them.
_KNOWN = """
    select entry, address.text as text, max(reported_at) is not null as was_reported,
        max(last_seen_at) < :read_at as is_old
    from event_row indexed by event_by_entry
    join address on address.id = entry
    where entry > :after
      and scope = (select id from term where text = :scope)
      and source = (select id from term where text = :source)
      and kind = (select id from term where text = 'unsubscribe')
      and state <> 'withdrawn' and resubscribed_at is null
    group by entry
    having min(first_seen_at) < :read_at
    order by entry
    limit :limit
"""
_RESUBSCRIBED = """
    update event_row
    set resubscribed_at = :read_at, reopened_at = null,
        state = case state when 'pending' then 'done' else state end
    where scope = (select id from term where text = :scope)
      and source = (select id from term where text = :source)
      and kind = (select id from term where text = 'unsubscribe')
      and state <> 'withdrawn' and resubscribed_at is null
      and entry in (
          select id from address where text in (select value from json_each(:entries))
      )
"""
# Much quicker where nothing is missing. It also finds addresses that are listed with a newer date.
_MAYBE_MISSING = """
    select 1 from event_row
    where scope = (select id from term where text = :scope)
      and source = (select id from term where text = :source)
      and kind = (select id from term where text = 'unsubscribe')
      and state <> 'withdrawn' and resubscribed_at is null
      and reported_at is not null and last_seen_at < :read_at
    limit 1
"""
_LAST_REPORT = """
    select source, max(read_at) as read_at from reading
    where scope = :scope and kind = 'report'
"""


def look_for_missing(
    store: Store, scope: str, source: str, read_at: datetime, taken: Taken, named_last: Set[str]
) -> None:
    """Find what an earlier complete report had and this one, read at `read_at`, doesn't have.

    `named_last` are the entries of this report that aren't in `taken` yet. If it's too much at
    once, nothing counts as re-subscribed.
    """
    named, missing = 0, LargeSet()
    parameters = {"scope": scope, "source": source, "read_at": to_number(read_at)}
    for rows in _known(store, parameters):
        texts = [row["text"] for row in rows]
        here = {*taken.addresses.among(texts), *taken.domains.intersection(texts)}
        here.update(text for text in texts if text in named_last)
        gone = {row["text"] for row in rows if row["was_reported"] and row["is_old"]} - here
        missing.add(gone)
        named += sum(row["was_reported"] or row["text"] in here for row in rows)
    if len(missing) > MOST_AT_ONCE and len(missing) > SHARE_AT_ONCE * named:
        taken.vanished = len(missing)
    else:
        taken.resubscribed = missing


def mark_missing(
    store: Store, scope: str, source: str, read_at: datetime, entries: Iterable[str]
) -> None:
    """Mark these as re-subscribed, in the caller's transaction."""
    parameters = {"scope": scope, "source": source, "read_at": to_number(read_at)}
    store.execute(_RESUBSCRIBED, {**parameters, "entries": json_list(entries)})


def _known(store: Store, parameters: Mapping[str, object]) -> Iterator[list[sqlite3.Row]]:
    """What was known of this source before, a page at a time."""
    after = 0
    while rows := store.query(_KNOWN, {**parameters, "after": after, "limit": _PAGE}):
        yield rows
        after = rows[-1]["entry"]


def vanished(store: Store, scope: str) -> tuple[int, int]:
    """What the last report didn't have and wasn't marked, and how much there was; 0, 0 if none."""
    last = store.only_row(_LAST_REPORT, {"scope": scope})
    if last["read_at"] is None:
        return 0, 0
    parameters: dict[str, object] = {"scope": scope, "source": last["source"]}
    parameters["read_at"] = to_number(from_text(last["read_at"]))
    if store.first_row(_MAYBE_MISSING, parameters) is None:
        return 0, 0
    row = store.only_row(_COUNTS, parameters)
    return (int(row["missing"]), int(row["named"])) if row["missing"] else (0, 0)
