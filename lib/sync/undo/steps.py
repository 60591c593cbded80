"""What an undo does after sign-in, step by step."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from lib.errors import NotUndoable
from lib.salesforce import records
from lib.salesforce.door import Door
from lib.store import domains, ledger, memory, runs, undone
from lib.sync import budget, resume, writes
from lib.sync.bulk.job_log import JobLog
from lib.sync.findings import OpenRun
from lib.sync.journal import Journal, as_intents
from lib.sync.logbook import Logbook
from lib.sync.lost_answers import Settled
from lib.sync.operations import operation
from lib.sync.org_check import scope_in
from lib.sync.plan import CHANGED_SINCE
from lib.sync.request import UndoRequest
from lib.sync.resume import remember_undone
from lib.sync.safety_limit import Ruling
from lib.sync.tally import count_outcomes
from lib.sync.undo.knowledge import gather, undoing_of
from lib.sync.undo.plan import NEVER_WRITTEN, Undoing, UndoKnowledge, plan_undo
from lib.values import Change, Fault, Outcome, Progress, Record, RunStatus
from lib.words import by_count

_COLUMNS = ("LastModifiedById",)
_BACK = frozenset({Outcome.PENDING, Outcome.UPDATED})
_AT_ONCE = 10_000
"""Records that are written before the next ones are looked at again."""
_LOOK_AGAIN_S = 10.0
"""After this many seconds, a record is looked at again right before it's written."""


def sign_in(run: OpenRun[UndoRequest], door: Door, fence: Callable[[], None]) -> "SignedInUndo":
    """Prepare the undo to work in the org behind `door`. Costs 1 API call.

    Raises WrongOrg, and NotUndoable if the run was made in another org.
    """
    with operation(run, door, "sign_in"):
        scope, org = scope_in(run.store, run.vault, run.request.connection, door)
    user_id = door.session.user_id
    runs.set_scope(run.store, run.run_id, scope, org, user_id, door.own_field)
    if scope != run.request.undone.scope:
        raise other_org(run.request.undone.org_name or "another org")
    run.hooks.report(f"Signed in to {org.name} ({org.environment}) as {org.username}.")
    journal = Journal(run.store, scope, run.run_id, remember_undone)
    return SignedInUndo(run, door, fence, scope, journal)


def other_org(name: str) -> NotUndoable:
    """The refusal of a run that was made in another org."""
    return NotUndoable(
        f"This run was made in another org ({name}) than the one this connection is for now",
        remedy="Nothing was changed. A sandbox gets a new ID each time it's refreshed, and its "
        "records aren't the same ones anymore. To opt fewer people out there, change the list or "
        "the file, and run a preview.",
    )


@dataclass(frozen=True, slots=True)
class SignedInUndo:
    """An undo that is signed in. What it finds goes to `run.found`."""

    run: OpenRun[UndoRequest]
    door: Door
    fence: Callable[[], None]
    scope: str
    journal: Journal
    looked_up: list[float] = field(default_factory=list)  # when, on a clock that only goes forward

    def work(self) -> None:
        """Do every step. If a step fails, `run.found` still gets the changes so far."""
        try:
            self._work()
        finally:
            self.run.found.changes = self.journal.changes

    def _work(self) -> None:
        request = self.run.request
        if not request.dry_run:
            resume.resume(self.run.store, self.scope, self.door, self.run.stop_if_asked)
        self.run.show(Progress("matching"))
        undoing = undoing_of(self.run.store, self.scope, request.undone)
        with operation(self.run, self.door, "looking_up") as doing:
            found = self._look_up(undoing)
            doing.records = len(found)
        self.run.stop_if_asked()
        if request.dry_run:
            self._preview(undoing, found)
            return
        if self._announced(undoing, found):
            self.run.found.is_announced = True
            with operation(self.run, self.door, "undoing"):
                self._write()

    def _look_up(self, undoing: Sequence[Undoing]) -> dict[str, Record | None]:
        """The records as they are now, by ID; `None` for one that is gone."""
        return self._records([each.change for each in undoing if each.was_set])

    def _records(self, changes: Sequence[Change]) -> dict[str, Record | None]:
        ids: dict[str, list[str]] = {}
        for change in changes:
            ids.setdefault(change.sobject, []).append(change.record_id)
        found: dict[str, Record | None] = {}
        self.looked_up.append(time.monotonic())
        self.run.show(Progress("looking up", 0, len(changes)))
        for page in records.look_up_many(self.door, ids, _COLUMNS):
            found.update(page)
            self.run.show(Progress("looking up", len(found), len(changes)))
        return found

    def _plan(
        self, undoing: Sequence[Undoing], found: dict[str, Record | None]
    ) -> tuple[list[Change], UndoKnowledge]:
        """The plan, in the caller's transaction, which withdraws the events of a file first."""
        store, request = self.run.store, self.run.request
        if request.undone.source == "file":
            ledger.withdraw(store, self.scope, request.undone.id)
        known = gather(
            store,
            self.scope,
            request.undone,
            undoing,
            undo_id=self.run.run_id,
            user_id=self.door.session.user_id,
            ahead=self._ahead(),
        )
        return plan_undo(undoing, found, known), known

    def _ahead(self) -> timedelta:
        """How far Salesforce's clock is ahead of ours."""
        there, here = self.door.server_now, self.run.store.now()
        return there - here if there else timedelta()

    def _preview(self, undoing: Sequence[Undoing], found: dict[str, Record | None]) -> None:
        with self.run.store.rehearsing():
            planned, _ = self._plan(undoing, found)
        self._announce_only(planned)
        self.run.found.status = RunStatus.DRY_RUN

    def _announced(self, undoing: Sequence[Undoing], found: dict[str, Record | None]) -> bool:
        """Log what will be done and what no longer counts, in one transaction.

        False if that's more than was confirmed: then nothing is done.
        """
        try:
            with self.run.store.writing():
                self.fence()
                planned, known = self._plan(undoing, found)
                self._refuse_more_than_confirmed(planned)
                intents = as_intents(planned)
                budget.note_forecast_of_undo(self.run, self.scope, self.door, intents)
                self.journal.announce(intents)
                self._leave_out(intents, known)
        except _MoreThanConfirmedError as grown:
            self._announce_only(grown.planned)
            return False
        self.journal.begin(intents)
        return True

    def _announce_only(self, planned: Sequence[Change]) -> None:
        with self.run.store.writing():
            budget.note_forecast_of_undo(self.run, self.scope, self.door, planned)
            self.journal.announce(planned)
        self.journal.begin(planned)

    def _refuse_more_than_confirmed(self, planned: Sequence[Change]) -> None:
        """Raise if the number has grown since a person confirmed it (rules.md, 4.2)."""
        confirmed = self.run.request.confirmed
        count = count_outcomes(planned)[Outcome.PLANNED]
        if confirmed is None or count <= confirmed:
            return
        self.run.found.ruling = Ruling(allowed=False, limit=confirmed)
        self.run.found.note(RunStatus.OVER_LIMIT, _grown(count, confirmed))
        raise _MoreThanConfirmedError(planned)

    def _leave_out(self, intents: Sequence[Change], known: UndoKnowledge) -> None:
        """Note which unsubscribes no longer count for which records (rules.md, 5)."""
        never_written = [change for change in intents if change.reason == NEVER_WRITTEN]
        back = [change for change in intents if change.outcome is Outcome.PENDING]
        marks = [known.left_out[change.record_id] for change in (*back, *never_written)]
        undone.note(self.run.store, self.scope, marks)
        self._end_approval()
        memory.undone(self.run.store, self.scope, (change.record_id for change in never_written))

    def _end_approval(self) -> None:
        """The domain that the run approved is on hold again, unless it was decided about since."""
        store, taken_back = self.run.store, self.run.request.undone
        for decision in domains.decisions(store, self.scope):
            if decision.run_id == taken_back.id and decision.ended_at is None:
                domains.withdraw(store, self.scope, decision.domain, self.run.request.started_by)

    def _write(self) -> None:
        self.run.show(Progress("writing"))
        logbook = Logbook(
            sending=lambda batch: self.journal.sending(batch, self.fence),
            settled=lambda answers: self.journal.settled(self._with_reasons(answers)),
            not_sent=self.journal.not_sent,
            stop=self.run.hooks.stop,
        )
        log = JobLog(
            self.run.store, self.scope, self.run.run_id, self.fence, self.journal.under_way
        )
        intents = list(self.journal.intents({}))
        for start in range(0, len(intents), _AT_ONCE):
            untouched = self._untouched(intents[start : start + _AT_ONCE])
            way = budget.best_way(self.door, untouched)
            writes.write(self.door, untouched, logbook, log, way=way, to=False)

    def _untouched(self, intents: Sequence[Change]) -> Sequence[Change]:
        """The records that are still as they were when they were planned.

        Someone may have set a box in the meantime. Costs 1 API call, or none if it's a moment ago.
        """
        if time.monotonic() - self.looked_up[-1] < _LOOK_AGAIN_S:
            return intents
        now = self._records(intents)
        changed = [each for each in intents if _has_changed(each, now.get(each.record_id))]
        self.journal.settled(
            [Settled(each.record_id, Outcome.SKIPPED, CHANGED_SINCE) for each in changed]
        )
        left = {each.record_id for each in changed}
        return [each for each in intents if each.record_id not in left]

    def _with_reasons(self, answers: Sequence[Settled]) -> list[Settled]:
        """A record that went back keeps the note that its address is still on the list."""
        noted = self.journal.of([answer.record_id for answer in answers])
        return [
            replace(answer, reason=noted[answer.record_id].reason)
            if answer.outcome in _BACK
            else answer
            for answer in answers
        ]


class _MoreThanConfirmedError(Exception):
    """Rolls the announcement back. Never leaves this file."""

    def __init__(self, planned: Sequence[Change]) -> None:
        super().__init__()
        self.planned = planned


def _has_changed(planned: Change, record: Record | None) -> bool:
    return record is None or not record.opted_out or record.modified_at != planned.modified_at


def _grown(count: int, confirmed: int) -> Fault:
    message = by_count(
        count,
        "",
        "1 record would be made mailable again.",
        "{n} records would be made mailable again.",
    )
    return Fault(
        code=RunStatus.OVER_LIMIT.value,
        message=f"{message} Only {confirmed:,} were confirmed",
        remedy="Nothing was changed. Look at them again, then confirm the new number.",
        count=count,
    )
