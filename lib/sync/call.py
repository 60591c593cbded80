"""One call that writes: up to five batches, and what comes back. Runs in a thread of the pool."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lib.errors import (
    OptbackError,
    RequestRefused,
    SalesforceUnreachable,
    TooMuchAtOnce,
    WriteUnanswered,
)
from lib.salesforce import boxes
from lib.salesforce.boxes import GroupAnswer
from lib.salesforce.codes import RUNNING_TOO_LONG, TOO_LARGE, Meaning, means
from lib.salesforce.door import Door
from lib.sync.batch import Batch, BatchAnswer, answer_of
from lib.sync.lost_answers import Settled, look_up, not_written
from lib.values import Change, Verdict

_MAY_BE_A_RECORD = frozenset({400, 413, 500})
"""Statuses of a failed batch that a single record in it may have caused."""


@dataclass(frozen=True, slots=True)
class Call:
    """Up to five batches that go to Salesforce together and are saved one after the other."""

    batches: tuple[Batch, ...]
    to: bool = True  # what the boxes are set to

    @property
    def changes(self) -> list[Change]:
        """The changes of all batches."""
        return [change for batch in self.batches for change in batch.changes]


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """The results of a call's batches in order, and how long Salesforce took.

    `failed_whole`: Salesforce answered none of several batches, `too_large`: because the call had
    too many bytes. `was_busy`: it asked to come back later, as often as that took.
    """

    answers: list[BatchAnswer]
    seconds: float
    failed_whole: bool = False
    too_large: bool = False
    was_busy: bool = False


def send(door: Door, call: Call) -> CallAnswer:
    """Send one call, after a pause if one of its batches waits.

    If an answer is lost, the records are looked up before anything is sent again. Raises nothing:
    errors are in the result.
    """
    waiting = [batch.tries for batch in call.batches if batch.waits]
    if waiting:
        door.patience.pause(max(waiting) - 1)
    busy, began = door.busy, time.monotonic()
    try:
        groups = boxes.set_boxes(door, [batch.changes for batch in call.batches], to=call.to)
    except OptbackError as error:
        seconds = time.monotonic() - began
        answers = _of_failed_call(door, call, error)
        whole = len(call.batches) > 1
        is_busy = door.busy > busy
        return CallAnswer(answers, seconds, whole, whole and _is_too_large(error), is_busy)
    seconds = time.monotonic() - began
    return CallAnswer(list(_of_groups(door, call, groups)), seconds, was_busy=door.busy > busy)


def _of_failed_call(door: Door, call: Call, error: OptbackError) -> list[BatchAnswer]:
    """The results if the whole call failed.

    A call with several batches that took too long may have saved the first ones.
    """
    several = len(call.batches) > 1
    if isinstance(error, WriteUnanswered) or (several and _took_too_long(error)):
        return _looked_up(door, call.batches, to=call.to)
    return [_failed(door, batch, error, several=several) for batch in call.batches]


def _of_groups(door: Door, call: Call, groups: Sequence[GroupAnswer]) -> Iterator[BatchAnswer]:
    lost = [
        batch
        for batch, group in zip(call.batches, groups, strict=True)
        if isinstance(group.error, WriteUnanswered)
    ]
    looked_up = iter(_looked_up(door, lost, to=call.to))
    for batch, group in zip(call.batches, groups, strict=True):
        if isinstance(group.error, WriteUnanswered):
            yield next(looked_up)
        elif group.error is not None:
            yield _failed(door, batch, group.error, passes=group.passes)
        else:
            yield answer_of(door, batch, group.verdicts)


def _failed(
    door: Door,
    batch: Batch,
    error: OptbackError,
    *,
    several: bool = False,
    passes: bool = False,
) -> BatchAnswer:
    """The result of a batch that was refused whole. Of several, none was refused for itself."""
    if not several and len(batch) == 1 and _is_too_large(error):
        return BatchAnswer(batch, unsent=list(batch.changes), error=_not_even_one())
    if not several and isinstance(error, RequestRefused) and _is_too_much(error):
        code = error.vendor_code if isinstance(error, TooMuchAtOnce) else RUNNING_TOO_LONG
        whole = [Verdict(change.record_id, False, code, error.said) for change in batch.changes]
        return answer_of(door, batch, whole)
    return BatchAnswer(
        batch,
        unsent=list(batch.changes),
        error=error,
        may_be_a_record=_may_be_a_record(error),
        passes=passes and batch.tries + 1 < door.patience.tries,
    )


def _looked_up(door: Door, batches: Sequence[Batch], *, to: bool) -> list[BatchAnswer]:
    """What is known of lost batches. Costs 1 API call per sObject and 2,000 records."""
    changes = [change for batch in batches for change in batch.changes]
    try:
        known = {found.record_id: found for found in look_up(door, changes, to=to)}
    except OptbackError as error:
        return [BatchAnswer(batch, error=error) for batch in batches]
    return [_found(batch, known) for batch in batches]


def _found(batch: Batch, known: dict[str, Settled]) -> BatchAnswer:
    found = [known[change.record_id] for change in batch.changes]
    open_ids = not_written(found)
    return BatchAnswer(
        batch,
        settled=[result for result in found if result.record_id not in open_ids],
        was_lost=True,
        to_resend=[change for change in batch.changes if change.record_id in open_ids],
    )


def _is_too_much(error: RequestRefused) -> bool:
    return isinstance(error, TooMuchAtOnce) or means(error.vendor_code, Meaning.TIMED_OUT)


def _is_too_large(error: OptbackError) -> bool:
    """Whether a web server on the way refused the call because of its bytes."""
    return isinstance(error, RequestRefused) and error.vendor_code == TOO_LARGE


def _not_even_one() -> RequestRefused:
    """A call with one record is as small as a call can be, so no other would pass either."""
    return RequestRefused(
        "A server on the way to Salesforce refuses even a change of a single record as too large "
        "(HTTP 413)",
        remedy="Nothing is lost: the next run tries again. Until then, no one is opted out. Ask "
        "the people who run your proxy or firewall to let larger requests through to Salesforce.",
        vendor_code=TOO_LARGE,
    )


def _took_too_long(error: OptbackError) -> bool:
    """Whether Salesforce gave up on a call while it was at work."""
    return isinstance(error, RequestRefused) and _is_too_much(error) and error.status != 413


def _may_be_a_record(error: OptbackError) -> bool:
    if isinstance(error, SalesforceUnreachable):
        # Without a code, there was no answer at all.
        return bool(error.vendor_code) and not means(error.vendor_code, Meaning.SERVICE)
    return isinstance(error, RequestRefused) and (
        error.status in _MAY_BE_A_RECORD or _is_too_much(error)
    )
