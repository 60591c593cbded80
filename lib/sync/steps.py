"""What a run does after sign-in, step by step. Each step is in a file of its own."""

from collections.abc import Mapping
from contextlib import suppress

from lib.errors import StoppedError
from lib.salesforce.access import Access
from lib.store import ledger
from lib.sync import (
    announcement,
    budget,
    changed,
    clearing,
    domains,
    full_when,
    opening,
    search,
    writes,
)
from lib.sync.bulk.early_jobs import early_jobs
from lib.sync.bulk.job_log import JobLog
from lib.sync.findings import fault_of
from lib.sync.logbook import Logbook
from lib.sync.operations import operation
from lib.sync.planning import Planned, plan
from lib.sync.search import Matched
from lib.sync.showing import Showing
from lib.sync.signed_in import SignedInRun
from lib.sync.tally import check_balance
from lib.values import RunStatus


def work(signed: SignedInRun) -> None:
    """Do every step. Once the changes are announced, the log has the run's numbers."""
    with operation(signed.run, signed.door, "opening"):
        opened = opening.begin(signed)
    intake, rights = opened.intake, opened.rights
    signed.run.stop_if_asked()
    budget.refuse_without_room(signed.door)
    _note_missing_rights(signed, rights, opened.org.edition)
    matched = search.match(signed, intake, rights)
    planned = plan(signed, matched, rights)
    check_balance(len(matched.records), planned.counts)
    matched.records.clear()
    signed.run.stop_if_asked()
    with operation(signed.run, signed.door, "counting"):
        is_allowed = announcement.may_write(signed, planned, rights)
    budget.note_forecast(signed, planned.to_write)
    if is_allowed:
        _carry_out(signed, planned, matched)
    else:
        announcement.announce_only(signed, planned)
    if not signed.request.dry_run:
        _ask_about_cleared(signed, rights)
    if is_allowed:
        _mark(signed, matched)


def _ask_about_cleared(signed: SignedInRun, rights: Mapping[str, Access]) -> None:
    """Say in each run what waits for a confirmation (rules.md, 3.5)."""
    with operation(signed.run, signed.door, "clearing"):
        clearing.look_into(signed.run, signed.scope, signed.door, rights)
    question = clearing.question(signed.store, signed.scope)
    if question is not None:
        signed.found.faults.append(question)


def _note_missing_rights(signed: SignedInRun, rights: Mapping[str, Access], edition: str) -> None:
    """Fail the run if this user may not set a box, but still write the other sObject."""
    for right in rights.values():
        problem = right.problem(edition)
        if problem is not None:
            signed.found.note(RunStatus.FAILED, fault_of(problem))


def _carry_out(signed: SignedInRun, planned: Planned, matched: Matched) -> None:
    """Log the changes, then make them."""
    with operation(signed.run, signed.door, "writing") as doing:
        way = budget.way_if_all_fit(signed, doing, planned.to_write)
        with early_jobs(signed.door, way.in_bulk if way else ()) as early:
            _announce(signed, planned, matched)
            intents = signed.journal.intents(planned.unwritable, planned.to_write)
            chosen = budget.most_overdue(signed, intents)
            doing.records = len(chosen)
            way = way or budget.way_to_write(signed, doing, chosen)
            writes.write(signed.door, chosen, *_logs(signed, planned), way=way, early=early)
    budget.note_waiting(signed, len(intents) - len(chosen))


def _announce(signed: SignedInRun, planned: Planned, matched: Matched) -> None:
    announcement.announce_intents(signed, planned, matched)
    signed.found.is_announced = True
    if matched.is_all:
        signed.found.settle = lambda: _close_addresses(signed)


def _logs(signed: SignedInRun, planned: Planned) -> tuple[Logbook, JobLog]:
    """Where the ways of writing note what they do."""
    journal, fence = signed.journal, signed.fence
    logbook = Logbook(
        sending=lambda batch: journal.sending(batch, fence),
        settled=journal.settled,
        not_sent=journal.not_sent,
        stop=signed.run.hooks.stop,
    )
    showing = Showing(signed.run.show, "sending", planned.intents)
    log = JobLog(
        signed.store, signed.scope, signed.run.run_id, fence, journal.under_way, showing.step
    )
    return logbook, log


def _mark(signed: SignedInRun, matched: Matched) -> None:
    """Note up to when Salesforce was read, once everything found there is dealt with."""
    store, scope, changes = signed.store, signed.scope, signed.journal.changes
    domains.mark_searched(store, scope, matched.searched, matched.at, changes)
    if matched.shows_boxes and not signed.request.from_file:
        ledger.mark(store, scope, changed.STREAM, matched.at)
    if signed.found.is_full:
        ledger.mark_alone(store, scope, full_when.stream(signed.door.own_field), matched.at)


def _close_addresses(signed: SignedInRun) -> None:
    """Mark this run's unsubscribes as done, unless another run has taken over."""
    try:
        signed.fence()
    except StoppedError:
        return
    considered = signed.found.intake.considered
    showing = Showing(signed.run.show, "settling", len(considered))

    def closing(more: int) -> None:
        showing.step(more)
        signed.fence()

    with suppress(StoppedError):
        signed.journal.close_addresses(considered, closing)
