"""What a run does once it is signed in, step by step; most steps live in a file of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.addresses import spellings
from lib.errors import StoppedError
from lib.salesforce import matching
from lib.salesforce.access import Access, access
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic, read_org
from lib.store import connections, ledger, memory, runs
from lib.sync import cleared, resume, writes
from lib.sync.findings import OpenRun, fault_of
from lib.sync.intake import Intake, Learning, take_again, take_in
from lib.sync.journal import Journal, as_intents
from lib.sync.knowledge import gather
from lib.sync.plan import Knowledge, plan_changes
from lib.sync.safety_limit import count_mailable, limit_fault, rule
from lib.sync.tally import check_balance, count_outcomes
from lib.values import Change, Outcome, Progress, Record, RunStatus


def sign_in(run: OpenRun, door: Door, fence: Callable[[], None]) -> "SignedInRun":
    """The run in the org behind `door`, ready to work. Costs 1 API call.

    `fence` raises StoppedError once the run has lost its lease.
    """
    org = read_org(door)
    name = run.request.connection
    scope = connections.remember_org(run.store, name, org, door.session.instance_url)
    memory.adopt(run.store, scope)
    runs.set_scope(run.store, run.run_id, scope, org)
    run.around.tell(f"Signed in to {org.name} ({org.environment}) as {org.username}.")
    journal = Journal(run.store, scope, run.run_id)
    learning = Learning.of_run(run.store, scope, run.request, run.run_id)
    return SignedInRun(run, door, fence, scope, journal, learning)


@dataclass(frozen=True, slots=True)
class Matched:
    """The records found, and what can be said of those that were not.

    `is_all`: every record of every address is among them. `shows_boxes`: and every cleared box.
    """

    records: list[Record]
    is_all: bool
    shows_boxes: bool


@dataclass(frozen=True, slots=True)
class SignedInRun:
    """One run while it is signed in; what it finds goes to `run.found`."""

    run: OpenRun
    door: Door
    fence: Callable[[], None]
    scope: str
    journal: Journal
    learning: Learning

    def work(self) -> None:
        """Do every step; whatever ends them, `run.found` has the changes so far."""
        try:
            self._work()
        finally:
            self.run.found.changes = self.journal.changes

    def _work(self) -> None:
        self._resume()
        intake = self._read()
        self.run.stop_if_asked()
        rights = access(self.door)
        self._note_missing_rights(rights)
        mark = self.door.server_now or self.run.store.now()
        matched = self._match(intake, rights)
        known = gather(self.learning, intake, matched.records, rights)
        self.run.found.faults.extend(known.faults)
        planned = plan_changes(matched.records, known)
        check_balance(len(matched.records), count_outcomes(planned))
        self.run.stop_if_asked()
        if not self._may_write(planned, known):
            self._announce_only(planned, known)
            return
        self._announce_intents(planned, known)
        if matched.is_all:
            self.run.found.settle = self._close_addresses
        self._write(known)
        if matched.shows_boxes and self._may_mark():
            ledger.mark(self.run.store, self.scope, cleared.STREAM, mark)

    def _resume(self) -> None:
        if not self.run.request.dry_run:
            looked_up = resume.resume(self.run.store, self.scope, self.door)
            self.run.around.tell(f"Looked up {looked_up} unanswered writes of earlier runs.")

    def _read(self) -> Intake:
        self.run.show(Progress("reading"))
        intake = take_in(self.learning)
        self.run.found.intake = intake
        self.run.found.faults.extend(intake.faults)
        if intake.who_asked:
            self.run.around.tell(intake.who_asked)
        self.run.around.tell(
            f"Read {intake.events_read} unsubscribes from {self.run.request.source.name}; "
            f"{len(intake.considered)} addresses to look for, "
            f"{intake.unreadable} lines not understood."
        )
        return intake

    def _note_missing_rights(self, rights: Mapping[str, Access]) -> None:
        """A box that may not be ticked on one sObject fails the run, and not the other sObject."""
        for one in rights.values():
            problem = one.problem()
            if problem is not None:
                self.run.found.note(RunStatus.FAILED, fault_of(problem))

    def _match(self, intake: Intake, rights: Mapping[str, Access]) -> Matched:
        self.run.show(
            Progress("matching", 0, len(intake.considered)),
            who_asked=intake.who_asked,
            events_read=intake.events_read,
            addresses=len(intake.considered),
            left_out=intake.left_out,
        )
        turkic = is_turkic(self.door.session.locale)
        wanted = {one: spellings(one, turkic=turkic) for one in intake.considered}
        found = {one.record_id: one for one in matching.find(self.door, wanted, rights)}
        for one in matching.find_by_domain(self.door, intake.held_domains, rights):
            found.setdefault(one.record_id, one)
        looked = self._look_for_cleared(rights)
        for one in looked.records:
            found.setdefault(one.record_id, one)
        self.run.around.tell(f"{len(found)} records bear one of the addresses.")
        boxes_seen = all(one.can_match and one.opt_out_visible for one in rights.values())
        return Matched(
            list(found.values()),
            is_all=all(one.can_match for one in rights.values()),
            shows_boxes=boxes_seen and looked.is_complete,
        )

    def _look_for_cleared(self, rights: Mapping[str, Access]) -> cleared.Looked:
        """Boxes of other people are not for a file's run to tell (rules.md, 1.8)."""
        if self.run.request.from_file:
            return cleared.Looked([], is_complete=True)
        return cleared.newly_cleared(self.run.store, self.scope, self.door, rights)

    def _may_write(self, planned: list[Change], known: Knowledge) -> bool:
        """Whether the plan is carried out: not in a dry run, nor over the safety limit."""
        request, found = self.run.request, self.run.found
        if request.dry_run:
            found.status = found.status or RunStatus.DRY_RUN
            return False
        count = count_outcomes(planned)[Outcome.PLANNED]
        found.ruling = rule(count, request.allowance, lambda: count_mailable(self.door, known))
        if not found.ruling.allowed:
            fault = limit_fault(count, found.ruling, from_file=request.from_file)
            found.note(RunStatus.OVER_LIMIT, fault)
        return found.ruling.allowed

    def _announce_only(self, planned: list[Change], known: Knowledge) -> None:
        """Write down what would be done; a stopped run has seen cleared boxes all the same."""
        with self.run.store.writing():
            self.journal.announce(planned)
            if not self.run.request.dry_run:
                self.journal.remember(planned, known.cleared)
        self.journal.begin(planned)

    def _announce_intents(self, planned: list[Change], known: Knowledge) -> None:
        """In one transaction: a file's events, every intent, and what was seen of each record."""
        intents = as_intents(planned)
        with self.run.store.writing():
            if self.run.request.from_file:
                take_again(self.learning)
            self.journal.announce(intents)
            self.journal.remember(intents, known.cleared)
        self.journal.begin(intents)

    def _write(self, known: Knowledge) -> None:
        logbook = writes.Logbook(
            sending=lambda batch: self.journal.sending(batch, self.fence),
            settled=self.journal.settled,
            not_sent=self.journal.not_sent,
            stop=self.run.around.stop,
        )
        writes.write(self.door, self.journal.intents(known.unwritable), logbook)

    def _may_mark(self) -> bool:
        """A file's run has not looked, so it moves no mark; the first mark moves past nothing."""
        marked = ledger.marked(self.run.store, self.scope, cleared.STREAM)
        return not self.run.request.from_file or marked is None

    def _close_addresses(self) -> None:
        """Close the addresses of this run, unless another run has taken over."""
        try:
            self.fence()
        except StoppedError:
            return
        self.journal.close_addresses(self.run.found.intake.considered)
