"""What one run writes to the log: announced before, settled after, and its numbers at the end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from lib.store import changes as change_log
from lib.store import ledger, memory, runs
from lib.store.db import Store
from lib.store.memory import KEPT, UNSETTLED, UNSURE, Remembered
from lib.sync import plan
from lib.sync.lost_answers import Settled
from lib.sync.resume import remember
from lib.values import Change, Outcome, Progress

_OPEN = frozenset({Outcome.FAILED, Outcome.PENDING, Outcome.PLANNED})
_LEFT_ALONE = frozenset({Outcome.KEPT, Outcome.SKIPPED})
_VERDICTS = {plan.CLEARED_UNSETTLED: UNSETTLED, UNSURE: UNSURE}


def as_intents(planned: Iterable[Change]) -> list[Change]:
    """The changes of a run that will be carried out, not merely planned."""
    return [
        replace(one, outcome=Outcome.PENDING) if one.outcome is Outcome.PLANNED else one
        for one in planned
    ]


class Journal:
    """The log of one run of one scope, and what became of each of its records so far."""

    def __init__(self, store: Store, scope: str, run_id: str) -> None:
        self._store = store
        self._scope = scope
        self._run_id = run_id
        self._changes: dict[str, Change] = {}
        self._intents = 0
        self._answered = 0

    @property
    def changes(self) -> list[Change]:
        """Every announced record of the run with what became of it so far."""
        return list(self._changes.values())

    def announce(self, changes: Iterable[Change]) -> None:
        """Write down every change of the run, within the caller's transaction."""
        change_log.announce(self._store, self._run_id, self._scope, changes)

    def begin(self, announced: Iterable[Change]) -> None:
        """Go on from the announced changes, once their transaction is committed."""
        self._changes = {change.record_id: change for change in announced}
        self._intents = sum(one.outcome is Outcome.PENDING for one in self._changes.values())

    def intents(self, unwritable: Mapping[str, str]) -> list[Change]:
        """The changes that wait to be written, but for sObjects whose box may not be ticked."""
        return [
            one
            for one in self._changes.values()
            if one.outcome is Outcome.PENDING and one.sobject not in unwritable
        ]

    def remember(self, changes: Sequence[Change], remembered: Mapping[str, Remembered]) -> None:
        """Keep what was seen of each record (rules.md, 3.1), within the caller's transaction.

        A cleared box is remembered with its time also where the record is skipped for another
        cause, so that a later edit of the record does not move the clearing.
        """
        seen = [
            (change.sobject, change.record_id, change.address)
            for change in changes
            if change.outcome is Outcome.ALREADY
        ]
        memory.seen_opted_out(self._store, self._scope, self._run_id, seen)
        for change in changes:
            known = remembered.get(change.record_id)
            if known and change.outcome in _LEFT_ALONE and known.address == change.address:
                self._leave_alone(change, known)

    def sending(self, batch: Sequence[Change], fence: Callable[[], None]) -> None:
        """Note that a batch is about to be sent. Raises what `fence` raises, and notes nothing."""
        with self._store.writing():
            fence()
            ids = [change.record_id for change in batch]
            change_log.sending(self._store, self._run_id, ids)

    def not_sent(self, changes: Sequence[Change]) -> None:
        """Note that these were not written after all: the next run plans them again."""
        change_log.not_sent(self._store, self._run_id, [one.record_id for one in changes])

    def settled(self, answers: Sequence[Settled]) -> None:
        """Note what became of intents, and show the progress."""
        with self._store.writing():
            change_log.settle(
                self._store,
                self._run_id,
                [(one.record_id, one.outcome, one.reason, one.message) for one in answers],
            )
            for one in answers:
                remember(self._store, self._scope, self._run_id, self._changes[one.record_id], one)
            progress = Progress("writing", self._answered + len(answers), self._intents)
            runs.progress(self._store, self._run_id, progress)
        self._answered += len(answers)
        for one in answers:
            self._changes[one.record_id] = replace(
                self._changes[one.record_id],
                outcome=one.outcome,
                reason=one.reason,
                message=one.message,
            )

    def close_addresses(self, considered: frozenset[str]) -> None:
        """Mark the unsubscribes as done whose every record has a final word; the others stay."""
        still_open = {
            change.address
            for change in self._changes.values()
            if change.outcome in _OPEN or change.reason in plan.STAYS_OPEN
        }
        ledger.settle(self._store, self._scope, considered - still_open)

    def _leave_alone(self, change: Change, known: Remembered) -> None:
        memory.left_alone(
            self._store,
            self._scope,
            self._run_id,
            record_id=change.record_id,
            sobject=change.sobject,
            address=change.address,
            cleared_at=known.cleared_at or change.modified_at or self._store.now(),
            verdict=_VERDICTS.get(change.reason or "", KEPT),
        )
