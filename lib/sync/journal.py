"""What a run writes to the log: its changes before they're sent, and the results after."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from functools import partial

from lib.fields import OptOutField
from lib.store import changes as change_log
from lib.store import ledger, memory, runs, sums
from lib.store.changes import LoggedChanges
from lib.store.db import Store
from lib.store.large import LargeChanges, intended
from lib.store.memory import KEPT, UNSETTLED, UNSURE, Move, Remembered
from lib.store.sql_values import chunks
from lib.sync import plan
from lib.sync.findings import Sums
from lib.sync.intents import Intents
from lib.sync.lost_answers import Settled
from lib.sync.remembered import seen_set
from lib.sync.resume import remember
from lib.values import Change, DomainPart, Outcome, Progress

_PIECE = 5_000  # addresses that are done at a time
_LEFT_ALONE = frozenset({Outcome.KEPT, Outcome.SKIPPED})
_VERDICTS = {plan.CLEARED_UNSETTLED: UNSETTLED, UNSURE: UNSURE}


def as_intents(planned: Iterable[Change]) -> list[Change]:
    """The planned changes, marked as pending so that the run makes them."""
    return [intended(change) for change in planned]


def close_at_once(_addresses: int) -> None:
    """Nothing is to be done between two pieces."""


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
        self._changes = LargeChanges()
        self._intents = 0
        self._answered = 0

    @property
    def changes(self) -> Collection[Change]:
        """Every announced change of the run, with its current outcome."""
        if self._changes.is_few:
            return self._changes.values()
        return LoggedChanges(self._store, self._run_id, len(self._changes))

    def sums(self, matched: int, others: int, domain: str | None) -> Sums:
        """What the changes add up to, counted in the log; the first two are known already."""
        store, run_id = self._store, self._run_id
        part = None
        if domain is not None:
            part = DomainPart(domain, *change_log.at_domain(store, run_id, domain))
        counts, refused = sums.outcomes(store, run_id), sums.refused(store, run_id)
        return Sums(counts, refused, matched, others, part)

    def of(self, record_ids: Collection[str]) -> dict[str, Change]:
        """The announced changes of these records."""
        return self._changes.among(record_ids)

    def announce(self, changes: Iterable[Change]) -> None:
        """Write every change of the run to the log, in the caller's transaction."""
        change_log.announce(self._store, self._run_id, self._scope, changes)

    def begin(self, announced: Iterable[Change] | LargeChanges, intents: int | None = None) -> None:
        """Start with the announced changes, once their transaction is committed.

        `intents` is how many of them are pending, if that's known.
        """
        self._changes = (
            announced if isinstance(announced, LargeChanges) else LargeChanges(announced)
        )
        if intents is None:
            intents = sum(change.outcome is Outcome.PENDING for change in self.changes)
        self._intents = intents

    def intents(
        self, unwritable: Mapping[str, str], counts: Mapping[str, int] | None = None
    ) -> Intents:
        """The changes to write, without sObjects whose box this user may not set.

        `counts` is how many they are of each sObject, if that's known.
        """
        return Intents(self._changes, frozenset(unwritable), counts=counts)

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
        known = self.of([answer.record_id for answer in answers])
        with self._store.writing():
            change_log.settle(
                self._store,
                self._run_id,
                [
                    (answer.record_id, answer.outcome, answer.reason, answer.message)
                    for answer in answers
                ],
            )
            results = [(known[answer.record_id], answer) for answer in answers]
            self._keep(self._store, self._scope, self._run_id, results)
            progress = Progress("writing", self._answered + len(answers), self._intents)
            runs.progress(self._store, self._run_id, progress)
        self._answered += len(answers)
        if self._changes.is_few:  # otherwise only the log knows how it came out
            self._changes.put((change.record_id, _settled(change, by)) for change, by in results)

    def under_way(self, done: int) -> None:
        """Update the progress by rows that a Bulk job has gone through, with no results yet."""
        progress = Progress("writing", self._answered + done, self._intents)
        runs.progress(self._store, self._run_id, progress)

    def close_addresses(
        self, considered: Set[str], closing: Callable[[int], None] = close_at_once
    ) -> None:
        """Mark an unsubscribe as done if all its records have a final outcome.

        `closing` is called before each piece but the first with the addresses done since.
        """
        done = 0
        for addresses in chunks(considered, _PIECE):
            if done:
                closing(done)
            ledger.settle_unless_open(
                self._store, self._scope, addresses, self._run_id, plan.STAYS_OPEN
            )
            done = len(addresses)

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


def _settled(change: Change, by: Settled) -> Change:
    return change.ended(by.outcome, by.reason, by.message)
