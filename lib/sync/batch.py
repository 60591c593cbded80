"""One group of records that Salesforce saves together, and what its answer means for each.

Salesforce's limits for Apex apply to a group, so a group that fails as a whole may pass in
smaller groups, or alone in a call.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from lib.errors import OptbackError
from lib.salesforce import boxes
from lib.salesforce.codes import Meaning, means
from lib.salesforce.door import Door
from lib.salesforce.refusals import Cause
from lib.salesforce.rows import to18
from lib.sync.lost_answers import Settled, look_up
from lib.sync.plan import CONVERTED, GONE
from lib.values import Change, Outcome, Verdict

_ACCOUNT_ID = re.compile(r"\b001[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?\b")
_IDS_AND_NUMBERS = re.compile(r"\b[0-9A-Za-z]{18}\b|\b[0-9A-Za-z]{15}\b|\d+")


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that are saved together, sorted by sObject; at most 200.

    `lost` is the number of tries without an answer, `tries` the number of tries whose failure
    passes, such as a locked row.
    """

    changes: tuple[Change, ...]
    lost: int = 0
    tries: int = 0
    is_fresh: bool = True  # not part of a larger batch that failed
    alone: bool = False  # it has to be the only one in its call
    waits: bool = False  # it's sent after a pause
    was_limited: bool = False  # it met a limit after other batches in the same call

    def __len__(self) -> int:
        return len(self.changes)

    def by_sobject(self) -> Iterator[tuple[str, list[Change]]]:
        """Each sObject in the batch with its changes."""
        for sobject, changes in groupby(self.changes, key=lambda change: change.sobject):
            yield sobject, list(changes)

    def pieces(self, size: int) -> list["Batch"]:
        """The same changes in batches of up to `size`. A mixed batch is split by sObject."""
        if len(self) <= size:
            return [self]
        return [
            replace(self, changes=tuple(group[at : at + size]), is_fresh=False, was_limited=False)
            for _, group in self.by_sobject()
            for at in range(0, len(group), size)
        ]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The result of a batch.

    The changes in `too_much` certainly weren't written, and may pass in a smaller batch. If the
    batch can't be smaller, `if_alone` has their results. `met_limit`: the cause is a limit. Those
    that are `locked` certainly weren't written either, and may pass later. If the answer
    `was_lost`, the records were looked up, and `to_resend` has the changes that certainly weren't
    written. If there is an `error`, the whole batch failed: `unsent` certainly weren't written,
    and the rest is unsure. `may_be_a_record`: a single record may have caused the error.
    `passes`: the same batch may go through after a pause.
    """

    batch: Batch
    settled: list[Settled] = field(default_factory=list)
    too_much: list[Change] = field(default_factory=list)
    if_alone: Mapping[str, Settled] = field(default_factory=dict)
    met_limit: bool = False
    locked: list[Change] = field(default_factory=list)
    was_lost: bool = False
    to_resend: list[Change] = field(default_factory=list)
    unsent: list[Change] = field(default_factory=list)
    error: OptbackError | None = None
    may_be_a_record: bool = False
    passes: bool = False


def answer_of(door: Door, batch: Batch, verdicts: Sequence[Verdict]) -> BatchAnswer:
    """What Salesforce's verdicts mean. Records that may be gone are looked up.

    A locked row counts as refused after the last of the door's tries.
    """
    may_try_again = batch.tries + 1 < door.patience.tries
    causes = {each.record_id: boxes.cause(each) for each in verdicts if not each.ok}
    locked = {each for each, cause in causes.items() if may_try_again and cause is Cause.PASSING}
    left = [change for change in batch.changes if change.record_id not in locked]
    by_id = {verdict.record_id: verdict for verdict in verdicts}
    at_limit = {each for each, cause in causes.items() if cause is Cause.TOO_MUCH}
    over = at_limit | _failed_together(replace(batch, changes=tuple(left)), by_id)
    settled = judged(door, left, [by_id[change.record_id] for change in left])
    return BatchAnswer(
        batch,
        settled=[result for result in settled if result.record_id not in over],
        too_much=[change for change in left if change.record_id in over],
        if_alone={result.record_id: result for result in settled if result.record_id in over},
        met_limit=bool(at_limit),
        locked=[
            _with_account(change, by_id[change.record_id].message or "")
            for change in batch.changes
            if change.record_id in locked
        ],
    )


def _with_account(change: Change, message: str) -> Change:
    """The change with the account that Salesforce says is locked, if it wasn't known."""
    named = None if change.account_id else _ACCOUNT_ID.search(message)
    return replace(change, account_id=to18(named[0])) if named else change


def _failed_together(batch: Batch, by_id: Mapping[str, Verdict]) -> set[str]:
    """Records that may have failed because of another record in the batch.

    An exception in a trigger refuses all records it was called for, no matter which record caused
    it. So these are the records of an sObject if all of them failed with the same message.
    """
    found: set[str] = set()
    for _, changes in batch.by_sobject():
        group = [by_id[change.record_id] for change in changes]
        failed = [result for result in group if means(result.code or "", Meaning.AUTOMATION)]
        causes = {(result.code, _without_details(result.message or "")) for result in failed}
        none_passed = not any(result.ok for result in group)
        if len(causes) == 1 and none_passed and (len(failed) > 1 or len(by_id) == 1):
            found.update(result.record_id for result in failed)
    return found


def _without_details(message: str) -> str:
    """The message without the parts that differ between records: IDs and error numbers."""
    return _IDS_AND_NUMBERS.sub("#", message)


def judged(door: Door, changes: Sequence[Change], verdicts: Sequence[Verdict]) -> list[Settled]:
    """The result of each change by Salesforce's verdict on it, in the same order.

    Costs 1 API call if a refusal looks as if the record is gone.
    """
    settled = [_from_verdict(verdict) for verdict in verdicts]
    may_be_gone = [
        change for change, result in zip(changes, settled, strict=True) if _may_be_gone(result)
    ]
    gone = _gone(door, may_be_gone)
    return [
        replace(result, outcome=Outcome.SKIPPED, reason=GONE)
        if result.record_id in gone
        else result
        for result in settled
    ]


def _may_be_gone(settled: Settled) -> bool:
    return settled.outcome is Outcome.FAILED and means(settled.reason or "", Meaning.MAYBE_GONE)


def _gone(door: Door, changes: Sequence[Change]) -> set[str]:
    """The records that no longer exist in Salesforce. Empty if Salesforce can't be asked."""
    try:
        known = look_up(door, changes)
    except OptbackError:
        return set()
    return {found.record_id for found in known if found.reason == GONE}


def _from_verdict(verdict: Verdict) -> Settled:
    if verdict.ok:
        return Settled(verdict.record_id, Outcome.UPDATED)
    if means(verdict.code or "", Meaning.CONVERTED):
        return Settled(verdict.record_id, Outcome.SKIPPED, CONVERTED, verdict.message)
    return Settled(verdict.record_id, Outcome.FAILED, verdict.code, verdict.message)
