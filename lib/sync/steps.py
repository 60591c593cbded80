"""What a run does after sign-in, step by step. Most steps are in files of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lib.addresses import spellings
from lib.errors import StoppedError
from lib.salesforce import matching
from lib.salesforce.access import Access, access
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.store import ledger, mass_clearings, runs
from lib.sync import changed, clearing, domains, full, resume, writes
from lib.sync.beyond import look_beyond
from lib.sync.converted import ConvertedLeads
from lib.sync.findings import OpenRun, fault_of
from lib.sync.intake import Intake, Learning, read_source, store_file_events
from lib.sync.journal import Journal, as_intents
from lib.sync.knowledge import gather
from lib.sync.mailable import NeedsALook
from lib.sync.org_check import scope_in
from lib.sync.plan import Knowledge, plan_changes
from lib.sync.request import RunRequest
from lib.sync.safety_limit import copying_off_fault, count_mailable, limit_fault, rule
from lib.sync.tally import check_balance, count_outcomes
from lib.values import Change, Outcome, Progress, Record, RunStatus
from lib.words import by_count, counted


def sign_in(run: OpenRun[RunRequest], door: Door, fence: Callable[[], None]) -> "SignedInRun":
    """Prepare the run to work in the org behind `door`. Costs 1 API call.

    `fence` raises StoppedError once the run has lost its lease. Raises WrongOrg.
    """
    scope, org = scope_in(run.store, run.vault, run.request.connection, door)
    runs.set_scope(run.store, run.run_id, scope, org, door.session.user_id, door.own_field)
    run.hooks.report(f"Signed in to {org.name} ({org.environment}) as {org.username}.")
    journal = Journal(run.store, scope, run.run_id, own=door.own_field)
    learning = Learning.of_run(run.store, scope, run.request, run.run_id)
    converted = ConvertedLeads(door)
    return SignedInRun(run, door, fence, scope, journal, learning, converted, edition=org.edition)


@dataclass(frozen=True, slots=True)
class Matched:
    """The records found, and whether any could be missing.

    `is_all`: every record of every address was found. `shows_boxes`: every cleared box and late
    arrival was too. `changed` has these two. `at` is Salesforce's time before the search.
    `searched`: the domains of which every record was found.
    """

    records: list[Record]
    is_all: bool
    shows_boxes: bool
    at: datetime
    changed: NeedsALook = field(default_factory=NeedsALook)
    searched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SignedInRun:
    """A run that is signed in. What it finds goes to `run.found`."""

    run: OpenRun[RunRequest]
    door: Door
    fence: Callable[[], None]
    scope: str
    journal: Journal
    learning: Learning
    converted: ConvertedLeads
    edition: str = ""  # of the org, for the steps to fix a missing right

    def work(self) -> None:
        """Do every step. If a step fails, `run.found` still gets the changes so far."""
        try:
            self._work()
        finally:
            self.run.found.changes = self.journal.changes

    def _work(self) -> None:
        self._resume()
        self.run.found.is_full = self._is_full()
        intake = self._read()
        self.run.stop_if_asked()
        rights = access(self.door)
        self._note_missing_rights(rights)
        matched = self._match(intake, rights)
        known = gather(
            self.learning,
            self._with_late(intake, matched),
            matched.records,
            rights,
            matched.changed.arrivals,
        )
        self.run.found.faults.extend(known.faults)
        known = replace(known, edits_converted=self._edits_converted(matched.records))
        planned = plan_changes(matched.records, known)
        check_balance(len(matched.records), count_outcomes(planned))
        self.run.stop_if_asked()
        if not self._may_write(planned, rights):
            self._announce_only(planned, known)
            self._look_into_clearing(rights)
            return
        self._announce_intents(planned, known, matched)
        if matched.is_all:
            self.run.found.settle = self._close_addresses
        self._write(known)
        self._look_into_clearing(rights)
        changes = self.journal.changes
        domains.mark_searched(self.run.store, self.scope, matched.searched, matched.at, changes)
        if matched.shows_boxes and not self.run.request.from_file:
            ledger.mark(self.run.store, self.scope, changed.STREAM, matched.at)
        if self.run.found.is_full:
            stream = full.stream(self.door.own_field)
            ledger.mark_alone(self.run.store, self.scope, stream, matched.at)

    def _is_full(self) -> bool:
        """Whether this run compares everything, not only what's new.

        While copying is off, it's only on request: such runs would do it again each time.
        """
        request = self.run.request
        if request.full or request.from_file or request.copying_off:
            return request.full
        return full.is_due(self.run.store, self.scope, request.full_every, self.door.own_field)

    def _resume(self) -> None:
        if not self.run.request.dry_run:
            looked_up = resume.resume(self.run.store, self.scope, self.door)
            if looked_up:
                changes = counted(looked_up, "unanswered change", "unanswered changes")
                self.run.hooks.report(f"Looked up {changes} of earlier runs.")

    def _edits_converted(self, records: Sequence[Record]) -> bool:
        """Asked only if it matters; unknown is no (rules.md, 3.6)."""
        matters = any(record.is_converted and not record.opted_out for record in records)
        return matters and self.converted.may_be_edited()

    def _read(self) -> Intake:
        self.run.show(Progress("reading"))
        intake = read_source(self.learning, in_full=self.run.found.is_full)
        self.run.found.intake = intake
        self.run.found.faults.extend(intake.faults)
        if intake.who_asked:
            self.run.hooks.report(intake.who_asked)
        self.run.hooks.report(
            f"Read {counted(intake.events_read, 'unsubscribe', 'unsubscribes')} "
            f"from {self.run.request.source.name}: "
            f"{counted(len(intake.considered), 'address', 'addresses')} to look for, "
            f"{counted(intake.unreadable, 'line', 'lines')} not understood."
        )
        if intake.resubscribed:
            entries = counted(len(intake.resubscribed), "entry was", "entries were")
            self.run.hooks.report(
                f"{entries} taken off the unsubscribe list since the last report."
            )
        return intake

    def _note_missing_rights(self, rights: Mapping[str, Access]) -> None:
        """Fail the run if this user may not set a box, but still write the other sObject."""
        for right in rights.values():
            problem = right.problem(self.edition)
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
        at = self.door.server_now or self.run.store.now()
        turkic = is_turkic(self.door.session.locale)
        wanted = {address: spellings(address, turkic=turkic) for address in intake.considered}
        found = {record.record_id: record for record in matching.find(self.door, wanted, rights)}
        of_domains = domains.find(self.run, self.scope, self.door, intake, rights)
        for record in of_domains.records:
            found.setdefault(record.record_id, record)
        beyond = look_beyond(self.run, self.scope, self.door, intake, rights, self.converted)
        for record in beyond.found.records:
            found.setdefault(record.record_id, record)
        self.run.hooks.report(_records_found(len(found)))
        boxes_seen = all(right.can_match and right.boxes_visible for right in rights.values())
        is_all = all(right.can_match for right in rights.values())
        return Matched(
            list(found.values()),
            is_all=is_all,
            shows_boxes=boxes_seen and beyond.is_complete,
            at=at,
            changed=beyond.found,
            searched=of_domains.searched if is_all else frozenset(),
        )

    def _with_late(self, intake: Intake, matched: Matched) -> Intake:
        """From here on, the addresses of late arrivals are among those that the run is about."""
        late = matched.changed.arrived()
        if late:
            self.run.hooks.report(
                f"{counted(len(matched.changed.arrivals), 'record', 'records')} came to have "
                "an address that unsubscribed before."
            )
        together = replace(intake, considered=intake.considered | late.keys())
        self.run.found.intake = together
        return together

    def _may_write(self, planned: list[Change], rights: Mapping[str, Access]) -> bool:
        """Whether to make the changes: not in a dry run, and not over the safety limit."""
        request, found = self.run.request, self.run.found
        if request.dry_run:
            found.status = found.status or RunStatus.DRY_RUN
            if request.copying_off:
                found.faults.append(copying_off_fault(request.connection))
            return False
        count = count_outcomes(planned)[Outcome.PLANNED]
        found.ruling = rule(
            count, request.allowance, lambda: count_mailable(self.door, rights.values())
        )
        if not found.ruling.allowed:
            fault = limit_fault(
                count,
                found.ruling,
                from_file=request.from_file,
                approve_domain=request.approve_domain,
            )
            found.note(RunStatus.OVER_LIMIT, fault)
        return found.ruling.allowed

    def _announce_only(self, planned: list[Change], known: Knowledge) -> None:
        """Log what would be done. A stopped run still remembers the cleared boxes it saw."""
        with self.run.store.writing():
            self.journal.announce(planned)
            if not self.run.request.dry_run:
                self.journal.remember(planned, known.cleared, known.moved)
                mass_clearings.note(self.run.store, self.scope)
        self.journal.begin(planned)

    def _announce_intents(self, planned: list[Change], known: Knowledge, matched: Matched) -> None:
        """Log a file's events, all changes, and what was seen of records, in one transaction.

        Late arrivals are pending from here on, so that none is lost if it can't be written. The
        first mark is set here: from now on, an address may be done and get another record.
        """
        intents = as_intents(planned)
        with self.run.store.writing():
            ledger.reopen(self.run.store, self.scope, matched.changed.arrived())
            if ledger.marked(self.run.store, self.scope, changed.STREAM) is None:
                for stream in (changed.STREAM, full.stream(self.door.own_field)):
                    ledger.mark(self.run.store, self.scope, stream, matched.at)
            if self.run.request.from_file:
                store_file_events(self.learning)
            domains.store_approval(self.run, self.scope, known.approved_domains)
            self.journal.announce(intents)
            self.journal.remember(intents, known.cleared, known.moved)
            mass_clearings.note(self.run.store, self.scope)
        self.journal.begin(intents)

    def _look_into_clearing(self, rights: Mapping[str, Access]) -> None:
        if not self.run.request.dry_run:
            clearing.look_into(self.run, self.scope, self.door, rights)

    def _write(self, known: Knowledge) -> None:
        logbook = writes.Logbook(
            sending=lambda batch: self.journal.sending(batch, self.fence),
            settled=self.journal.settled,
            not_sent=self.journal.not_sent,
            stop=self.run.hooks.stop,
        )
        writes.write(self.door, self.journal.intents(known.unwritable), logbook)

    def _close_addresses(self) -> None:
        """Mark this run's unsubscribes as done, unless another run has taken over."""
        try:
            self.fence()
        except StoppedError:
            return
        self.journal.close_addresses(self.run.found.intake.considered)


def _records_found(count: int) -> str:
    return by_count(
        count,
        "No records have any of these addresses.",
        "1 record has one of these addresses.",
        "{n} records have one of these addresses.",
    )
