"""Write by sObject Collections: up to 1,000 records in a call, up to eight calls at once.

Only the calling thread writes the log; the threads of the pool only talk to Salesforce. A batch
that fails as a whole is sent again in smaller batches (lib/sync/call_size.py), so a record counts
as failed only if it fails in a call of its own.
"""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from lib.errors import OptbackError, SalesforceUnreachable
from lib.salesforce.door import Door
from lib.stopping import stopped
from lib.sync import throttle
from lib.sync.batch import Batch, BatchAnswer
from lib.sync.call import Call, CallAnswer, send
from lib.sync.held_records import HeldRecords
from lib.sync.logbook import Logbook
from lib.sync.lost_answers import Settled
from lib.sync.write_queue import LOST_AT_ONE_SIZE, WriteQueue
from lib.values import Change

_SLOW_S = 20.0
"""Salesforce allows few requests at the same time that take this long."""


def write(
    door: Door,
    changes: Sequence[Change],
    logbook: Logbook,
    *,
    to: bool = True,
    packed: bool = False,
) -> None:
    """Set the box on every record. Refused records are settled as refused, and the rest go on.

    Costs 1 API call per 1,000 records if no call meets a limit, and up to 2 more so that calls
    work at once, unless they are to be `packed`. A batch that is too large is halved at most 8
    times until a size passes, and the rest of the run keeps that size. To find a record that fails
    at any size takes about 16 calls. At worst, each record is sent alone once. After 200 in a row
    that fail alone (20 if no limit is named), batches have at least 25 records and aren't split
    further. Locked records are tried again at the end, at most as often as the door does. Raises
    the first OptbackError that stopped the work, after the calls in progress have ended and are
    settled. What wasn't sent stays pending.
    """
    _Writing(door, WriteQueue(changes, packed=packed), logbook, to).go()


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A call that was sent, and the round of the throttle it belongs to."""

    call: Call
    round: int


class _Writing:
    """One run's writes: what is waiting, what is under way, and what stopped the work."""

    def __init__(self, door: Door, queue: WriteQueue, logbook: Logbook, to: bool) -> None:
        self._door = door
        self._to = to
        self._logbook = logbook
        self._queue = queue
        self._throttle = throttle.Throttle()
        self._under_way: dict[Future[CallAnswer], _UnderWay] = {}
        self._held = HeldRecords()
        self._results: list[Settled] = []
        self._error: OptbackError | None = None

    def go(self) -> None:
        """Send until nothing is waiting or an error stops the work. Raises that error."""
        with ThreadPoolExecutor(throttle.MOST, thread_name_prefix="write") as pool:
            while True:
                self._fill(pool)
                if not self._under_way:
                    break
                done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(self._under_way.pop(future), future.result())
        if self._error is None:
            failed, self._error = self._held.judge()
            self._settle(failed)
            self._log_results()
        if self._error is not None:
            raise self._error

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        """Send calls until enough are under way, or an error stops the work."""
        calls = self._next_calls()
        if not calls or self._error is not None:
            return
        try:
            self._logbook.sending([change for call in calls for change in call.changes])
        except OptbackError as error:
            self._error = error
            return
        for call in calls:
            sent = _UnderWay(call, self._throttle.begin())
            self._under_way[pool.submit(send, self._door, call)] = sent

    def _next_calls(self) -> list[Call]:
        """The calls that may begin now."""
        calls: list[Call] = []
        while self._error is None and len(self._under_way) + len(calls) < self._throttle.width:
            batches = self._queue.next(lambda: self._busy_accounts(calls))
            if not batches:
                break
            if self._logbook.stop():
                self._error = stopped()
                break
            calls.append(Call(tuple(batches), self._to))
        return calls

    def _busy_accounts(self, calls: Sequence[Call]) -> set[str] | None:
        """The accounts of the records under way; `None` while some are sent for the first time."""
        under_way = [*(sent.call for sent in self._under_way.values()), *calls]
        batches = [batch for call in under_way for batch in call.batches]
        if not all(batch.waits for batch in batches):
            return None
        return {change.account_id for batch in batches for change in batch.changes}

    def _take(self, sent: _UnderWay, answer: CallAnswer) -> None:
        """Log the results of a call, and put back what must be sent again."""
        together = len(sent.call.batches)
        self._throttle.end(sent.round, answer.seconds, trouble=_is_trouble(answer))
        if together > 1 and (answer.failed_whole or answer.seconds > _SLOW_S):
            self._queue.sizes.failed_together(together, for_good=answer.too_large)
        else:
            self._queue.sizes.passed_together(together)
        met_limit = False
        for place, each in enumerate(answer.answers):
            if answer.failed_whole:
                self._each_alone(each)
            else:
                self._take_batch(each, may_share=place > 0 and not met_limit)
            met_limit = met_limit or each.met_limit
        self._log_results()

    def _each_alone(self, answer: BatchAnswer) -> None:
        """No batch of the call got an answer, so each gets a call of its own."""
        if answer.error is not None and not answer.may_be_a_record:
            self._stop(answer)
            return
        self._settle(answer.settled)
        again = answer.to_resend or answer.unsent
        if again:
            self._logbook.not_sent(again)
            self._queue.again(replace(answer.batch, changes=tuple(again), alone=True))

    def _stop(self, answer: BatchAnswer) -> None:
        self._logbook.not_sent(answer.unsent)
        self._error = self._error or answer.error

    def _take_batch(self, answer: BatchAnswer, *, may_share: bool) -> None:
        """Log the results of a batch. `may_share`: others before it may have used up a limit."""
        if answer.error is not None:
            self._take_refused(answer, answer.error)
            return
        self._settle(answer.settled)
        if answer.was_lost:
            self._send_lost_again(answer)
            return
        self._settle(self._held.release())
        if answer.locked:
            self._logbook.not_sent(answer.locked)
            self._queue.lock(answer.locked, answer.batch.tries + 1)
        if answer.met_limit and may_share:
            self._send_limited_again(answer)
        else:
            self._answered(answer)

    def _take_refused(self, answer: BatchAnswer, error: OptbackError) -> None:
        if answer.passes:
            self._logbook.not_sent(answer.unsent)
            self._queue.again(replace(answer.batch, tries=answer.batch.tries + 1, waits=True))
        elif answer.may_be_a_record:
            self._logbook.not_sent(answer.unsent)
            self._failed_whole(answer.batch, error)
        else:
            self._stop(answer)

    def _answered(self, answer: BatchAnswer) -> None:
        batch, over = answer.batch, answer.too_much
        sizes = self._queue.sizes
        if over and len(batch) <= sizes.smallest:
            self._settle(list(answer.if_alone.values()))
            sizes.failed_alone(met_limit=answer.met_limit)
            return
        if batch.was_limited and not over:
            sizes.failed_together(sizes.together)
        self._queue.learn(batch, {change.sobject for change in over})
        if over:
            self._logbook.not_sent(over)
            self._queue.halve(replace(batch, changes=tuple(over), lost=0), of=len(batch))

    def _send_limited_again(self, answer: BatchAnswer) -> None:
        """It met a limit after others in the same call: perhaps they used up the limit together.

        If so, it passes alone. If it's too large by itself, that call shows it.
        """
        self._logbook.not_sent(answer.too_much)
        batch, over = answer.batch, tuple(answer.too_much)
        was_limited = len(over) == len(batch)
        self._queue.again(
            replace(batch, changes=over, alone=True, waits=False, was_limited=was_limited)
        )

    def _send_lost_again(self, answer: BatchAnswer) -> None:
        """Send again what certainly wasn't written, in smaller batches the second time."""
        if not answer.to_resend:
            return
        self._logbook.not_sent(answer.to_resend)
        lost, changes = answer.batch.lost + 1, tuple(answer.to_resend)
        batch = replace(answer.batch, changes=changes, lost=lost, alone=True, waits=False)
        if lost < LOST_AT_ONE_SIZE:
            self._queue.again(batch)
        else:
            self._failed_whole(batch, _never_answered())

    def _failed_whole(self, batch: Batch, error: OptbackError) -> None:
        """No record got an answer: halve the batch. A lone record waits until it's clear why."""
        if len(batch) > 1:
            self._queue.learn(batch, {change.sobject for change in batch.changes})
            self._queue.halve(replace(batch, alone=True), of=len(batch))
            return
        if not self._held.hold(batch.changes[0], error):
            self._error = self._error or error

    def _settle(self, results: Sequence[Settled]) -> None:
        """Keep the results for the log, which gets those of a call in one go."""
        self._results += results

    def _log_results(self) -> None:
        results, self._results = self._results, []
        if results:
            self._logbook.settled(results)


def _is_trouble(answer: CallAnswer) -> bool:
    """Whether fewer calls at once may help: Salesforce is busy, or calls hold each other up."""
    return (
        answer.was_busy
        or answer.failed_whole
        or any(
            each.locked or each.passes or each.met_limit or each.was_lost for each in answer.answers
        )
    )


def _never_answered() -> SalesforceUnreachable:
    return SalesforceUnreachable(
        "Salesforce accepted several changes without answering",
        remedy="Nothing is lost. The next run picks up what was left.",
    )
