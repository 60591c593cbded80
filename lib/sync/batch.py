"""One call of a write: what is sent, and what came back of it. Runs in a thread of the pool."""

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

_OF_THE_BODY = frozenset({400, 413, 500})
"""Statuses of a whole call that a single record of it may have caused."""
_DIFFERS = re.compile(r"\b[0-9A-Za-z]{18}\b|\b[0-9A-Za-z]{15}\b|\d+")


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes for one call, sorted by sObject. `lost` counts the tries without an answer."""

    changes: tuple[Change, ...]
    lost: int = 0
    is_fresh: bool = True  # no part of a larger call that failed

    def __len__(self) -> int:
        return len(self.changes)

    def by_sobject(self) -> Iterator[tuple[str, list[Change]]]:
        """Each sObject of the batch with its changes."""
        for sobject, changes in groupby(self.changes, key=lambda change: change.sobject):
            yield sobject, list(changes)

    def pieces(self, size: int) -> list["Batch"]:
        """The same changes in batches of at most `size`, of one sObject each where it is mixed."""
        if len(self) <= size:
            return [self]
        return [
            replace(self, changes=tuple(group[at : at + size]), is_fresh=False)
            for _, group in self.by_sobject()
            for at in range(0, len(group), size)
        ]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What one call came to.

    `too_much` surely were not written, and may be with fewer records; the verdicts of `alone`
    hold where the call cannot be any smaller. `met_limit` says that a limit is the cause. When the
    answer `was_lost`, the records were looked up: those `again` surely were not written. When
    `error` is set the whole call failed: `unsent` surely were not written, anything else is
    unsure; `is_of_body` says that a single record may have caused the error.
    """

    batch: Batch
    settled: list[Settled] = field(default_factory=list)
    too_much: list[Change] = field(default_factory=list)
    alone: Mapping[str, Settled] = field(default_factory=dict)
    met_limit: bool = False
    was_lost: bool = False
    again: list[Change] = field(default_factory=list)
    unsent: list[Change] = field(default_factory=list)
    error: OptbackError | None = None
    is_of_body: bool = False


def send(door: Door, batch: Batch) -> BatchAnswer:
    """One call. A lost answer is looked up, never repeated blindly; nothing is raised."""
    try:
        verdicts = records.opt_out(door, batch.changes)
    except WriteUnanswered:
        return _looked_up(door, batch)
    except RequestRefused as error:
        if not isinstance(error, TooMuchAtOnce) and not means(error.vendor_code, Meaning.TIMED_OUT):
            return _failed(batch, error)
        code = error.vendor_code if isinstance(error, TooMuchAtOnce) else RUNNING_TOO_LONG
        whole = [Verdict(one.record_id, False, code, error.said) for one in batch.changes]
        return _told(door, batch, whole)
    except OptbackError as error:
        return _failed(batch, error)
    return _told(door, batch, verdicts)


def _failed(batch: Batch, error: OptbackError) -> BatchAnswer:
    unsent = list(batch.changes)
    return BatchAnswer(batch, unsent=unsent, error=error, is_of_body=_is_of_body(error))


def _looked_up(door: Door, batch: Batch) -> BatchAnswer:
    try:
        known = look_up(door, batch.changes)
    except OptbackError as error:
        return BatchAnswer(batch, error=error)
    open_ids = not_written(known)
    return BatchAnswer(
        batch,
        settled=[one for one in known if one.record_id not in open_ids],
        was_lost=True,
        again=[change for change in batch.changes if change.record_id in open_ids],
    )


def _is_of_body(error: OptbackError) -> bool:
    if isinstance(error, SalesforceUnreachable):
        # Without a code it was no answer at all.
        return bool(error.vendor_code) and not means(error.vendor_code, Meaning.SERVICE)
    return isinstance(error, RequestRefused) and error.status in _OF_THE_BODY


def _told(door: Door, batch: Batch, verdicts: Sequence[Verdict]) -> BatchAnswer:
    settled = _judged(door, batch.changes, verdicts)
    at_limit = {one.record_id for one in verdicts if _cause(one) is Cause.TOO_MUCH}
    over = at_limit | _taken_along(batch, verdicts)
    return BatchAnswer(
        batch,
        settled=[one for one in settled if one.record_id not in over],
        too_much=[change for change in batch.changes if change.record_id in over],
        alone={one.record_id: one for one in settled if one.record_id in over},
        met_limit=bool(at_limit),
    )


def _cause(verdict: Verdict) -> Cause | None:
    return None if verdict.ok else records.cause(verdict)


def _taken_along(batch: Batch, verdicts: Sequence[Verdict]) -> set[str]:
    """Records that another one may have taken along: all of an sObject failed with one message.

    An exception in a trigger refuses each record of its call, whichever brought it about.
    """
    told = {verdict.record_id: verdict for verdict in verdicts}
    found: set[str] = set()
    for _, changes in batch.by_sobject():
        group = [told[change.record_id] for change in changes]
        failed = [one for one in group if means(one.code or "", Meaning.AUTOMATION)]
        same = len({(one.code, _shape(one.message or "")) for one in failed}) == 1
        if same and not any(one.ok for one in group) and (len(failed) > 1 or len(batch) == 1):
            found.update(one.record_id for one in failed)
    return found


def _shape(message: str) -> str:
    """The message without what differs from record to record: ids and the numbers of errors."""
    return _DIFFERS.sub("#", message)


def _judged(door: Door, changes: Sequence[Change], verdicts: Sequence[Verdict]) -> list[Settled]:
    settled = [_from_verdict(verdict) for verdict in verdicts]
    doubtful = [change for change, one in zip(changes, settled, strict=True) if _is_doubtful(one)]
    gone = _gone(door, doubtful)
    return [
        replace(one, outcome=Outcome.SKIPPED, reason=GONE) if one.record_id in gone else one
        for one in settled
    ]


def _is_doubtful(settled: Settled) -> bool:
    return settled.outcome is Outcome.FAILED and means(settled.reason or "", Meaning.MAYBE_GONE)


def _gone(door: Door, changes: Sequence[Change]) -> set[str]:
    """Those of the records that Salesforce no longer knows; none when it cannot be asked."""
    try:
        known = look_up(door, changes)
    except OptbackError:
        return set()
    return {one.record_id for one in known if one.reason == GONE}


def _from_verdict(verdict: Verdict) -> Settled:
    if verdict.ok:
        return Settled(verdict.record_id, Outcome.UPDATED)
    if means(verdict.code or "", Meaning.CONVERTED):
        return Settled(verdict.record_id, Outcome.SKIPPED, CONVERTED, verdict.message)
    return Settled(verdict.record_id, Outcome.FAILED, verdict.code, verdict.message)
