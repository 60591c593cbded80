"""The changes of a run that no call has had yet, and how many go into each call."""

from collections import deque
from collections.abc import Sequence

from lib.salesforce import costs
from lib.sync.batch import Batch
from lib.sync.call_size import CallSizes
from lib.sync.locked_rows import account_of
from lib.values import Change


class WaitingChanges:
    """Changes in the order of their accounts, so that few calls share one."""

    def __init__(self, changes: Sequence[Change], *, packed: bool = False) -> None:
        self._changes = deque(sorted(changes, key=account_of))
        self.per_call = per_call(len(changes), packed=packed)

    def take(self, sizes: CallSizes) -> list[Batch]:
        """The batches of the next call; none if nothing waits."""
        batches: list[Batch] = []
        room = self.per_call
        while room > 0 and len(batches) < sizes.together and self._changes:
            chosen = self._next(room, sizes)
            batches.append(Batch(tuple(chosen)))
            room -= len(chosen)
        return batches

    def _next(self, room: int, sizes: CallSizes) -> list[Change]:
        """A batch: an even part of the room. It ends with an account, if the sizes allow that."""
        chosen: list[Change] = []
        while self._changes:
            ahead = self._changes[0]
            most = sizes.size({change.sobject for change in (*chosen[-1:], ahead, *chosen[:1])})
            even = -(-room // -(-room // most))
            is_next = chosen and _same_account(chosen[-1], ahead)
            if len(chosen) >= (most if is_next else even):
                break
            chosen.append(self._changes.popleft())
        return chosen


def per_call(count: int, *, packed: bool = False) -> int:
    """How many records a call has: few enough that as many calls as may be work at once.

    `packed`: as many as it may have.
    """
    if packed:
        return costs.records_a_call()
    return -(-count // max(1, costs.collections(count).calls))


def _same_account(one: Change, other: Change) -> bool:
    return one.account_id != "" and account_of(one) == account_of(other)
