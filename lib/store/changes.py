"""The records of each run: written down before they are sent, and again with the answer."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store
from lib.store.sql_values import chunks, json_list, moment
from lib.store.terms import add_addresses, number_of, numbered, to_number
from lib.values import Arrival, Change, Outcome

Settled = tuple[str, Outcome, str | None, str | None]  # record id, outcome, reason, message

_CHUNK = 5_000  # changes written at once
_OPEN = (Outcome.PLANNED, Outcome.PENDING)

_ANNOUNCE = """
    insert into change_row (run, scope, sobject, record_id, address, outcome, reason, message,
        modified_at, planned_at, settled_at, arrived_at, arrived_new, was_partly_set, is_undo)
    values {rows}
"""
_ANNOUNCED = "(?, ?, ?, ?, (select id from address where text = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_IS_UNDO = "select undoes is not null as is_undo from run where id = :run_id"
_SENDING = """
    update change_row set sent_at = :now
    where record_id in (select value from json_each(:record_ids))
      and run = (select id from term where text = :run_id)
"""
_NOT_SENT = """
    update change_row set sent_at = null
    where record_id in (select value from json_each(:record_ids))
      and run = (select id from term where text = :run_id)
"""
_SETTLE = """
    update change_row
    set outcome = :outcome, reason = :reason, message = :message, settled_at = :now
    where record_id in (select value from json_each(:record_ids))
      and run = (select id from term where text = :run_id)
"""
_UNANSWERED = """
    select * from change
    where scope = :scope and is_undo = :is_undo and outcome = 'pending'
      and sent_at is not null and settled_at is null
    order by run_id, id
"""
_OF_RUN = """
    select * from change
    where run_id = :run_id and id > :after
    order by id
    limit :limit
"""
_OF_RUN_BY_OUTCOME = """
    select * from change
    where run_id = :run_id and id > :after
      and outcome in (select value from json_each(:outcomes))
    order by id
    limit :limit
"""
_OF_ADDRESS = """
    select * from change
    where scope = :scope and address = :address
    order by id desc
"""
_PAGE = """
    select * from change
    where run_id = :run_id and outcome = :outcome
    order by id
    limit :limit offset :offset
"""
_OF_REASON = """
    select * from change
    where run_id = :run_id and outcome = :outcome and reason is :reason
    order by id
    limit :limit offset :offset
"""
_PEOPLE = """
    select count(distinct address) as count from change_row
    where run = (select id from term where text = :run_id) and outcome in ('planned', 'updated')
"""
_LATE = """
    select count(distinct address) as count from change_row
    where run = (select id from term where text = :run_id)
      and arrived_at is not null and outcome in ('planned', 'updated')
"""
_AT_DOMAIN = """
    select count(*) as records, count(distinct address) as people from change
    where run_id = :run_id and outcome in ('planned', 'updated')
      and substr(address, -length(:at)) = :at
"""
_LISTED_AT_DOMAIN = """
    select * from change
    where run_id = :run_id and outcome in ('planned', 'updated')
      and substr(address, -length(:at)) = :at
    order by address, id
    limit :limit
"""


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """A change as the log keeps it. `id` grows with time, and paging uses it."""

    id: int
    run_id: str
    scope: str
    change: Change
    planned_at: datetime
    sent_at: datetime | None  # before the call to Salesforce
    settled_at: datetime | None  # when its outcome was known; None while planned or pending
    is_undo: bool = False  # the box goes back


def announce(store: Store, run_id: str, scope: str, changes: Iterable[Change]) -> None:
    """Write all records of a run before the first call; those to be written are PENDING.

    The caller opens the transaction, so that all of them are written or none.
    """
    row = store.first_row(_IS_UNDO, {"run_id": run_id})
    same = (to_number(store.now()), row["is_undo"] if row else 0)
    for chunk in chunks(changes, _CHUNK):
        numbers = numbered(store, [run_id, scope, *{change.sobject for change in chunk}])
        add_addresses(store, (change.address for change in chunk))
        first = (numbers[run_id], numbers[scope])
        rows = (_announced(first, numbers[change.sobject], change, same) for change in chunk)
        store.insert_many(_ANNOUNCE, _ANNOUNCED, rows)


def sending(store: Store, run_id: str, record_ids: Iterable[str]) -> None:
    """Note that these records are about to be sent: from now on their outcome is unknown."""
    now = to_number(store.now())
    sent = {"run_id": run_id, "record_ids": json_list(record_ids), "now": now}
    with store.writing():
        store.execute(_SENDING, sent)


def not_sent(store: Store, run_id: str, record_ids: Iterable[str]) -> None:
    """Undo `sending` for records that were certainly not written."""
    with store.writing():
        store.execute(_NOT_SENT, {"run_id": run_id, "record_ids": json_list(record_ids)})


def settle(store: Store, run_id: str, answers: Iterable[Settled]) -> None:
    """Write down the outcome of records that were announced."""
    now = to_number(store.now())
    alike: dict[tuple[Outcome, str | None, str | None], list[str]] = {}
    for record_id, outcome, reason, message in answers:
        alike.setdefault((outcome, reason, message), []).append(record_id)
    rows = (
        {
            "run_id": run_id,
            "record_ids": json_list(record_ids),
            "outcome": outcome.value,
            "reason": reason,
            "message": message,
            "now": now,
        }
        for (outcome, reason, message), record_ids in alike.items()
    )
    store.execute_many(_SETTLE, rows)


def unanswered(
    store: Store, scope: str, *, of_undo: bool = False
) -> list[tuple[str, Change, datetime]]:
    """Run id, change and time of each write whose answer isn't in the log, oldest first.

    Those of syncs, which set boxes, or those of undos, which set them back.

    Records that were announced but never sent are not included: the next run plans them again.
    """
    rows = store.query(_UNANSWERED, {"scope": scope, "is_undo": int(of_undo)})
    return [(row["run_id"], _change(row), from_text(row["sent_at"])) for row in rows]


def of_run(
    store: Store,
    run_id: str,
    *,
    outcomes: Iterable[Outcome] | None = None,
    limit: int | None = None,
    after: int = 0,
) -> list[LoggedChange]:
    """The records of a run in the order they were announced, beginning after the id `after`."""
    parameters: dict[str, object] = {"run_id": run_id, "after": after}
    parameters["limit"] = -1 if limit is None else limit
    if outcomes is None:
        return _logged(store.query(_OF_RUN, parameters))
    parameters["outcomes"] = json_list(outcome.value for outcome in outcomes)
    return _logged(store.query(_OF_RUN_BY_OUTCOME, parameters))


class LoggedChanges(Collection[Change]):
    """The changes of a run as the log has them, a page of them in memory at a time."""

    def __init__(self, store: Store, run_id: str, count: int) -> None:
        self._store = store
        self._run_id = run_id
        self._count = count

    def __iter__(self) -> Iterator[Change]:
        after = 0
        while page := of_run(self._store, self._run_id, limit=_CHUNK, after=after):
            yield from (logged.change for logged in page)
            after = page[-1].id

    def __len__(self) -> int:
        return self._count

    def __contains__(self, change: object) -> bool:
        return any(each == change for each in self)


def of_address(store: Store, scope: str, address: str) -> list[LoggedChange]:
    """What each run did for an address, newest first."""
    return _logged(store.query(_OF_ADDRESS, {"scope": scope, "address": address}))


def page_of_run(
    store: Store,
    run_id: str,
    counts: Sequence[tuple[Outcome, int]],
    *,
    limit: int,
    offset: int = 0,
) -> list[Change]:
    """The records of these outcomes in the given order, the oldest of each outcome first.

    `counts` says how many records each outcome has, so that a page deep in the list is found
    without reading the pages before it.
    """
    found: list[Change] = []
    for outcome, count in counts:
        if offset < count and limit > len(found):
            found += _of_outcome(store, run_id, outcome, limit - len(found), offset)
        offset = max(0, offset - count)
    return found


def of_reason(
    store: Store,
    run_id: str,
    outcome: Outcome,
    reason: str | None,
    *,
    limit: int,
    offset: int = 0,
) -> list[Change]:
    """The records of a run with this outcome for this reason, the oldest first."""
    parameters: dict[str, object] = {"run_id": run_id, "outcome": outcome.value}
    parameters.update(reason=reason, limit=limit, offset=offset)
    return [_change(row) for row in store.query(_OF_REASON, parameters)]


def people_of_run(store: Store, run_id: str) -> int:
    """How many people (distinct addresses) a run opted out, or would opt out."""
    row = store.first_row(_PEOPLE, {"run_id": run_id})
    return int(row["count"]) if row else 0


def people_late(store: Store, run_id: str) -> int:
    """How many people a run opted out, or would, because of late arrivals (rules.md, 3.4)."""
    row = store.first_row(_LATE, {"run_id": run_id})
    return int(row["count"]) if row else 0


def at_domain(store: Store, run_id: str, domain: str) -> tuple[int, int]:
    """The records and the people at this very domain that a run opted out, or would opt out."""
    row = store.first_row(_AT_DOMAIN, {"run_id": run_id, "at": f"@{domain}"})
    return (int(row["records"]), int(row["people"])) if row else (0, 0)


def listed_at_domain(store: Store, run_id: str, domain: str, *, most: int) -> list[Change]:
    """Those records, at most this many, by address."""
    parameters = {"run_id": run_id, "at": f"@{domain}", "limit": most}
    return [_change(row) for row in store.query(_LISTED_AT_DOMAIN, parameters)]


def _of_outcome(
    store: Store, run_id: str, outcome: Outcome, limit: int, offset: int
) -> list[Change]:
    parameters = {"run_id": run_id, "outcome": outcome.value, "limit": limit, "offset": offset}
    return [_change(row) for row in store.query(_PAGE, parameters)]


def _announced(
    first: tuple[int, int], sobject: int, change: Change, same: tuple[int, int]
) -> tuple[object, ...]:
    """The row of a change; `first` are the numbers of its run and scope, `same` the time and
    whether the run is an undo."""
    now, is_undo = same
    arrival = change.arrival
    return (
        *first,
        sobject,
        change.record_id,
        change.address,
        change.outcome.value,
        change.reason,
        change.message,
        number_of(change.modified_at),
        now,
        None if change.outcome in _OPEN else now,
        number_of(arrival.at) if arrival else None,
        int(arrival.is_new) if arrival else None,
        int(change.was_partly_set),
        is_undo,
    )


def _logged(rows: Iterable[sqlite3.Row]) -> list[LoggedChange]:
    return [
        LoggedChange(
            id=row["id"],
            run_id=row["run_id"],
            scope=row["scope"],
            change=_change(row),
            planned_at=from_text(row["planned_at"]),
            sent_at=moment(row["sent_at"]),
            settled_at=moment(row["settled_at"]),
            is_undo=bool(row["is_undo"]),
        )
        for row in rows
    ]


def _change(row: sqlite3.Row) -> Change:
    return Change(
        sobject=row["sobject"],
        record_id=row["record_id"],
        address=row["address"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        message=row["message"],
        modified_at=moment(row["modified_at"]),
        arrival=_arrival(row),
        was_partly_set=bool(row["was_partly_set"]),
    )


def _arrival(row: sqlite3.Row) -> Arrival | None:
    arrived_at = moment(row["arrived_at"])
    return Arrival(arrived_at, bool(row["arrived_new"])) if arrived_at else None
