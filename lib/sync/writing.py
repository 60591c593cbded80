"""Tick the boxes: batches of 200, several under way at once, each announced before it is sent.

The log is written by the calling thread alone; the threads of the pool only speak to Salesforce.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from lib.errors import OptbackError, SalesforceUnreachable, StoppedError, WriteUnanswered
from lib.salesforce import records
from lib.salesforce.door import Door
from lib.sync.lost import Settled, look_up, not_written
from lib.sync.plan import CONVERTED, GONE
from lib.values import Change, Outcome, Verdict

BATCH = 200
AT_ONCE = 4
_TRIES = 3
_SKIPPED_CODES = {"ENTITY_IS_DELETED": GONE, "CANNOT_UPDATE_CONVERTED_LEAD": CONVERTED}
_PERHAPS_GONE = "INVALID_CROSS_REFERENCE_KEY"
"""Salesforce says so of a record that is gone, and of a living one that refers to one."""


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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a batch came to; `unsent` surely were not written, anything else is unsure."""

    settled: list[Settled]
    unsent: list[Change] = field(default_factory=list)
    error: OptbackError | None = None


def write(door: Door, changes: Sequence[Change], logbook: Logbook) -> None:
    """Tick the box of every change; what is refused is settled as such, and the others go on.

    Costs 1 API call per 200 records. Raises the first OptbackError that stopped the work; batches
    under way are waited for and settled first, and what was not sent stays an intent.
    """
    ordered = sorted(changes, key=lambda change: change.sobject)
    batches = iter([ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)])
    error: OptbackError | None = None
    under_way: set[Future[_Answer]] = set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            if error is None:
                error = _fill(pool, door, batches, under_way, logbook)
            if not under_way:
                break
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                answer = future.result()
                logbook.settled(answer.settled)
                logbook.not_sent(answer.unsent)
                error = error or answer.error
    if error is not None:
        raise error


def _fill(
    pool: ThreadPoolExecutor,
    door: Door,
    batches: Iterator[list[Change]],
    under_way: set[Future[_Answer]],
    logbook: Logbook,
) -> OptbackError | None:
    """Send batches until enough are under way; the error that stops the sending, if any."""
    while len(under_way) < AT_ONCE:
        batch = next(batches, None)
        if batch is None:
            return None
        if logbook.stop():
            return stopped()
        try:
            logbook.sending(batch)
        except OptbackError as error:
            return error
        under_way.add(pool.submit(_send, door, batch))
    return None


def stopped() -> StoppedError:
    """The error of a run that was asked to stop."""
    return StoppedError(
        "The run was asked to stop and ended between two batches",
        remedy="Start it again: the next run takes up what was left.",
    )


def _send(door: Door, batch: Sequence[Change]) -> _Answer:
    """One batch until each record has an answer; a lost answer is looked up, not repeated."""
    left = list(batch)
    settled: list[Settled] = []
    for _ in range(_TRIES):
        try:
            verdicts = records.opt_out(door, left)
        except WriteUnanswered:
            try:
                known = look_up(door, left)
            except OptbackError as error:
                return _Answer(settled, error=error)
            again = not_written(known)
            settled.extend(one for one in known if one.record_id not in again)
            left = [change for change in left if change.record_id in again]
            if not left:
                return _Answer(settled)
        except OptbackError as error:
            return _Answer(settled, left, error)
        else:
            return _Answer(settled + _judged(door, left, verdicts))
    return _Answer(settled, left, _never_answered())


def _never_answered() -> SalesforceUnreachable:
    return SalesforceUnreachable(
        "Salesforce took several writes without answering",
        remedy="Nothing is lost: the next run takes up what was left.",
    )


def _judged(door: Door, changes: Sequence[Change], verdicts: Sequence[Verdict]) -> list[Settled]:
    settled = [_from_verdict(verdict) for verdict in verdicts]
    doubtful = [change for change, one in zip(changes, settled, strict=True) if _is_doubtful(one)]
    gone = _gone(door, doubtful)
    return [
        replace(one, outcome=Outcome.SKIPPED, reason=GONE) if one.record_id in gone else one
        for one in settled
    ]


def _is_doubtful(settled: Settled) -> bool:
    return settled.outcome is Outcome.FAILED and settled.reason == _PERHAPS_GONE


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
    skipped = _SKIPPED_CODES.get(verdict.code or "")
    if skipped is not None:
        return Settled(verdict.record_id, Outcome.SKIPPED, skipped, verdict.message)
    return Settled(verdict.record_id, Outcome.FAILED, verdict.code, verdict.message)
