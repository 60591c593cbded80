"""Entries that a complete report no longer has: re-subscribed there (rules.md, 1.5)."""

from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store
from lib.store.ledger.sorting import Taken
from lib.store.sql_values import json_list
from lib.store.terms import to_number

MOST_AT_ONCE = 20
SHARE_AT_ONCE = 0.05

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
_MISSING = f"""
    select address.text as entry from ({_NAMED}) as named
    join address on address.id = named.entry
    where reported_at is not null and last_seen_at < :read_at
"""  # noqa: S608 - joins the constants above
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


def note_missing(store: Store, scope: str, source: str, read_at: datetime, taken: Taken) -> None:
    """Mark what an earlier complete report had and this one, read at `read_at`, doesn't have.

    If it's too much at once, nothing is marked.
    """
    parameters = {"scope": scope, "source": source, "read_at": to_number(read_at)}
    if store.first_row(_MAYBE_MISSING, parameters) is None:
        return
    row = store.first_row(_COUNTS, parameters)
    named, missing = (int(row["named"]), int(row["missing"])) if row else (0, 0)
    if missing > MOST_AT_ONCE and missing > SHARE_AT_ONCE * named:
        taken.vanished = missing
    elif missing:
        taken.resubscribed.update(row["entry"] for row in store.query(_MISSING, parameters))
        store.execute(_RESUBSCRIBED, {**parameters, "entries": json_list(taken.resubscribed)})


def vanished(store: Store, scope: str) -> tuple[int, int]:
    """What the last report didn't have and wasn't marked, and how much there was; 0, 0 if none."""
    last = store.first_row(_LAST_REPORT, {"scope": scope})
    if last is None or last["read_at"] is None:
        return 0, 0
    parameters: dict[str, object] = {"scope": scope, "source": last["source"]}
    parameters["read_at"] = to_number(from_text(last["read_at"]))
    if store.first_row(_MAYBE_MISSING, parameters) is None:
        return 0, 0
    row = store.first_row(_COUNTS, parameters)
    return (int(row["missing"]), int(row["named"])) if row and row["missing"] else (0, 0)
