"""Set the boxes: calls of 200 records, several at once, each noted in the log before it's sent.

Only the calling thread writes the log; the threads of the pool only talk to Salesforce. A call
that fails as a whole is sent again in smaller calls (lib/sync/call_size.py), so a record counts as
failed only if it fails in a call of its own.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from lib.errors import OptbackError, RequestRefused, SalesforceUnreachable, StoppedError
from lib.salesforce.codes import NO_ANSWER
from lib.salesforce.door import Door
from lib.sync.batch import Batch, BatchAnswer, send
from lib.sync.call_size import CallSizes
from lib.sync.lost_answers import Settled
from lib.values import Change, Outcome

AT_ONCE = 4
_LOST_AT_ONE_SIZE = 2
"""After this many lost answers at the same size, the batch is halved."""
_HELD_AT_MOST = 3
"""If this many records in a row get no answer, the cause is Salesforce, not a record."""


@dataclass(frozen=True, slots=True)
class Logbook:
    """What to call in the log: `sending` before a write, `settled` or `not_sent` after it.

    `sending` raises StoppedError if this run no longer has the connection's lease. `not_sent` gets
    the records that certainly weren't written.
    """

    sending: Callable[[Sequence[Change]], None]
    settled: Callable[[Sequence[Settled]], None]
    not_sent: Callable[[Sequence[Change]], None]
    stop: Callable[[], bool]


def write(door: Door, changes: Sequence[Change], logbook: Logbook, *, to: bool = True) -> None:
    """Set the box on every record. Refused records are settled as refused, and the rest go on.

    An undo sets it back (`to` False).

    Costs 1 API call per 200 records if no call meets a limit. A call that is too large is halved
    at most 8 times until a size passes, and the rest of the run keeps that size. To find a record
    that fails at any size takes about 16 calls. At worst, each record is sent alone once. After
    200 in a row that fail alone (20 if no limit is named), calls have at least 25 records and
    aren't split further. Raises the first OptbackError that stopped the work, after the calls in
    progress have ended and are settled. What wasn't sent stays pending.
    """
    _Writing(door, changes, logbook, to).go()


def stopped() -> StoppedError:
    """The error of a run that someone stopped."""
    return StoppedError(
        "The run was stopped between two batches",
        remedy="Run it again. The next run picks up what was left.",
    )


class _Writing:
    """One run's writes: what is waiting, the sizes that pass, and what stopped the work."""

    def __init__(
        self, door: Door, changes: Sequence[Change], logbook: Logbook, to: bool = True
    ) -> None:
        self._door = door
        self._to = to
        self._logbook = logbook
        self._fresh = deque(sorted(changes, key=lambda change: change.sobject))
        self._resend: deque[Batch] = deque()
        self._sizes = CallSizes()
        self._held: list[tuple[Change, OptbackError]] = []  # failed alone, without an answer
        self._answers = 0
        self._error: OptbackError | None = None

    def go(self) -> None:
        """Send until nothing is waiting or an error stops the work. Raises that error."""
        in_progress: set[Future[BatchAnswer]] = set()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="write") as pool:
            while True:
                self._fill(pool, in_progress)
                if not in_progress:
                    break
                done, in_progress = wait(in_progress, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(future.result())
        if self._held and self._error is None:
            self._judge_held()
        if self._error is not None:
            raise self._error

    def _fill(self, pool: ThreadPoolExecutor, in_progress: set[Future[BatchAnswer]]) -> None:
        """Send batches until enough are in progress, or an error stops the work."""
        while self._error is None and len(in_progress) < AT_ONCE:
            batch = self._next()
            if batch is None:
                return
            if self._logbook.stop():
                self._error = stopped()
                return
            try:
                self._logbook.sending(batch.changes)
            except OptbackError as error:
                self._error = error
                return
            in_progress.add(pool.submit(send, self._door, batch))

    def _next(self) -> Batch | None:
        """The next batch, no larger than the size that passes."""
        if not self._resend:
            return self._next_fresh()
        batch = self._resend.popleft()
        first, *others = batch.pieces(
            self._sizes.size(sobject for sobject, _ in batch.by_sobject())
        )
        self._resend.extendleft(reversed(others))
        return first

    def _next_fresh(self) -> Batch | None:
        chosen: list[Change] = []
        while self._fresh:
            sobjects = {change.sobject for change in (*chosen[-1:], self._fresh[0], *chosen[:1])}
            if len(chosen) >= self._sizes.size(sobjects):
                break
            chosen.append(self._fresh.popleft())
        return Batch(tuple(chosen), to=self._to) if chosen else None

    def _take(self, answer: BatchAnswer) -> None:
        """Log the result of a call, and put back what must be sent again."""
        if answer.error is not None:
            self._logbook.not_sent(answer.unsent)
            if answer.may_be_a_record:
                self._failed_whole(answer.batch, answer.error)
            else:
                self._error = self._error or answer.error
            return
        self._logbook.settled(answer.settled)
        if answer.was_lost:
            self._resend_lost(answer)
        else:
            self._answered(answer)

    def _answered(self, answer: BatchAnswer) -> None:
        self._answers += 1
        self._release_held()
        batch, over = answer.batch, answer.too_much
        if over and len(batch) <= self._sizes.smallest:
            self._logbook.settled(list(answer.if_alone.values()))
            self._sizes.failed_alone(met_limit=answer.met_limit)
            return
        self._learn(batch, {change.sobject for change in over})
        if over:
            self._logbook.not_sent(over)
            self._halve(replace(batch, changes=tuple(over), lost=0), of=len(batch))

    def _learn(self, batch: Batch, failed: set[str]) -> None:
        """Note which sizes pass. A failed mixed call doesn't show which sObject was too much."""
        for sobject, changes in batch.by_sobject():
            if sobject not in failed:
                self._sizes.passed(sobject, len(changes), is_fresh=batch.is_fresh)
            elif len(failed) == 1:
                self._sizes.failed(sobject, len(changes), is_fresh=batch.is_fresh)

    def _resend_lost(self, answer: BatchAnswer) -> None:
        """Send again what certainly wasn't written, in smaller calls the second time."""
        if not answer.to_resend:
            return
        self._logbook.not_sent(answer.to_resend)
        batch = replace(answer.batch, changes=tuple(answer.to_resend), lost=answer.batch.lost + 1)
        if batch.lost < _LOST_AT_ONE_SIZE:
            self._resend.append(batch)
        else:
            self._failed_whole(batch, _never_answered())

    def _failed_whole(self, batch: Batch, error: OptbackError) -> None:
        """No record got an answer: halve the batch. A lone record waits until it's clear why."""
        if len(batch) > 1:
            self._learn(batch, {change.sobject for change in batch.changes})
            self._halve(batch, of=len(batch))
            return
        self._held.append((batch.changes[0], error))
        if len(self._held) >= _HELD_AT_MOST:
            self._error = self._error or error

    def _halve(self, batch: Batch, *, of: int) -> None:
        """Put a batch back in front, in pieces of at most half the size of the call.

        If a batch got no answer at this size, each smaller size is tried only once.
        """
        lost = min(batch.lost, _LOST_AT_ONE_SIZE - 1)
        halves = replace(batch, lost=lost, is_fresh=False)
        self._resend.extendleft(reversed(halves.pieces((of + 1) // 2)))

    def _judge_held(self) -> None:
        """At the end, the records are the cause if Salesforce answered other calls."""
        if self._answers:
            self._release_held()
        else:
            self._error = self._held[0][1]

    def _release_held(self) -> None:
        """Salesforce is answering, so the problem is the records on hold: settle them as failed."""
        held, self._held = self._held, []
        if held:
            self._logbook.settled([_failed(change, error) for change, error in held])


def _failed(change: Change, error: OptbackError) -> Settled:
    code = getattr(error, "vendor_code", "") or NO_ANSWER
    said = error.said if isinstance(error, RequestRefused) else ""
    return Settled(change.record_id, Outcome.FAILED, code, said)


def _never_answered() -> SalesforceUnreachable:
    return SalesforceUnreachable(
        "Salesforce accepted several changes without answering",
        remedy="Nothing is lost. The next run picks up what was left.",
    )
