"""Mailable records that need a look: boxes that someone cleared, and late arrivals (rules.md, 3).

The records come from Salesforce in any number. Each batch is compared with the log, so memory
grows only with what is found.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime

from lib.store import ledger
from lib.store.db import Store
from lib.store.sql_values import chunks
from lib.sync.remembered import recall, was_cleared
from lib.values import Arrival, Record

_BATCH = 2_000


@dataclass(slots=True)
class NeedsALook:
    """The records found so far. `arrivals` has the late arrivals among them, by record ID."""

    records: list[Record] = field(default_factory=list)
    arrivals: dict[str, Arrival] = field(default_factory=dict)

    @property
    def has_converted(self) -> bool:
        """Whether there are converted Leads among them."""
        return any(record.is_converted for record in self.records)

    def without_converted(self) -> "NeedsALook":
        """The same without converted Leads."""
        others = [record for record in self.records if not record.is_converted]
        stay = {record.record_id for record in others}
        return NeedsALook(others, {id: self.arrivals[id] for id in self.arrivals if id in stay})

    def arrived(self) -> dict[str, datetime]:
        """The addresses of the late arrivals, and when the first record with each came."""
        first: dict[str, datetime] = {}
        for record in self.records:
            arrival = self.arrivals.get(record.record_id)
            if arrival is not None:
                first[record.address] = min(arrival.at, first.get(record.address, arrival.at))
        return first


def sift(
    store: Store,
    scope: str,
    records: Iterable[Record],
    *,
    pending: Set[str],
    into: NeedsALook,
) -> None:
    """Find the records that were opted out and now aren't, and the late arrivals.

    A cleared box that a run has noted isn't found again. `pending` are addresses that no run has
    finished. Their records are looked for anyway, so they aren't late. If `records` raises an
    error, what came before it is still found.
    """
    for batch in chunks(records, _BATCH):
        _sift_batch(store, scope, batch, pending, into)


def _sift_batch(
    store: Store, scope: str, batch: list[Record], pending: Set[str], into: NeedsALook
) -> None:
    seen, _ = recall(store, scope, batch)
    cleared = {
        record.record_id for record in batch if was_cleared(record, seen.get(record.record_id))
    }
    new_here = {record.address for record in batch if record.record_id not in cleared}
    asked_by = ledger.unsubscribed_by(store, scope, new_here - pending)
    for record in batch:
        if record.record_id in cleared:
            if seen[record.record_id].cleared_at is None:
                into.records.append(record)
        elif record.address in asked_by:
            into.records.append(record)
            into.arrivals[record.record_id] = _arrival(record, asked_by[record.address])


def _arrival(record: Record, asked_by: datetime) -> Arrival:
    if record.created_at is not None and record.created_at >= asked_by:
        return Arrival(record.created_at, is_new=True)
    return Arrival(record.modified_at, is_new=False)
