"""The mappings that runs use."""

from lib.store.large import packed
from lib.store.large.values import LargeMap
from lib.values import Change, Interval, Record


def intervals() -> LargeMap[Interval]:
    """When each address asked."""
    return LargeMap(packed.pack_interval, packed.unpack_interval)


def all_intervals() -> LargeMap[tuple[Interval, ...]]:
    """Every time at which each address asked."""
    return LargeMap(packed.pack_intervals, packed.unpack_intervals)


def records() -> LargeMap[Record]:
    """Records by ID."""
    return LargeMap(packed.pack_record, packed.unpack_record)


def changes() -> LargeMap[Change]:
    """Changes by the ID of their record."""
    return LargeMap(packed.pack_change, packed.unpack_change)
