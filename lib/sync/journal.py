"""What a run writes to the log: its changes before they're sent, and the results after."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import partial

from lib.fields import OptOutField
from lib.store import changes as change_log
from lib.store import ledger, memory, runs
from lib.store.db import Store
from lib.store.memory import KEPT, UNSETTLED, UNSURE, Move, Remembered
from lib.sync import plan
from lib.sync.lost_answers import Settled
from lib.sync.remembered import seen_set
from lib.sync.resume import remember
from lib.values import Change, Outcome, Progress

_OPEN = frozenset({Outcome.FAILED, Outcome.PENDING, Outcome.PLANNED})
_LEFT_ALONE = frozenset({Outcome.KEPT, Outcome.SKIPPED})
_VERDICTS = {plan.CLEARED_UNSETTLED: UNSETTLED, UNSURE: UNSURE}


def as_intents(planned: Iterable[Change]) -> list[Change]:
    """The planned changes, marked as pending so that the run makes them."""
    return [
        change.ended(Outcome.PENDING, change.reason, change.message)
        if change.outcome is Outcome.PLANNED
        else change
        for change in planned
    ]


class Journal:
    """The log of one run in one scope, with the current outcome of each record."""

    def __init__(
        self,
        store: Store,
        scope: str,
        run_id: str,
        keep: Callable[..., None] | None = None,
        own: OptOutField | None = None,
    ) -> None:
        """`keep` remembers what the results of changes show about their records."""
        self._keep = keep or partial(remember, own=own)
        self._store = store
        self._scope = scope
        self._run_id = run_id
        self._own = own
        self._changes: dict[str, Change] = {}
        self._intents = 0
        self._answered = 0

    @property
    def changes(self) -> list[Change]:
        """Every announced change of the run, with its current outcome."""
        return list(self._changes.values())

    def announce(self, changes: Iterable[Change]) -> None:
        """Write every change of the run to the log, in the caller's transaction."""
        change_log.announce(self._store, self._run_id, self._scope, changes)

    def begin(self, announced: Iterable[Change]) -> None:
        """Start with the announced changes, once their transaction is committed."""
        self._changes = {change.record_id: change for change in announced}
        self._intents = sum(change.outcome is Outcome.PENDING for change in self._changes.values())

    def intents(self, unwritable: Mapping[str, str]) -> list[Change]:
        """The changes to write, without sObjects whose box this user may not set."""
        return [
            change
            for change in self._changes.values()
            if change.outcome is Outcome.PENDING and change.sobject not in unwritable
        ]

    def remember(
        self,
        changes: Sequence[Change],
        remembered: Mapping[str, Remembered],
        moved: Sequence[Move] = (),
    ) -> None:
        """Remember what was seen of each record (rules.md, 3.1), in the caller's transaction.

        The time a box was cleared is kept even if the record is skipped for another reason, so that
        a later edit of the record doesn't change that time.
        """
        memory.move(self._store, self._scope, moved)
        seen = [
            seen_set(change, self._own) for change in changes if change.outcome is Outcome.ALREADY
        ]
        memory.seen_opted_out(self._store, self._scope, self._run_id, seen)
        for change in changes:
            known = remembered.get(change.record_id)
            is_undone = change.reason == plan.UNDONE
            if is_undone or known is None or change.outcome not in _LEFT_ALONE:
                continue
            if known.address == change.address:
                self._leave_alone(change, known)

    def sending(self, batch: Sequence[Change], fence: Callable[[], None]) -> None:
        """Note that a batch is about to be sent. If `fence` raises, nothing is noted."""
        with self._store.writing():
            fence()
            ids = [change.record_id for change in batch]
            change_log.sending(self._store, self._run_id, ids)

    def not_sent(self, changes: Sequence[Change]) -> None:
        """Note that these weren't written after all. The next run plans them again."""
        change_log.not_sent(self._store, self._run_id, [change.record_id for change in changes])

    def settled(self, answers: Sequence[Settled]) -> None:
        """Note the results of changes, and update the progress."""
        with self._store.writing():
            change_log.settle(
                self._store,
                self._run_id,
                [
                    (answer.record_id, answer.outcome, answer.reason, answer.message)
                    for answer in answers
                ],
            )
            results = [(self._changes[answer.record_id], answer) for answer in answers]
            self._keep(self._store, self._scope, self._run_id, results)
            progress = Progress("writing", self._answered + len(answers), self._intents)
            runs.progress(self._store, self._run_id, progress)
        self._answered += len(answers)
        for answer in answers:
            change = self._changes[answer.record_id]
            ended = change.ended(answer.outcome, answer.reason, answer.message)
            self._changes[answer.record_id] = ended

    def under_way(self, done: int) -> None:
        """Update the progress by rows that a Bulk job has gone through, with no results yet."""
        progress = Progress("writing", self._answered + done, self._intents)
        runs.progress(self._store, self._run_id, progress)

    def close_addresses(self, considered: Set[str]) -> None:
        """Mark an unsubscribe as done if all its records have a final outcome."""
        still_open = {
            change.address
            for change in self._changes.values()
            if change.outcome in _OPEN or change.reason in plan.STAYS_OPEN
        }
        ledger.settle(self._store, self._scope, considered - still_open)

    def _leave_alone(self, change: Change, known: Remembered) -> None:
        memory.note_cleared(
            self._store,
            self._scope,
            self._run_id,
            record_id=change.record_id,
            sobject=change.sobject,
            address=change.address,
            cleared_at=known.cleared_at or change.modified_at or self._store.now(),
            verdict=_VERDICTS.get(change.reason or "", KEPT),
        )
