"""The changes that a run is to make, however many they are."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import overload

from lib.store.large import LargeChanges, in_order
from lib.store.sql_values import chunks
from lib.values import Change, Outcome

_AT_ONCE = 5_000
_ID = re.compile(r"\S+")


class Intents(Collection[Change]):
    """The pending changes among those of a run; `only` has the IDs of those that count."""

    def __init__(
        self,
        of: LargeChanges,
        unwritable: Set[str],
        only: Set[str] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self._of = of
        self._unwritable = unwritable
        self._only = only
        self._known_counts = counts

    def only(self, record_ids: Set[str]) -> "Intents":
        """Those of them with these IDs."""
        return Intents(self._of, self._unwritable, record_ids)

    @property
    def is_large(self) -> bool:
        """Whether they're too many to be in memory."""
        return not self._of.is_few

    @cached_property
    def counts(self) -> Counter[str]:
        """How many there are of each sObject."""
        if self._known_counts is not None:
            return Counter(self._known_counts)
        return Counter(change.sobject for change in self)

    def in_parts(self, sizes: Sequence[tuple[str, int]]) -> Iterator["Stored"]:
        """Those of these sObjects, in alphabetical order, in parts of these sizes.

        Those of an account are next to each other.
        """
        chosen = {sobject for sobject, _ in sizes}
        pairs = (
            (f"{change.sobject} {change.account_id}", change.record_id)
            for change in self
            if change.sobject in chosen
        )
        ids = in_order(pairs)
        for _, size in sizes:
            yield Stored(self._of, list(islice(ids, size)))

    def __iter__(self) -> Iterator[Change]:
        for piece in self._of.pieces(_AT_ONCE):
            for change in piece:
                if change.outcome is Outcome.PENDING and self._counts(change):
                    yield change

    def __len__(self) -> int:
        return self.counts.total()

    def __contains__(self, change: object) -> bool:
        return any(each == change for each in self)

    def _counts(self, change: Change) -> bool:
        if change.sobject in self._unwritable:
            return False
        return self._only is None or change.record_id in self._only


class Stored(Sequence[Change]):
    """Changes by their IDs, some of them in memory at a time."""

    def __init__(self, of: LargeChanges, record_ids: Collection[str]) -> None:
        self._of = of
        self._count = len(record_ids)
        self._ids = " ".join(record_ids)  # a seventh of what a list takes

    def record_ids(self) -> Iterator[str]:
        """The IDs in their order."""
        return (found[0] for found in _ID.finditer(self._ids))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Change]:
        for some in chunks(self.record_ids(), _AT_ONCE):
            found = self._of.among(some)
            yield from (found[record_id] for record_id in some)

    @overload
    def __getitem__(self, at: int) -> Change: ...
    @overload
    def __getitem__(self, at: slice) -> "Stored": ...
    def __getitem__(self, at: int | slice) -> "Change | Stored":
        if isinstance(at, slice):
            return Stored(self._of, self._ids.split()[at])
        return self._of[self._ids.split()[at]]

    def by_id(self) -> Mapping[str, Change]:
        """The changes by ID."""
        return _ById(self._of, self)


class _ById(Mapping[str, Change]):
    def __init__(self, of: LargeChanges, stored: Stored) -> None:
        self._of = of
        self._stored = stored

    def __getitem__(self, record_id: str) -> Change:
        return self._of[record_id]

    def __iter__(self) -> Iterator[str]:
        return self._stored.record_ids()

    def __len__(self) -> int:
        return len(self._stored)


def record_ids(changes: Sequence[Change]) -> Iterator[str]:
    """The IDs of the records of these changes."""
    if isinstance(changes, Stored):
        return changes.record_ids()
    return (change.record_id for change in changes)


def by_id(changes: Sequence[Change]) -> Mapping[str, Change]:
    """The changes by the IDs of their records."""
    if isinstance(changes, Stored):
        return changes.by_id()
    return {change.record_id: change for change in changes}


def counts(changes: Collection[Change]) -> Counter[str]:
    """How many of these changes there are of each sObject."""
    if isinstance(changes, Intents):
        return changes.counts
    return Counter(change.sobject for change in changes)
