"""The rows of the ledger: events read, stored and settled."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count

from lib.store.db import Store
from lib.store.ledger.merge import DONE, Event
from lib.store.sql_values import chunks, json_list
from lib.store.terms import (
    add_addresses,
    from_number,
    moment_of,
    number_of,
    numbered,
    to_number,
)
from lib.values import EventKind, Interval

_CHUNK = 5_000  # addresses per statement
_of_reading = lru_cache(maxsize=16)(to_number)  # all that a reading brings have its time

# An event without a beginning comes before one with the same end that has one.
_ROWS = """
    select event_row.id, scope.text as scope, source.text as source, kind.text as kind,
        entry.text as entry, coalesce(event_row.shown, entry.text) as shown, event_row.is_domain,
        event_row.not_before, event_row.not_after, event_row.raw_date, event_row.first_seen_at,
        event_row.last_seen_at, brought_by.text as brought_by, event_row.state,
        event_row.reported_at, event_row.resubscribed_at
    from address as entry
    cross join event_row
        on event_row.entry = entry.id
        and event_row.scope = (select id from term where text = :scope)
    join term as scope on scope.id = event_row.scope
    join term as source on source.id = event_row.source
    join term as kind on kind.id = event_row.kind
    join term as brought_by on brought_by.id = event_row.brought_by
    where entry.text in (select value from json_each(:entries))
"""
_IN_ORDER = "order by entry.text, event_row.not_after, event_row.not_before, event_row.id"
_KNOWN_OF = f"""
    {_ROWS}
      and source.text = :source and kind.text = :kind
    {_IN_ORDER}
"""
_INSERT = """
    insert into event_row (scope, source, kind, entry, shown, is_domain, not_before, not_after,
        raw_date, first_seen_at, last_seen_at, brought_by, state, reported_at, id)
    values {rows}
"""
_INSERTED = "(?, ?, ?, (select id from address where text = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_LAST_ID = "select coalesce(max(id), 0) as id from event_row"
# Only the columns a sighting changes: setting a column rewrites its indexes even if it is equal.
_SEEN_AGAIN = """
    update event_row
    set not_before = ?, not_after = ?, raw_date = ?, last_seen_at = ?, reported_at = ?,
        resubscribed_at = null
    where id = ?
"""
_REVIVE = """
    update event_row
    set shown = ?, first_seen_at = ?, brought_by = (select id from term where text = ?), state = ?
    where id = ?
"""
_LIVING = f"""
    {_ROWS}
      and event_row.state <> 'withdrawn'
    {_IN_ORDER}
"""
_PENDING = """
    select distinct address.text as entry from event_row indexed by event_pending
    join address on address.id = event_row.entry
    where scope = (select id from term where text = :scope) and state = 'pending'
    order by address.text
"""
_NEXT_PENDING = """
    select entry, address.text from event_row indexed by event_pending
    join address on address.id = entry
    where scope = (select id from term where text = :scope) and state = 'pending'
      and entry > :after
    group by entry
    order by entry
    limit :limit
"""
_PENDING_AMONG = """
    select address.text from address
    where text in (select value from json_each(:entries)) and exists (
        select 1 from event_row
        where entry = address.id and scope = (select id from term where text = :scope)
          and state = 'pending'
    )
"""
_COUNT_PENDING = """
    select count(distinct entry) as count from event_row indexed by event_pending
    where scope = (select id from term where text = :scope) and state = 'pending'
"""
_UNSUBSCRIBED = """
    select entry.text as entry, min(not_after) as asked_by from address as entry
    cross join event_row
        on event_row.entry = entry.id and scope = (select id from term where text = :scope)
    where state in ('pending', 'done') and not is_domain
      and resubscribed_at is null and kind = (select id from term where text = 'unsubscribe')
      and entry.text in (select value from json_each(:entries))
    group by entry.id
"""
_REOPEN = """
    update event_row
    set state = 'pending', reopened_at = :at
    where entry = (select id from address where text = :entry)
      and scope = (select id from term where text = :scope) and state = 'done' and not is_domain
      and resubscribed_at is null and kind = (select id from term where text = 'unsubscribe')
"""
_SETTLE = """
    update event_row
    set state = :state, reopened_at = null
    where scope = (select id from term where text = :scope) and state = 'pending'
      and entry in (
          select id from address where text in (select value from json_each(:entries))
      )
"""


_SETTLE_UNLESS_OPEN = """
    update event_row
    set state = 'done', reopened_at = null
    where scope = (select id from term where text = :scope) and state = 'pending'
      and entry in (
          select id from address where text in (select value from json_each(:entries))
      )
      and not exists (
          select 1 from change_row
          where change_row.address = event_row.entry
            and run = (select id from term where text = :run_id)
            and (
                outcome in ('failed', 'pending', 'planned')
                or reason in (select value from json_each(:reasons))
            )
      )
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
    fresh = [(event, new) for event, new in zip(events, ids, strict=True) if event.id == 0]
    known = [event for event in events if event.id != 0]
    numbers = numbered(store, {text for event in events for text in _terms_of(event)})
    add_addresses(store, (event.entry for event, _ in fresh))
    inserted = (_inserted(event, new, numbers) for event, new in fresh)
    store.insert_many(_INSERT, _INSERTED, inserted)
    store.execute_many(_SEEN_AGAIN, map(_seen_again, known))
    store.execute_many(_REVIVE, (_revived(event) for event in known if _is_revived(event)))
    return ids


def last_id(store: Store) -> int:
    """The greatest id of an event: what is stored later has a greater one."""
    return int(store.only_row(_LAST_ID)["id"])


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


def all_pending(store: Store, scope: str) -> Iterator[list[str]]:
    """The same in no order, a page at a time."""
    after = 0
    while rows := store.query(_NEXT_PENDING, {"scope": scope, "after": after, "limit": _CHUNK}):
        yield [row["text"] for row in rows]
        after = rows[-1]["entry"]


def pending_among(store: Store, scope: str, entries: Iterable[str]) -> list[str]:
    """Those of these addresses that no run has finished yet."""
    rows = store.query(_PENDING_AMONG, {"scope": scope, "entries": json_list(entries)})
    return [row["text"] for row in rows]


def count_pending(store: Store, scope: str) -> int:
    """How many addresses no run has finished yet."""
    return int(store.only_row(_COUNT_PENDING, {"scope": scope})["count"])


def unsubscribed_by(store: Store, scope: str, addresses: Iterable[str]) -> dict[str, datetime]:
    """The addresses with an unsubscribe, handled or not, each with the latest time of its first."""
    found: dict[str, datetime] = {}
    for chunk in chunks(addresses, _CHUNK):
        rows = store.query(_UNSUBSCRIBED, {"scope": scope, "entries": json_list(chunk)})
        found.update((row["entry"], from_number(row["asked_by"])) for row in rows)
    return found


def reopen(store: Store, scope: str, arrived: Mapping[str, datetime]) -> None:
    """Set these addresses to pending again, because a record came to have them at that time."""
    rows = (
        {"scope": scope, "entry": address, "at": to_number(at)} for address, at in arrived.items()
    )
    with store.writing():
        store.execute_many(_REOPEN, rows)


def settle(store: Store, scope: str, addresses: Iterable[str], state: str = DONE) -> None:
    """Set the pending events of these addresses to done."""
    with store.writing():
        for chunk in chunks(addresses, _CHUNK):
            parameters = {"scope": scope, "state": state, "entries": json_list(chunk)}
            store.execute(_SETTLE, parameters)


def settle_unless_open(
    store: Store, scope: str, addresses: Iterable[str], run_id: str, reasons: Iterable[str]
) -> None:
    """Set the pending events of these addresses to done, unless this run left a record open.

    A record is open if it isn't settled or was refused, or for one of these `reasons`.
    """
    parameters = {"scope": scope, "run_id": run_id, "reasons": json_list(reasons)}
    with store.writing():
        for chunk in chunks(addresses, _CHUNK):
            store.execute(_SETTLE_UNLESS_OPEN, {**parameters, "entries": json_list(chunk)})


def _by_entry(rows: Sequence[sqlite3.Row]) -> dict[str, list[Event]]:
    by_entry: dict[str, list[Event]] = {}
    for row in rows:
        by_entry.setdefault(row["entry"], []).append(_event(row))
    return by_entry


def _terms_of(event: Event) -> tuple[str, ...]:
    return event.scope, event.source, event.kind.value, event.brought_by


def _inserted(event: Event, new: int, numbers: Mapping[str, int]) -> tuple[object, ...]:
    return (
        numbers[event.scope],
        numbers[event.source],
        numbers[event.kind.value],
        event.entry,
        _shown(event),
        int(event.is_domain),
        number_of(event.asked.not_before),
        to_number(event.asked.not_after),
        event.raw_date,
        _of_reading(event.first_seen_at),
        _of_reading(event.last_seen_at),
        numbers[event.brought_by],
        event.state,
        None if event.reported_at is None else _of_reading(event.reported_at),
        new,
    )


def _seen_again(event: Event) -> tuple[object, ...]:
    return (
        number_of(event.asked.not_before),
        to_number(event.asked.not_after),
        event.raw_date,
        to_number(event.last_seen_at),
        number_of(event.reported_at),
        event.id,
    )


def _revived(event: Event) -> tuple[object, ...]:
    return _shown(event), to_number(event.first_seen_at), event.brought_by, event.state, event.id


def _shown(event: Event) -> str | None:
    return None if event.shown == event.entry else event.shown


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
        asked=Interval(moment_of(row["not_before"]), from_number(row["not_after"])),
        raw_date=row["raw_date"],
        first_seen_at=from_number(row["first_seen_at"]),
        last_seen_at=from_number(row["last_seen_at"]),
        brought_by=row["brought_by"],
        state=row["state"],
        reported_at=moment_of(row["reported_at"]),
        resubscribed_at=moment_of(row["resubscribed_at"]),
    )
