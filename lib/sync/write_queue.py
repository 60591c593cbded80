"""What a run still has to write: what no call has had yet, what is sent again, and locked records.

It also keeps the sizes that pass (lib/sync/call_size.py), and cuts batches to them.
"""

from collections import deque
from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from lib.fields import ACCOUNT, CONTACT, LEAD
from lib.sync.batch import Batch
from lib.sync.call_size import CallSizes
from lib.sync.locked_rows import LockedRows
from lib.sync.waiting_changes import WaitingChanges
from lib.values import Change

LOST_AT_ONE_SIZE = 2
"""After this many lost answers at the same size, the batch is halved."""


class WriteQueue:
    """The batches of one run, those that are sent again first, and locked records last."""

    def __init__(self, changes: Sequence[Change], *, packed: bool = False) -> None:
        self.sizes = CallSizes()
        self._fresh = WaitingChanges(changes, packed=packed)
        self._again: deque[Batch] = deque()
        self._locked = LockedRows()

    def next(self, busy: Callable[[], Set[str] | None]) -> list[Batch]:
        """The batches of the next call, no larger than the sizes that pass; none if none is due.

        `busy` names the accounts of the records under way: no locked record of theirs is tried, and
        none at all if it's `None`.
        """
        return self._next_again() or self._fresh.take(self.sizes) or self._next_locked(busy)

    def again(self, batch: Batch) -> None:
        """Send a batch again."""
        self._again.append(batch)

    def lock(self, changes: Sequence[Change], tries: int) -> None:
        """Try locked records again later. `tries`: how often they were tried."""
        self._locked.add(changes, tries)

    def halve(self, batch: Batch, *, of: int) -> None:
        """Put a batch back in front, in pieces of at most half the size `of` what was sent.

        If a batch got no answer at this size, each smaller size is tried only once.
        """
        lost = min(batch.lost, LOST_AT_ONE_SIZE - 1)
        halves = replace(batch, lost=lost, is_fresh=False, waits=False, was_limited=False)
        self._again.extendleft(reversed(halves.pieces((of + 1) // 2)))

    def learn(self, batch: Batch, failed: Set[str]) -> None:
        """Note which sizes pass. A failed mixed batch doesn't show which sObject was too much."""
        for sobject, changes in batch.by_sobject():
            if sobject not in failed:
                self.sizes.passed(sobject, len(changes), is_fresh=batch.is_fresh)
            elif len(failed) == 1:
                self.sizes.failed(sobject, len(changes), is_fresh=batch.is_fresh)

    def _next_again(self) -> list[Batch]:
        batches: list[Batch] = []
        while self._again and len(batches) < self.sizes.together:
            if batches and (batches[0].alone or self._again[0].alone):
                break
            first, *others = self._cut(self._again.popleft())
            self._again.extendleft(reversed(others))
            batches.append(first)
        return batches

    def _next_locked(self, busy: Callable[[], Set[str] | None]) -> list[Batch]:
        """Locked records, once everything else was answered: by then the lock may be gone."""
        accounts = busy() if self._locked else None
        if accounts is None:
            return []
        most = self.sizes.size((ACCOUNT, CONTACT, LEAD)) * self.sizes.together
        taken = self._locked.take(min(self._fresh.per_call, most), accounts)
        if taken is None:
            return []
        tries, changes = taken
        return self._cut(Batch(tuple(changes), tries=tries, waits=True))

    def _cut(self, batch: Batch) -> list[Batch]:
        return batch.pieces(self.sizes.size(sobject for sobject, _ in batch.by_sobject()))
