"""The records of an undo in groups: what goes back, and what stays because of what."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.services.log import Log
from lib.store import changes, undos
from lib.undo_words import group
from lib.values import Change, Outcome

_FIRST = 3
_GOES_BACK = frozenset({Outcome.PLANNED, Outcome.UPDATED, Outcome.PENDING, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class UndoGroup:
    """Records of an undo with the same result for the same reason; `first` has a few of them."""

    outcome: Outcome
    reason: str | None
    records: int
    people: int
    first: tuple[Change, ...]

    @property
    def goes_back(self) -> bool:
        """Whether the undo sets these boxes back, or tried to."""
        return self.outcome in _GOES_BACK

    @property
    def heading(self) -> str:
        """`Go back: 40 people (42 records)`, or why they stay."""
        return group(self.outcome, self.reason, self.people, self.records)


def groups_of(log: Log, undo_id: str, *, first: int = _FIRST) -> list[UndoGroup]:
    """The groups of an undo or of its preview, those that go back first, then the largest."""
    return sorted(
        _groups(log, undo_id, first), key=lambda each: (not each.goes_back, -each.records)
    )


def _groups(log: Log, undo_id: str, first: int) -> Iterator[UndoGroup]:
    for count in undos.groups(log.store, undo_id):
        rows = changes.of_reason(log.store, undo_id, count.outcome, count.reason, limit=first)
        yield UndoGroup(count.outcome, count.reason, count.records, count.people, tuple(rows))
