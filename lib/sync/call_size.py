"""How many records go into one batch, and how many batches into one call. A run learns both.

Salesforce's limits for Apex apply to each batch, so a batch that fails as a whole may pass with
fewer records. Each sObject has its own automation, so the run keeps a size for each. A record that
fails at any size must not slow down the others: the run gives up a size that has passed only if two
fresh batches in a row fail at it. Limits for time apply to the call with all its batches.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lib.salesforce.boxes import MOST_GROUPS, MOST_IN_GROUP

LARGEST = MOST_IN_GROUP
LONE_FAILURES = 200
"""If this many records in a row fail alone and none pass, the size isn't the cause."""
_WEIGHT_WITHOUT_LIMIT = 10
"""A failure that names no limit counts this many times, because the size is only a guess."""
_CALLS_TO_GROW = 8
"""After this many calls in a row, one more batch goes into a call, until Salesforce objects."""
THEN_AT_LEAST = 25
"""From then on, batches have at least this many records and aren't split further."""


@dataclass(slots=True)
class CallSizes:
    """The sizes of one run's batches by sObject, and how many go `together` in a call."""

    together: int = MOST_GROUPS
    _size: dict[str, int] = field(default_factory=dict)
    _passed: dict[str, int] = field(default_factory=dict)  # the largest batch that passed
    _strikes: Counter[str] = field(default_factory=Counter)
    _most_together: int = MOST_GROUPS
    _calls: int = 0  # calls in a row with as many batches as may go together
    _alone: int = 0  # records in a row that failed alone

    def size(self, sobjects: Iterable[str]) -> int:
        """How many records a batch with these sObjects may have."""
        return max(self.smallest, min(self._size.get(name, LARGEST) for name in sobjects))

    @property
    def smallest(self) -> int:
        """The size of a batch that isn't split further."""
        return THEN_AT_LEAST if self._alone >= LONE_FAILURES else 1

    def passed(self, sobject: str, count: int, *, is_fresh: bool) -> None:
        """A batch with this many records of an sObject met no limit.

        `is_fresh`: it wasn't part of a larger batch that failed.
        """
        self._passed[sobject] = max(count, self._passed.get(sobject, 0))
        if count > self._size.get(sobject, LARGEST):  # was in progress when a smaller one failed
            self._size[sobject] = count
        self._alone = 0
        if is_fresh:
            self._strikes[sobject] = 0

    def failed(self, sobject: str, count: int, *, is_fresh: bool) -> None:
        """A batch with this many records of an sObject was too large. `is_fresh` as above."""
        self._strikes[sobject] += is_fresh
        if count > self._passed.get(sobject, 0) or self._strikes[sobject] > 1:
            half = (count + 1) // 2
            self._size[sobject] = min(half, self._size.get(sobject, LARGEST))
            self._passed[sobject] = min(half, self._passed.get(sobject, 0))
            self._strikes[sobject] = 0

    def failed_together(self, count: int, *, for_good: bool = False) -> None:
        """A call with this many batches was too much, although each of them may pass alone.

        `for_good`: this many will never pass, no matter how often they're tried.
        """
        self.together = max(1, min(self.together, count // 2))
        self._calls = 0
        if for_good:
            self._most_together = min(self._most_together, count - 1)

    def passed_together(self, count: int) -> None:
        """A call with this many batches was answered. After some of them, one more may pass."""
        self._calls += count >= self.together
        if self._calls >= _CALLS_TO_GROW and self.together < self._most_together:
            self.together += 1
            self._calls = 0

    def failed_alone(self, *, met_limit: bool = True) -> None:
        """A record failed in a batch of its own, because of a limit or for another reason."""
        self._alone += 1 if met_limit else _WEIGHT_WITHOUT_LIMIT
