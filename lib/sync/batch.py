"""One call that writes: what is sent, and what comes back. Runs in a thread of the pool."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from lib.errors import (
    OptbackError,
    RequestRefused,
    SalesforceUnreachable,
    TooMuchAtOnce,
    WriteUnanswered,
)
from lib.salesforce import records
from lib.salesforce.codes import RUNNING_TOO_LONG, Meaning, means
from lib.salesforce.door import Door
from lib.salesforce.refusals import Cause
from lib.sync.lost_answers import Settled, look_up, not_written
from lib.sync.plan import CONVERTED, GONE
from lib.values import Change, Outcome, Verdict

_MAY_BE_A_RECORD = frozenset({400, 413, 500})
"""Statuses of a failed call that a single record in it may have caused."""
_IDS_AND_NUMBERS = re.compile(r"\b[0-9A-Za-z]{18}\b|\b[0-9A-Za-z]{15}\b|\d+")


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes for one call, sorted by sObject. `lost` is the number of tries without an answer."""

    changes: tuple[Change, ...]
    lost: int = 0
    is_fresh: bool = True  # not part of a larger call that failed
    to: bool = True  # what the box is set to

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
            replace(self, changes=tuple(group[at : at + size]), is_fresh=False)
            for _, group in self.by_sobject()
            for at in range(0, len(group), size)
        ]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The result of one call.

    The changes in `too_much` certainly weren't written, and may pass in a smaller call. If the
    call can't be smaller, `if_alone` has their results. `met_limit`: the cause is a limit. If the
    answer `was_lost`, the records were looked up, and `to_resend` has the changes that certainly
    weren't written. If there is an `error`, the whole call failed: `unsent` certainly weren't
    written, and the rest is unsure. `may_be_a_record`: a single record may have caused the error.
    """

    batch: Batch
    settled: list[Settled] = field(default_factory=list)
    too_much: list[Change] = field(default_factory=list)
    if_alone: Mapping[str, Settled] = field(default_factory=dict)
    met_limit: bool = False
    was_lost: bool = False
    to_resend: list[Change] = field(default_factory=list)
    unsent: list[Change] = field(default_factory=list)
    error: OptbackError | None = None
    may_be_a_record: bool = False


def send(door: Door, batch: Batch) -> BatchAnswer:
    """Send one call. If its answer is lost, look the records up instead of sending again.

    Raises nothing: errors are in the result.
    """
    try:
        verdicts = records.opt_out(door, batch.changes, to=batch.to)
    except WriteUnanswered:
        return _looked_up(door, batch)
    except RequestRefused as error:
        if not isinstance(error, TooMuchAtOnce) and not means(error.vendor_code, Meaning.TIMED_OUT):
            return _failed(batch, error)
        code = error.vendor_code if isinstance(error, TooMuchAtOnce) else RUNNING_TOO_LONG
        whole = [Verdict(change.record_id, False, code, error.said) for change in batch.changes]
        return _answer(door, batch, whole)
    except OptbackError as error:
        return _failed(batch, error)
    return _answer(door, batch, verdicts)


def _failed(batch: Batch, error: OptbackError) -> BatchAnswer:
    unsent = list(batch.changes)
    return BatchAnswer(batch, unsent=unsent, error=error, may_be_a_record=_may_be_a_record(error))


def _looked_up(door: Door, batch: Batch) -> BatchAnswer:
    try:
        known = look_up(door, batch.changes, to=batch.to)
    except OptbackError as error:
        return BatchAnswer(batch, error=error)
    open_ids = not_written(known)
    return BatchAnswer(
        batch,
        settled=[found for found in known if found.record_id not in open_ids],
        was_lost=True,
        to_resend=[change for change in batch.changes if change.record_id in open_ids],
    )


def _may_be_a_record(error: OptbackError) -> bool:
    if isinstance(error, SalesforceUnreachable):
        # Without a code, there was no answer at all.
        return bool(error.vendor_code) and not means(error.vendor_code, Meaning.SERVICE)
    return isinstance(error, RequestRefused) and error.status in _MAY_BE_A_RECORD


def _answer(door: Door, batch: Batch, verdicts: Sequence[Verdict]) -> BatchAnswer:
    settled = _judged(door, batch.changes, verdicts)
    at_limit = {verdict.record_id for verdict in verdicts if _cause(verdict) is Cause.TOO_MUCH}
    over = at_limit | _failed_together(batch, verdicts)
    return BatchAnswer(
        batch,
        settled=[result for result in settled if result.record_id not in over],
        too_much=[change for change in batch.changes if change.record_id in over],
        if_alone={result.record_id: result for result in settled if result.record_id in over},
        met_limit=bool(at_limit),
    )


def _cause(verdict: Verdict) -> Cause | None:
    return None if verdict.ok else records.cause(verdict)


def _failed_together(batch: Batch, verdicts: Sequence[Verdict]) -> set[str]:
    """Records that may have failed because of another record in the call.

    An exception in a trigger refuses all records in the call, no matter which record caused it.
    So these are the records of an sObject if all of them failed with the same message.
    """
    by_id = {verdict.record_id: verdict for verdict in verdicts}
    found: set[str] = set()
    for _, changes in batch.by_sobject():
        group = [by_id[change.record_id] for change in changes]
        failed = [result for result in group if means(result.code or "", Meaning.AUTOMATION)]
        causes = {(result.code, _without_details(result.message or "")) for result in failed}
        none_passed = not any(result.ok for result in group)
        if len(causes) == 1 and none_passed and (len(failed) > 1 or len(batch) == 1):
            found.update(result.record_id for result in failed)
    return found


def _without_details(message: str) -> str:
    """The message without the parts that differ between records: IDs and error numbers."""
    return _IDS_AND_NUMBERS.sub("#", message)


def _judged(door: Door, changes: Sequence[Change], verdicts: Sequence[Verdict]) -> list[Settled]:
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
