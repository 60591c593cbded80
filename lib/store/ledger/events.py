"""The rows of the ledger: events read, stored and settled."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.ledger.merge import DONE, Event
from lib.store.sql_values import chunks, json_list, moment, text_of
from lib.values import EventKind, Interval

_CHUNK = 5_000  # addresses per statement

_KNOWN_OF = """
    select * from event indexed by event_by_entry
    where scope = :scope and source = :source and kind = :kind
      and entry in (select value from json_each(:entries))
    order by entry, not_after, coalesce(not_before, ''), id
"""
_INSERT = """
    insert into event (scope, source, kind, entry, shown, is_domain, not_before, not_after,
        raw_date, first_seen_at, last_seen_at, brought_by, state, reported_at, id)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LAST_ID = "select coalesce(max(id), 0) as id from event"
# Only the columns a sighting changes: setting a column rewrites its indexes even if it is equal.
_SEEN_AGAIN = """
    update event
    set not_before = ?, not_after = ?, raw_date = ?, last_seen_at = ?, reported_at = ?,
        resubscribed_at = ?
    where id = ?
"""
_REVIVE = """
    update event
    set shown = ?, first_seen_at = ?, brought_by = ?, state = ?
    where id = ?
"""
_LIVING = """
    select * from event indexed by event_by_entry
    where scope = :scope and state <> 'withdrawn'
      and entry in (select value from json_each(:entries))
    order by entry, not_after, coalesce(not_before, ''), id
"""
_PENDING = """
    select distinct entry from event indexed by event_pending
    where scope = :scope and state = 'pending'
    order by entry
"""
_COUNT_PENDING = """
    select count(distinct entry) as count from event indexed by event_pending
    where scope = :scope and state = 'pending'
"""
_UNSUBSCRIBED = """
    select entry, min(not_after) as asked_by from event indexed by event_by_entry
    where scope = :scope and state in ('pending', 'done') and not is_domain
      and resubscribed_at is null and kind = 'unsubscribe'
      and entry in (select value from json_each(:entries))
    group by entry
"""
_REOPEN = """
    update event
    set state = 'pending', reopened_at = :at
    where scope = :scope and entry = :entry and state = 'done' and not is_domain
      and resubscribed_at is null and kind = 'unsubscribe'
"""
_SETTLE = """
    update event
    set state = :state, reopened_at = null
    where scope = :scope and state = 'pending'
      and entry in (select value from json_each(:entries))
"""


def known_of(
    store: Store, scope: str, source: str, entries: Iterable[str]
) -> dict[str, list[Event]]:
    """All unsubscribe events of a source for these entries, withdrawn ones too, newest last."""
    parameters = {"scope": scope, "source": source, "kind": EventKind.UNSUBSCRIBE.value}
    return _by_entry(store.query(_KNOWN_OF, {**parameters, "entries": json_list(entries)}))


def store_events(store: Store, events: Sequence[Event]) -> list[int]:
    """Store events: those with the id 0 are added, the others replace their row.

    Returns the ids of all of them, in the order given. The caller opens the transaction.
    """
    free = count(last_id(store) + 1)
    ids = [event.id or next(free) for event in events]
    fresh = [
        replace(event, id=new) for event, new in zip(events, ids, strict=True) if event.id == 0
    ]
    known = [event for event in events if event.id != 0]
    store.execute_many(_INSERT, map(_inserted, fresh))
    store.execute_many(_SEEN_AGAIN, map(_seen_again, known))
    store.execute_many(_REVIVE, (_revived(event) for event in known if _is_revived(event)))
    return ids


def last_id(store: Store) -> int:
    """The greatest id of an event: what is stored later has a greater one."""
    row = store.first_row(_LAST_ID)
    return int(row["id"]) if row else 0


def events_of(store: Store, scope: str, addresses: Iterable[str]) -> dict[str, list[Event]]:
    """The events of each address that has any, from all sources, newest last; none withdrawn."""
    found: dict[str, list[Event]] = {}
    for chunk in chunks(addresses, _CHUNK):
        rows = store.query(_LIVING, {"scope": scope, "entries": json_list(chunk)})
        found.update(_by_entry(rows))
    return found


def events_of_domain(store: Store, scope: str, domain: str) -> list[Event]:
    """The events of a whole domain, newest last; none withdrawn."""
    return events_of(store, scope, [domain]).get(domain, [])


def pending(store: Store, scope: str) -> list[str]:
    """The distinct addresses that no run has finished yet."""
    return [row["entry"] for row in store.query(_PENDING, {"scope": scope})]


def count_pending(store: Store, scope: str) -> int:
    """How many addresses no run has finished yet."""
    row = store.first_row(_COUNT_PENDING, {"scope": scope})
    return int(row["count"]) if row else 0


def unsubscribed_by(store: Store, scope: str, addresses: Iterable[str]) -> dict[str, datetime]:
    """The addresses with an unsubscribe, handled or not, each with the latest time of its first."""
    found: dict[str, datetime] = {}
    for chunk in chunks(addresses, _CHUNK):
        rows = store.query(_UNSUBSCRIBED, {"scope": scope, "entries": json_list(chunk)})
        found.update((row["entry"], from_text(row["asked_by"])) for row in rows)
    return found


def reopen(store: Store, scope: str, arrived: Mapping[str, datetime]) -> None:
    """Set these addresses to pending again, because a record came to have them at that time."""
    rows = (
        {"scope": scope, "entry": address, "at": to_text(at)} for address, at in arrived.items()
    )
    with store.writing():
        store.execute_many(_REOPEN, rows)


def settle(store: Store, scope: str, addresses: Iterable[str], state: str = DONE) -> None:
    """Set the pending events of these addresses to done."""
    with store.writing():
        for chunk in chunks(addresses, _CHUNK):
            parameters = {"scope": scope, "state": state, "entries": json_list(chunk)}
            store.execute(_SETTLE, parameters)


def _by_entry(rows: Sequence[sqlite3.Row]) -> dict[str, list[Event]]:
    by_entry: dict[str, list[Event]] = {}
    for row in rows:
        by_entry.setdefault(row["entry"], []).append(_event(row))
    return by_entry


def _inserted(event: Event) -> tuple[object, ...]:
    return (
        event.scope,
        event.source,
        event.kind.value,
        event.entry,
        event.shown,
        int(event.is_domain),
        text_of(event.asked.not_before),
        to_text(event.asked.not_after),
        event.raw_date,
        to_text(event.first_seen_at),
        to_text(event.last_seen_at),
        event.brought_by,
        event.state,
        text_of(event.reported_at),
        event.id,
    )


def _seen_again(event: Event) -> tuple[object, ...]:
    return (
        text_of(event.asked.not_before),
        to_text(event.asked.not_after),
        event.raw_date,
        to_text(event.last_seen_at),
        text_of(event.reported_at),
        text_of(event.resubscribed_at),
        event.id,
    )


def _revived(event: Event) -> tuple[object, ...]:
    return event.shown, to_text(event.first_seen_at), event.brought_by, event.state, event.id


def _is_revived(event: Event) -> bool:
    """Whether it was withdrawn or taken off the list, and is here again, so it counts as new."""
    return event.first_seen_at == event.last_seen_at


def _event(row: sqlite3.Row) -> Event:
    return Event(
        id=row["id"],
        scope=row["scope"],
        source=row["source"],
        kind=EventKind(row["kind"]),
        entry=row["entry"],
        shown=row["shown"],
        is_domain=bool(row["is_domain"]),
        asked=Interval(moment(row["not_before"]), from_text(row["not_after"])),
        raw_date=row["raw_date"],
        first_seen_at=from_text(row["first_seen_at"]),
        last_seen_at=from_text(row["last_seen_at"]),
        brought_by=row["brought_by"],
        state=row["state"],
        reported_at=moment(row["reported_at"]),
        resubscribed_at=moment(row["resubscribed_at"]),
    )
