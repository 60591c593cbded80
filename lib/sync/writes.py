"""Tick the boxes: calls of 200 records, several under way at once, each announced before.

The log is written by the calling thread alone; the threads of the pool only speak to Salesforce.
A call that fails as a whole is sent again in smaller ones (lib/sync/call_size.py), so that only a
record that fails in a call of its own is a failed record.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from lib.errors import OptbackError, RequestRefused, SalesforceUnreachable, StoppedError
from lib.salesforce.codes import NO_ANSWER
from lib.salesforce.door import Door
from lib.sync.batch import Batch, BatchAnswer, send
from lib.sync.call_size import Pace
from lib.sync.lost_answers import Settled
from lib.values import Change, Outcome

AT_ONCE = 4
_LOST_AT_ONE_SIZE = 2
"""So many lost answers at one size, and the batch is halved."""
_HELD_AT_MOST = 3
"""So many records in a row without any answer between: Salesforce is the cause, not a record."""


@dataclass(frozen=True, slots=True)
class Logbook:
    """How the log hears of a write: `sending` before the call, one of the others after it.

    `sending` raises StoppedError when this run no longer holds the connection's lease;
    `not_sent` hears of records that surely were not written.
    """

    sending: Callable[[Sequence[Change]], None]
    settled: Callable[[Sequence[Settled]], None]
    not_sent: Callable[[Sequence[Change]], None]
    stop: Callable[[], bool]


def write(door: Door, changes: Sequence[Change], logbook: Logbook) -> None:
    """Tick the box of every change; what is refused is settled as such, and the others go on.

    Costs 1 API call per 200 records while none meets a limit. A call that is too much costs at most
    8 halvings until a size passes, which the rest of the run keeps; a record that fails whatever
    the size costs about 16 calls to find. At worst each record is sent alone once; after 200 in a
    row that fail alone (20 where no limit is named), calls hold at least 25 and are not split any
    further. Raises the first OptbackError that stopped the work; calls under way are waited for
    and settled first, and what was not sent stays an intent.
    """
    _Writing(door, changes, logbook).go()


def stopped() -> StoppedError:
    """The error of a run that was asked to stop."""
    return StoppedError(
        "The run was asked to stop and ended between two batches",
        remedy="Start it again: the next run takes up what was left.",
    )


class _Writing:
    """One run's writes: what waits, what was learned of sizes, and what stopped them."""

    def __init__(self, door: Door, changes: Sequence[Change], logbook: Logbook) -> None:
        self._door = door
        self._logbook = logbook
        self._fresh = deque(sorted(changes, key=lambda change: change.sobject))
        self._again: deque[Batch] = deque()
        self._pace = Pace()
        self._held: list[tuple[Change, OptbackError]] = []  # failed alone, without a verdict
        self._answers = 0
        self._error: OptbackError | None = None

    def go(self) -> None:
        """Send until nothing waits or something stops it. Raises what did."""
        under_way: set[Future[BatchAnswer]] = set()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="write") as pool:
            while True:
                self._fill(pool, under_way)
                if not under_way:
                    break
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(future.result())
        if self._held and self._error is None:
            self._judge_held()
        if self._error is not None:
            raise self._error

    def _fill(self, pool: ThreadPoolExecutor, under_way: set[Future[BatchAnswer]]) -> None:
        """Send batches until enough are under way, or something stops the sending."""
        while self._error is None and len(under_way) < AT_ONCE:
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
            under_way.add(pool.submit(send, self._door, batch))

    def _next(self) -> Batch | None:
        """The next batch, no larger than what is known to pass."""
        if not self._again:
            return self._next_fresh()
        batch = self._again.popleft()
        first, *others = batch.pieces(self._pace.size(sobject for sobject, _ in batch.by_sobject()))
        self._again.extendleft(reversed(others))
        return first

    def _next_fresh(self) -> Batch | None:
        chosen: list[Change] = []
        while self._fresh:
            sobjects = {change.sobject for change in (*chosen[-1:], self._fresh[0], *chosen[:1])}
            if len(chosen) >= self._pace.size(sobjects):
                break
            chosen.append(self._fresh.popleft())
        return Batch(tuple(chosen)) if chosen else None

    def _take(self, answer: BatchAnswer) -> None:
        """Write down what a call came to, and let wait again what is to be sent again."""
        if answer.error is not None:
            self._logbook.not_sent(answer.unsent)
            if answer.is_of_body:
                self._failed_whole(answer.batch, answer.error)
            else:
                self._error = self._error or answer.error
            return
        self._logbook.settled(answer.settled)
        if answer.was_lost:
            self._lost(answer)
        else:
            self._answered(answer)

    def _answered(self, answer: BatchAnswer) -> None:
        self._answers += 1
        self._release_held()
        batch, over = answer.batch, answer.too_much
        if over and len(batch) <= self._pace.smallest:
            self._logbook.settled(list(answer.alone.values()))
            self._pace.failed_alone(met_limit=answer.met_limit)
            return
        self._learn(batch, {change.sobject for change in over})
        if over:
            self._logbook.not_sent(over)
            self._halve(Batch(tuple(over)), of=len(batch))

    def _learn(self, batch: Batch, failed: set[str]) -> None:
        """Keep in mind which sizes pass; of a mixed call that failed, nobody knows which part."""
        for sobject, changes in batch.by_sobject():
            if sobject not in failed:
                self._pace.passed(sobject, len(changes), is_fresh=batch.is_fresh)
            elif len(failed) == 1:
                self._pace.failed(sobject, len(changes), is_fresh=batch.is_fresh)

    def _lost(self, answer: BatchAnswer) -> None:
        """An answer was lost; what surely was not written waits again, smaller the second time."""
        if not answer.again:
            return
        self._logbook.not_sent(answer.again)
        batch = replace(answer.batch, changes=tuple(answer.again), lost=answer.batch.lost + 1)
        if batch.lost < _LOST_AT_ONE_SIZE:
            self._again.append(batch)
        else:
            self._failed_whole(batch, _never_answered())

    def _failed_whole(self, batch: Batch, error: OptbackError) -> None:
        """No verdict at all: halve it; a record alone is held until other calls tell the cause."""
        if len(batch) > 1:
            self._learn(batch, {change.sobject for change in batch.changes})
            self._halve(batch, of=len(batch))
            return
        self._held.append((batch.changes[0], error))
        if len(self._held) >= _HELD_AT_MOST:
            self._error = self._error or error

    def _halve(self, batch: Batch, *, of: int) -> None:
        """Let a batch wait in pieces of at most half of what the call held, before all others.

        What got no answer once at this size is not tried a second time at each smaller one.
        """
        halves = Batch(batch.changes, min(batch.lost, _LOST_AT_ONE_SIZE - 1), is_fresh=False)
        self._again.extendleft(reversed(halves.pieces((of + 1) // 2)))

    def _judge_held(self) -> None:
        """At the end: the records are the cause if Salesforce answered other calls."""
        if self._answers:
            self._release_held()
        else:
            self._error = self._held[0][1]

    def _release_held(self) -> None:
        """Salesforce answers: what was held failed by itself."""
        held, self._held = self._held, []
        if held:
            self._logbook.settled([_failed(change, error) for change, error in held])


def _failed(change: Change, error: OptbackError) -> Settled:
    code = getattr(error, "vendor_code", "") or NO_ANSWER
    said = error.said if isinstance(error, RequestRefused) else ""
    return Settled(change.record_id, Outcome.FAILED, code, said)


def _never_answered() -> SalesforceUnreachable:
    return SalesforceUnreachable(
        "Salesforce took several writes without answering",
        remedy="Nothing is lost: the next run takes up what was left.",
    )
