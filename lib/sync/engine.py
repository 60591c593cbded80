"""One synchronisation, from reading the source to the last line of the log.

The steps follow one another in `_Run._work`; each lives in a file of its own. Whatever ends a run
early, what is known by then is settled and the run's row is closed with its numbers.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from lib.addresses import spellings
from lib.errors import (
    ApiLimitReached,
    BusyError,
    CredentialsRefused,
    OptbackError,
    StoppedError,
)
from lib.salesforce import matching
from lib.salesforce.access import Access, access
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic, read_org
from lib.store import connections, ledger, memory, runs
from lib.store.db import Store
from lib.store.vault import Vault
from lib.sync import cleared, pause, resume, writes
from lib.sync.intake import Intake, Learning, take_again, take_in
from lib.sync.journal import Journal, as_intents
from lib.sync.knowledge import gather
from lib.sync.lease import leased
from lib.sync.plan import Knowledge, plan_changes
from lib.sync.request import RunRequest, Surroundings
from lib.sync.safety_limit import Ruling, count_mailable, limit_fault, rule
from lib.sync.tally import check_balance, count_outcomes, result_of
from lib.values import Change, Fault, Outcome, Progress, Record, RunResult, RunStatus

_STARTS_WITHIN = timedelta(minutes=5)
"""A run whose process has not begun by then never will."""


def synchronise(
    store: Store, vault: Vault, request: RunRequest, around: Surroundings | None = None
) -> RunResult:
    """Run once and say what came of it; everything foreseeable is in the result, not raised.

    Writes progress and outcome to the log as it goes. Raises StoreError when the log itself
    cannot be written, and lets a fault of our own through after closing the run as failed.
    """
    return _Run(store, vault, request, around or Surroundings()).go()


class _Run:
    """One run under way: what it knows so far, and how it ends."""

    def __init__(
        self, store: Store, vault: Vault, request: RunRequest, around: Surroundings
    ) -> None:
        self._store = store
        self._vault = vault
        self._request = request
        self._around = around
        self._began = time.monotonic()
        self._run_id = _open_row(store, request)
        self._scope = ""
        self._door: Door | None = None
        self._intake = Intake()
        self._journal = Journal(store, "", self._run_id)
        self._status: RunStatus | None = None
        self._faults: list[Fault] = []
        self._ruling = Ruling(allowed=True)
        self._fence: Callable[[], None] | None = None
        self._sees_all = False  # every record of every address, and its box
        self._matched_all = False  # every record of every address
        self._announced = False  # with intents: the run is one that writes

    def go(self) -> RunResult:
        """The whole run; closes its row whatever happens."""
        try:
            pause.refuse_if_paused(
                self._store, self._vault, self._request.connection, self._request.salesforce
            )
            with leased(self._store, self._request.connection, self._run_id) as self._fence:
                return self._go_leased()
        except BusyError as error:
            return self._end(RunStatus.BUSY, error)
        except OptbackError as error:
            return self._end(RunStatus.FAILED, error)

    def _go_leased(self) -> RunResult:
        _close_dead_runs(self._store, self._request.connection, self._run_id)
        try:
            self._work()
        except ApiLimitReached as error:
            return self._end(RunStatus.PARTIAL if self._has_written() else RunStatus.FAILED, error)
        except OptbackError as error:
            return self._end(RunStatus.FAILED, error)
        except Exception as error:
            self._end(RunStatus.FAILED, _fault_of_our_own(error))
            raise
        finally:
            if self._door is not None:
                self._door.close()
        return self._close()

    def _work(self) -> None:
        door = self._sign_in()
        if not self._request.dry_run:
            looked_up = resume.resume(self._store, self._scope, door)
            self._around.tell(f"Looked up {looked_up} unanswered writes of earlier runs.")
        self._read()
        self._stop_if_asked()
        rights = access(door)
        self._note_missing_rights(rights)
        mark = door.server_now or self._store.now()
        records = self._match(door, rights)
        known = gather(self._learning(), self._intake, records, rights)
        self._note_all(known.faults)
        planned = plan_changes(records, known)
        check_balance(len(records), count_outcomes(planned))
        self._stop_if_asked()
        self._carry_out(door, planned, known)
        if self._sees_all and self._announced and self._may_mark():
            ledger.mark(self._store, self._scope, cleared.STREAM, mark)

    def _sign_in(self) -> Door:
        self._show(Progress("signing in"))
        self._door = door = Door.open(self._request.salesforce)
        org = read_org(door)
        self._scope = connections.remember_org(
            self._store, self._request.connection, org, door.session.instance_url
        )
        memory.adopt(self._store, self._scope)
        runs.set_scope(self._store, self._run_id, self._scope, org)
        self._journal = Journal(self._store, self._scope, self._run_id)
        self._around.tell(f"Signed in to {org.name} ({org.environment}) as {org.username}.")
        return door

    def _read(self) -> None:
        self._show(Progress("reading"))
        self._intake = take_in(self._learning())
        self._note_all(self._intake.faults)
        if self._intake.who_asked:
            self._around.tell(self._intake.who_asked)
        self._around.tell(
            f"Read {self._intake.events_read} unsubscribes from {self._request.source.name}; "
            f"{len(self._intake.considered)} addresses to look for, "
            f"{self._intake.unreadable} lines not understood."
        )

    def _match(self, door: Door, rights: Mapping[str, Access]) -> list[Record]:
        considered = self._intake.considered
        self._show(
            Progress("matching", 0, len(considered)),
            who_asked=self._intake.who_asked,
            events_read=self._intake.events_read,
            addresses=len(considered),
            left_out=self._intake.left_out,
        )
        turkic = is_turkic(door.session.locale)
        wanted = {one: spellings(one, turkic=turkic) for one in considered}
        found = {one.record_id: one for one in matching.find(door, wanted, rights)}
        for one in matching.find_by_domain(door, self._intake.held_domains, rights):
            found.setdefault(one.record_id, one)
        looked = self._look_for_cleared(door, rights)
        for one in looked.records:
            found.setdefault(one.record_id, one)
        boxes_seen = all(one.can_match and one.opt_out_visible for one in rights.values())
        self._sees_all = boxes_seen and looked.is_complete
        self._matched_all = all(one.can_match for one in rights.values())
        self._around.tell(f"{len(found)} records bear one of the addresses.")
        return list(found.values())

    def _look_for_cleared(self, door: Door, rights: Mapping[str, Access]) -> cleared.Looked:
        """Boxes of other people are not for a file's run to tell (rules.md, 1.8)."""
        if self._request.from_file:
            return cleared.Looked([], is_complete=True)
        return cleared.newly_cleared(self._store, self._scope, door, rights)

    def _may_mark(self) -> bool:
        """A file's run has not looked, so it moves no mark; the first mark moves past nothing."""
        known = ledger.marked(self._store, self._scope, cleared.STREAM)
        return not self._request.from_file or known is None

    def _carry_out(self, door: Door, planned: list[Change], known: Knowledge) -> None:
        """Announce the changes and write them, or stop before the first write."""
        if self._request.dry_run:
            self._announce_only(planned, known)
            self._status = self._status or RunStatus.DRY_RUN
            return
        count = count_outcomes(planned)[Outcome.PLANNED]
        self._ruling = rule(count, self._request.allowance, lambda: count_mailable(door, known))
        if not self._ruling.allowed:
            self._announce_only(planned, known)
            self._status = RunStatus.OVER_LIMIT
            from_file = self._request.from_file
            self._faults.append(limit_fault(count, self._ruling, from_file=from_file))
            return
        self._announce_intents(planned, known)
        logbook = writes.Logbook(
            sending=lambda batch: self._journal.sending(batch, self._check_lease),
            settled=self._journal.settled,
            not_sent=self._journal.not_sent,
            stop=self._around.stop,
        )
        writes.write(door, self._journal.intents(known.unwritable), logbook)

    def _announce_only(self, planned: list[Change], known: Knowledge) -> None:
        """Write down what would be done; a stopped run has seen cleared boxes all the same."""
        with self._store.writing():
            self._journal.announce(planned)
            if not self._request.dry_run:
                self._journal.remember(planned, known.cleared)
        self._journal.begin(planned)

    def _announce_intents(self, planned: list[Change], known: Knowledge) -> None:
        """In one transaction: a file's events, every intent, and what was seen of each record."""
        intents = as_intents(planned)
        with self._store.writing():
            if self._request.from_file:
                take_again(self._learning())
            self._journal.announce(intents)
            self._journal.remember(intents, known.cleared)
        self._journal.begin(intents)
        self._announced = True

    def _note_missing_rights(self, rights: Mapping[str, Access]) -> None:
        """A box that may not be ticked on one sObject fails the run, and not the other sObject."""
        for one in rights.values():
            problem = one.problem()
            if problem is not None:
                self._status = RunStatus.FAILED
                self._faults.append(Fault(problem.code, problem.message, problem.remedy))

    def _stop_if_asked(self) -> None:
        if self._around.stop():
            raise writes.stopped()

    def _note_all(self, faults: Iterable[Fault]) -> None:
        self._faults.extend(faults)

    def _learning(self) -> Learning:
        return Learning(self._store, self._scope, self._request, self._run_id)

    def _check_lease(self) -> None:
        if self._fence is not None:
            self._fence()

    def _show(
        self, progress: Progress, *, who_asked: str | None = None, **counts: int | None
    ) -> None:
        runs.progress(self._store, self._run_id, progress, who_asked=who_asked, **counts)

    def _has_written(self) -> bool:
        return count_outcomes(self._journal.changes)[Outcome.UPDATED] > 0

    def _end(self, status: RunStatus, error: OptbackError) -> RunResult:
        self._status = status
        self._faults.append(Fault(error.code, error.message, error.remedy))
        if isinstance(error, CredentialsRefused):
            pause.pause(
                self._store, self._vault, self._request.connection, self._request.salesforce, error
            )
        return self._close()

    def _close(self) -> RunResult:
        """Settle what is known and close the run's row, in one transaction."""
        result = result_of(
            self._request,
            self._run_id,
            self._intake,
            self._journal.changes,
            status=self._status,
            faults=self._faults,
            api_calls=self._door.calls if self._door else 0,
            duration_s=time.monotonic() - self._began,
        )
        with self._store.writing():
            if self._matched_all and self._announced and self._still_holds_lease():
                self._journal.close_addresses(self._intake.considered)
            runs.finish(
                self._store,
                self._run_id,
                result,
                limit=self._ruling.limit,
                mailable=self._ruling.mailable,
            )
        return result

    def _still_holds_lease(self) -> bool:
        """Whether the addresses are still this run's to close; another run may have taken over."""
        try:
            self._check_lease()
        except StoppedError:
            return False
        return True


def _open_row(store: Store, request: RunRequest) -> str:
    """The run's row, as started here or taken over from the page that wrote it."""
    if request.run_id is not None and runs.adopt(store, request.run_id) is not None:
        return request.run_id
    return runs.start(
        store,
        connection=request.connection,
        started_by=request.started_by,
        dry_run=request.dry_run,
        source="file" if request.from_file else "jangomail",
        file_name=request.file_name,
        status=RunStatus.RUNNING,
    )


def _close_dead_runs(store: Store, connection: str, own: str) -> None:
    """Close the rows of runs whose process died: only the lease's holder may say so."""
    never_began = store.now() - _STARTS_WITHIN
    for dead in runs.unfinished(store, connection):
        if dead.id != own and (dead.status == RunStatus.RUNNING or dead.started_at < never_began):
            runs.close_dead(store, dead.id)


def _fault_of_our_own(error: Exception) -> OptbackError:
    return OptbackError(
        f"Optback stopped at a fault of its own ({type(error).__name__})",
        remedy="Nothing is lost: the next run takes up what was left. Please report the fault.",
    )
