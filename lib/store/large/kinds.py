"""The mappings that runs use."""

from collections.abc import Iterable

from lib.store.large import packed
from lib.store.large.values import LargeMap
from lib.values import Change, Interval, Outcome, Record


def intervals() -> LargeMap[Interval]:
    """When each address asked."""
    return LargeMap(packed.pack_interval, packed.unpack_interval)


def all_intervals() -> LargeMap[tuple[Interval, ...]]:
    """Every time at which each address asked."""
    return LargeMap(packed.pack_intervals, packed.unpack_intervals)


def records() -> LargeMap[Record]:
    """Records by ID."""
    return LargeMap(packed.pack_record, packed.unpack_record)


class LargeChanges(LargeMap[Change]):
    """Changes by the ID of their record."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        super().__init__(packed.pack_change, packed.unpack_change)
        self.put((change.record_id, change) for change in changes)

    def intend(self) -> None:
        """From now on, planned changes are pending: the run makes them."""
        self._unpack = packed.unpack_intent
        self._few = {record_id: intended(change) for record_id, change in self._few.items()}


def intended(change: Change) -> Change:
    """The change, pending if it's planned."""
    if change.outcome is not Outcome.PLANNED:
        return change
    return change.ended(Outcome.PENDING, change.reason, change.message)
