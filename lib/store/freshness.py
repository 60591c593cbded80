"""The people on a pulled list who have opted out since, found in the ledger and in Salesforce.

A pull's own rows stay as they are. What is found later is stored separately, so that downloads and
hand-overs leave these people out, and the page can say how many there are.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import chunks, json_list, moment, text_of
from lib.store.terms import to_number

UNSUBSCRIBED = "unsubscribed"
HELD_DOMAIN = "held_domain"
OPTED_OUT = "opted_out"

RecordAddress = tuple[str, str]  # record id, address as it is compared

MARGIN = timedelta(hours=1)
"""Covers a reading or write that was in progress when the pull started: its time is earlier."""

_CHUNK = 5_000

# From the events to the rows of the list, or, for a short list, from its rows to the events.
_FROM_EVENTS = """
    select distinct pull_row.position from event_row as event indexed by event_by_first_seen
    join address as entry on entry.id = event.entry
    join pull_row indexed by pull_row_by_address
        on pull_row.pull_id = :pull_id and pull_row.address = entry.text
"""
_FROM_ROWS = """
    select distinct pull_row.position from pull_row
    cross join address as entry on entry.text = pull_row.address
    cross join event_row as event indexed by event_by_entry
        on event.entry = entry.id
"""
# The pull left out everyone the ledger named at that time, except kept records. If a kept record
# has newer events, we can't be sure, and then people stay out of lists (rules.md, 0).
_ARE_NEW = """
    where pull_row.pull_id = :pull_id
      and event.scope = (select id from term where text = :scope) and event.first_seen_at >= :since
      and event.kind = (select id from term where text = 'unsubscribe')
      and not event.is_domain and event.state in ('pending', 'done')
      and event.resubscribed_at is null
      and pull_row.removed is null
      and not exists (
        select 1 from opted_out_since as known
        where known.pull_id = :pull_id and known.position = pull_row.position
      )
      and (event.first_seen_at >= :until or not exists (
        select 1 from memory_row as memory
        where memory.scope = event.scope and memory.record_id = pull_row.record_id
          and memory.address = event.entry and memory.verdict = 'kept'
      ))
"""
_UNSUBSCRIBED = _FROM_EVENTS + _ARE_NEW
_UNSUBSCRIBED_OF_SHORT_LIST = _FROM_ROWS + _ARE_NEW
_MORE_EVENTS_THAN_ROWS = """
    select 1 from event_row indexed by event_by_first_seen
    where scope = (select id from term where text = :scope) and first_seen_at >= :since
    limit 1 offset (select rows from pull where id = :pull_id)
"""
_NEW_DOMAINS = """
    select distinct entry.text as entry from event_row as event indexed by event_held
    join address as entry on entry.id = event.entry
    where scope = (select id from term where text = :scope) and state = 'held' and is_domain
      and first_seen_at >= :since and resubscribed_at is null
      and kind = (select id from term where text = 'unsubscribe')
    order by entry.text
"""
_OF_DOMAINS = """
    select position from pull_row
    where pull_id = :pull_id and removed is null
      -- the domain is after the last @; a quoted local part can contain more
      and substr(address, length(rtrim(address, replace(address, '@', ''))) + 1)
        in (select value from json_each(:domains))
      and not exists (
        select 1 from opted_out_since as known
        where known.pull_id = :pull_id and known.position = pull_row.position
      )
"""
_OF_RECORDS = """
    select pull_row.position from json_each(:opted) as opted
    cross join pull_row indexed by pull_row_by_record
        on pull_row.pull_id = :pull_id and pull_row.record_id = opted.value
    where pull_row.removed is null
"""
_OF_ADDRESSES = """
    select pull_row.position from json_each(:opted) as opted
    cross join pull_row indexed by pull_row_by_address
        on pull_row.pull_id = :pull_id and pull_row.address = opted.value
    where pull_row.removed is null
"""
_NOTE = """
    insert or ignore into opted_out_since (pull_id, position, reason, found_at)
    select :pull_id, value, :reason, :now from json_each(:positions)
"""
_CHECKED = """
    insert into pull_check (pull_id, checked_at, as_of)
    values (:pull_id, :now, :as_of)
    on conflict (pull_id) do update
    set checked_at = excluded.checked_at, as_of = excluded.as_of
"""
_CHECK = "select checked_at, as_of from pull_check where pull_id = :pull_id"
_NOTED = """
    select opted_out_since.position, opted_out_since.reason, opted_out_since.found_at,
        pull_row.address, pull_row.shown, pull_row.sobject, pull_row.record_id
    from opted_out_since
    left join pull_row using (pull_id, position)
    where pull_id = :pull_id
    order by position
    limit :limit
"""
# A cross join keeps SQLite from starting with all rows of the list.
_COUNT = """
    select count(distinct case when address = '' then record_id else address end) as people,
        count(*) as rows
    from opted_out_since
    cross join pull_row
        on pull_row.pull_id = opted_out_since.pull_id
        and pull_row.position = opted_out_since.position
    where opted_out_since.pull_id = :pull_id
"""
_COUNT_ON_ANY = """
    select count(distinct case when address = '' then record_id else address end) as people
    from json_each(:pulls) as pull
    cross join opted_out_since on opted_out_since.pull_id = pull.value
    cross join pull_row
        on pull_row.pull_id = opted_out_since.pull_id
        and pull_row.position = opted_out_since.position
"""
_ADDRESSES = """
    select distinct address from opted_out_since
    cross join pull_row
        on pull_row.pull_id = opted_out_since.pull_id
        and pull_row.position = opted_out_since.position
    where opted_out_since.pull_id = :pull_id and address <> ''
    order by address
"""
_REASONS = """
    select position, reason from opted_out_since
    where pull_id = :pull_id and position in (select value from json_each(:positions))
"""
_POSITIONS = "select position from opted_out_since where pull_id = :pull_id order by position"


@dataclass(frozen=True, slots=True)
class OptedOutSince:
    """A row of a list whose person has opted out since the list was pulled."""

    position: int
    reason: str
    found_at: datetime
    sobject: str
    record_id: str
    address: str
    shown: str


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When a pull's people were last checked; `as_of` is when the unsubscribes were last read."""

    checked_at: datetime
    as_of: datetime | None


def note_unsubscribed(store: Store, scope: str, pull_id: str, pulled_at: datetime) -> None:
    """Note people on the list who, or whose whole domain, unsubscribed since the pull.

    Writes only if it finds someone: a page that shows lists shouldn't wait for a run's writes.
    """
    about = {
        "pull_id": pull_id,
        "scope": scope,
        "since": to_number(pulled_at - MARGIN),
        "until": to_number(pulled_at),
    }
    is_short = store.first_row(_MORE_EVENTS_THAN_ROWS, about) is not None
    statement = _UNSUBSCRIBED_OF_SHORT_LIST if is_short else _UNSUBSCRIBED
    note(store, pull_id, UNSUBSCRIBED, _positions(store.query(statement, about)))
    domains = [row["entry"] for row in store.query(_NEW_DOMAINS, about)]
    if domains:
        found = store.query(_OF_DOMAINS, {**about, "domains": json_list(domains)})
        note(store, pull_id, HELD_DOMAIN, _positions(found))


def note_opted_out(store: Store, pull_id: str, opted: Iterable[RecordAddress]) -> None:
    """Note people on the list who match these opted-out records, by record or by address."""
    with store.writing():
        for chunk in chunks(opted, _CHUNK):
            for statement, values in (
                (_OF_RECORDS, [record_id for record_id, _ in chunk if record_id]),
                (_OF_ADDRESSES, [address for _, address in chunk if address]),
            ):
                found = store.query(
                    statement, {"pull_id": pull_id, "opted": json_list(dict.fromkeys(values))}
                )
                note(store, pull_id, OPTED_OUT, _positions(found))


def note_checked(store: Store, pull_id: str, as_of: datetime | None) -> None:
    """Note that a pull's people were checked just now."""
    row = {"pull_id": pull_id, "now": to_text(store.now()), "as_of": text_of(as_of)}
    with store.writing():
        store.execute(_CHECKED, row)


def last_check(store: Store, pull_id: str) -> LastCheck | None:
    """When a pull's people were last checked; None if never since the pull."""
    row = store.first_row(_CHECK, {"pull_id": pull_id})
    return LastCheck(from_text(row["checked_at"]), moment(row["as_of"])) if row else None


def count(store: Store, pull_id: str) -> tuple[int, int]:
    """How many people on the list have opted out since, and how many of its rows that is."""
    row = store.first_row(_COUNT, {"pull_id": pull_id})
    return (int(row["people"]), int(row["rows"])) if row else (0, 0)


def count_on_any(store: Store, pull_ids: Sequence[str]) -> int:
    """How many people on these lists have opted out since; someone on two lists counts once."""
    row = store.first_row(_COUNT_ON_ANY, {"pulls": json_list(pull_ids)})
    return int(row["people"]) if row else 0


def noted(store: Store, pull_id: str, *, limit: int = 1000) -> list[OptedOutSince]:
    """The people who have opted out since, in the order of the list."""
    rows = store.query(_NOTED, {"pull_id": pull_id, "limit": limit})
    return [
        OptedOutSince(
            position=row["position"],
            reason=row["reason"],
            found_at=from_text(row["found_at"]),
            sobject=row["sobject"] or "",
            record_id=row["record_id"] or "",
            address=row["address"] or "",
            shown=row["shown"] or "",
        )
        for row in rows
    ]


def addresses(store: Store, pull_id: str) -> frozenset[str]:
    """The addresses of everyone on the list who has opted out since."""
    return frozenset(row["address"] for row in store.query(_ADDRESSES, {"pull_id": pull_id}))


def positions(store: Store, pull_id: str) -> frozenset[int]:
    """The rows of everyone on the list who has opted out since."""
    return frozenset(_positions(store.query(_POSITIONS, {"pull_id": pull_id})))


def reasons(store: Store, pull_id: str, positions: Sequence[int]) -> dict[int, str]:
    """Why the people in these rows have opted out since, by position; only those who have."""
    found = store.query(_REASONS, {"pull_id": pull_id, "positions": json.dumps(positions)})
    return {row["position"]: row["reason"] for row in found}


def note(store: Store, pull_id: str, reason: str, found: Sequence[int]) -> None:
    for chunk in chunks(found, _CHUNK):
        store.execute(
            _NOTE,
            {
                "pull_id": pull_id,
                "reason": reason,
                "now": to_text(store.now()),
                "positions": json.dumps(chunk),
            },
        )


def _positions(rows: Iterable[sqlite3.Row]) -> list[int]:
    return [int(row["position"]) for row in rows]
