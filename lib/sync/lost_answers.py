"""A write whose answer was lost: what Salesforce says afterwards decides, never a guess.

Used within a run right after the loss, and by the next run for what a dead one left behind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.salesforce import records
from lib.salesforce.door import Door
from lib.store.memory import UNSURE
from lib.sync.plan import GONE
from lib.values import Change, Outcome, Record


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one intent; `outcome` is PENDING when it surely was not written."""

    record_id: str
    outcome: Outcome
    reason: str | None = None
    message: str | None = None
    modified_at: datetime | None = None  # of a record found changed, when that was


def look_up(door: Door, changes: Sequence[Change]) -> list[Settled]:
    """What each lost write came to, in the order given. Costs 1 API call per sObject and 2,000 ids.

    Raises SalesforceError; then nothing is known, and the intents stay unanswered.
    """
    found: dict[str, Record | None] = {}
    for sobject in sorted({change.sobject for change in changes}):
        ids = [change.record_id for change in changes if change.sobject == sobject]
        found.update(records.look_up(door, sobject, ids))
    return [judge(change, found.get(change.record_id)) for change in changes]


def judge(change: Change, record: Record | None) -> Settled:
    """Whether a lost write was done, from the record as it stands now.

    A box that is false on a record untouched since it was matched was not ticked. A box that is
    false on a record that changed meanwhile may have been ticked and cleared again by a person:
    then nothing is written, and the record needs a hand (rules.md, 0).
    """
    if record is None:
        return Settled(change.record_id, Outcome.SKIPPED, GONE)
    if record.opted_out:
        return Settled(change.record_id, Outcome.UPDATED)
    if record.opted_out is False and record.modified_at == change.modified_at:
        return Settled(change.record_id, Outcome.PENDING)
    return Settled(change.record_id, Outcome.SKIPPED, UNSURE, modified_at=record.modified_at)


def not_written(settled: Iterable[Settled]) -> set[str]:
    """The ids of the intents that surely were not written."""
    return {one.record_id for one in settled if one.outcome is Outcome.PENDING}
