"""What one run writes to the log: announced before, settled after, and its numbers at the end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from lib.store import changes as change_log
from lib.store import ledger, memory, runs
from lib.store.db import Store
from lib.store.memory import Remembered
from lib.sync.lost import Settled
from lib.sync.plan import CLEARED_UNSETTLED, STAYS_OPEN
from lib.sync.resume import remember
from lib.values import Change, Outcome, Progress

_OPEN = frozenset({Outcome.FAILED, Outcome.PENDING, Outcome.PLANNED})


class Journal:
    """The log of one run of one scope, and what became of each of its records so far."""

    def __init__(self, store: Store, scope: str, run_id: str) -> None:
        self._store = store
        self._scope = scope
        self._run_id = run_id
        self._changes: dict[str, Change] = {}
        self.has_intents = False

    @property
    def changes(self) -> list[Change]:
        """Every record of the run with what became of it so far."""
        return list(self._changes.values())

    def announce(self, planned: Iterable[Change]) -> None:
        """Write down every change of the run, within the caller's transaction."""
        self._changes = {change.record_id: change for change in planned}
        change_log.announce(self._store, self._run_id, self._scope, self._changes.values())

    def announce_intents(self, planned: Iterable[Change]) -> None:
        """Write down every change as one that will be carried out, not merely planned."""
        self.announce(
            replace(one, outcome=Outcome.PENDING) if one.outcome is Outcome.PLANNED else one
            for one in planned
        )
        self.has_intents = True

    def intents(self, unwritable: Mapping[str, str]) -> list[Change]:
        """The changes that wait to be written, but for sObjects whose box may not be ticked."""
        return [
            one
            for one in self._changes.values()
            if one.outcome is Outcome.PENDING and one.sobject not in unwritable
        ]

    def remember(self, remembered: Mapping[str, Remembered]) -> None:
        """Keep what was seen of each record (rules.md, 3.1), within the caller's transaction."""
        seen = [
            (change.sobject, change.record_id, change.address)
            for change in self._changes.values()
            if change.outcome is Outcome.ALREADY
        ]
        memory.seen_opted_out(self._store, self._scope, self._run_id, seen)
        for change in self._changes.values():
            if change.outcome is Outcome.KEPT:
                self._leave_alone(change, remembered[change.record_id].cleared_at)

    def sending(self, batch: Sequence[Change], fence: Callable[[], None]) -> None:
        """Note that a batch is about to be sent. Raises what `fence` raises, and notes nothing."""
        with self._store.writing():
            fence()
            ids = [change.record_id for change in batch]
            change_log.sending(self._store, self._run_id, ids)

    def settled(self, answers: Sequence[Settled]) -> None:
        """Note what became of intents, and show the progress."""
        with self._store.writing():
            change_log.settle(
                self._store,
                self._run_id,
                [(one.record_id, one.outcome, one.reason, one.message) for one in answers],
            )
            for one in answers:
                self._settle_one(one)
            self.show_writing()

    def show_writing(self) -> None:
        """Show how far the writing is."""
        left = sum(one.outcome is Outcome.PENDING for one in self._changes.values())
        intents = left + sum(
            one.outcome in (Outcome.UPDATED, Outcome.FAILED) for one in self._changes.values()
        )
        runs.progress(self._store, self._run_id, Progress("writing", intents - left, intents))

    def close_addresses(self, considered: frozenset[str]) -> None:
        """Mark the unsubscribes as done whose every record has a final word; the others stay."""
        still_open = {
            change.address
            for change in self._changes.values()
            if change.outcome in _OPEN or change.reason in STAYS_OPEN
        }
        ledger.settle(self._store, self._scope, considered - still_open)

    def _settle_one(self, settled: Settled) -> None:
        change = self._changes[settled.record_id]
        self._changes[settled.record_id] = replace(
            change, outcome=settled.outcome, reason=settled.reason, message=settled.message
        )
        remember(self._store, self._scope, self._run_id, change, settled)

    def _leave_alone(self, change: Change, cleared_at: datetime | None) -> None:
        memory.left_alone(
            self._store,
            self._scope,
            self._run_id,
            record_id=change.record_id,
            sobject=change.sobject,
            address=change.address,
            cleared_at=cleared_at or change.modified_at or self._store.now(),
            verdict="unsettled" if change.reason == CLEARED_UNSETTLED else "kept",
        )
