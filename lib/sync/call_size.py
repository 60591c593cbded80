"""How many records go into one write, learned within a run.

Salesforce's limits of Apex and of time count per call, so a call that fails as a whole may pass
with fewer records. Each sObject has its own automation, hence its own size, which the run keeps.
One record that fails whatever the size must not slow down all others: a size that passes is given
up only when two fresh batches in a row fail at it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

LARGEST = 200
LONE_FAILURES = 200
"""So many records in a row that fail alone, none passing between: size is not the cause."""
_WITHOUT_LIMIT = 10
"""A failure that names no limit counts this many times: size is a guess there."""
THEN_AT_LEAST = 25
"""What a call holds from then on; a smaller group is not split any further."""


@dataclass(slots=True)
class Pace:
    """The sizes of one run's calls, by sObject."""

    _size: dict[str, int] = field(default_factory=dict)
    _passed: dict[str, int] = field(default_factory=dict)  # the largest call that passed
    _strikes: Counter[str] = field(default_factory=Counter)
    _alone: int = 0  # records in a row that failed alone

    def size(self, sobjects: Iterable[str]) -> int:
        """How many records a call may hold when it holds these sObjects."""
        return max(self.smallest, min(self._size.get(one, LARGEST) for one in sobjects))

    @property
    def smallest(self) -> int:
        """The size of a call that is not split any further."""
        return THEN_AT_LEAST if self._alone >= LONE_FAILURES else 1

    def passed(self, sobject: str, count: int, *, is_fresh: bool) -> None:
        """A call with this many records of an sObject met no limit.

        `is_fresh`: it was no part of a larger call that failed.
        """
        self._passed[sobject] = max(count, self._passed.get(sobject, 0))
        if count > self._size.get(sobject, LARGEST):  # was under way when a smaller one failed
            self._size[sobject] = count
        self._alone = 0
        if is_fresh:
            self._strikes[sobject] = 0

    def failed(self, sobject: str, count: int, *, is_fresh: bool) -> None:
        """A call with this many records of an sObject was too much; `is_fresh` as above."""
        self._strikes[sobject] += is_fresh
        if count > self._passed.get(sobject, 0) or self._strikes[sobject] > 1:
            half = (count + 1) // 2
            self._size[sobject] = min(half, self._size.get(sobject, LARGEST))
            self._passed[sobject] = min(half, self._passed.get(sobject, 0))
            self._strikes[sobject] = 0

    def failed_alone(self, *, met_limit: bool = True) -> None:
        """A record failed in a call of its own, at a limit or for another cause."""
        self._alone += 1 if met_limit else _WITHOUT_LIMIT
