"""A write whose answer was lost: look it up in Salesforce instead of guessing.

Used in the same run right after the answer is lost, and by the next run if a run died.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.salesforce import records
from lib.salesforce.door import Door
from lib.store.memory import UNSURE
from lib.sync.plan import CHANGED_SINCE, GONE
from lib.values import Change, Outcome, Record


@dataclass(frozen=True, slots=True)
class Settled:
    """The result of one change. The outcome is PENDING if it certainly wasn't written."""

    record_id: str
    outcome: Outcome
    reason: str | None = None
    message: str | None = None
    modified_at: datetime | None = None  # if the record was changed since the plan


def look_up(door: Door, changes: Sequence[Change], *, to: bool = True) -> list[Settled]:
    """The result of each lost write, in the order given. `to` is what the box was set to.

    Costs 1 API call per sObject and 2,000 IDs. Raises SalesforceError; then nothing is known, and
    the changes stay unanswered.
    """
    found: dict[str, Record | None] = {}
    for sobject in sorted({change.sobject for change in changes}):
        ids = [change.record_id for change in changes if change.sobject == sobject]
        found.update(records.look_up(door, sobject, ids))
    return [judge(change, found.get(change.record_id), to=to) for change in changes]


def judge(change: Change, record: Record | None, *, to: bool = True) -> Settled:
    """Tell from the record as it is now whether a lost write was made.

    If the box is as it was and the record hasn't changed since it was matched, the write wasn't
    made. If the record has changed, a person may have changed the box again. Then nothing is
    written, and someone needs to look at the record (rules.md, 0).
    """
    if record is None:
        return Settled(change.record_id, Outcome.SKIPPED, GONE)
    if record.opted_out is to and not record.is_partly_set:
        return Settled(change.record_id, Outcome.UPDATED)
    if record.opted_out is not None and record.modified_at == change.modified_at:
        return Settled(change.record_id, Outcome.PENDING)
    reason = UNSURE if to else CHANGED_SINCE
    return Settled(change.record_id, Outcome.SKIPPED, reason, modified_at=record.modified_at)


def not_written(settled: Iterable[Settled]) -> set[str]:
    """The record IDs of the changes that certainly weren't written."""
    return {result.record_id for result in settled if result.outcome is Outcome.PENDING}
