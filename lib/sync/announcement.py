"""What a run is about to do: whether it may, and the log of it before the first write."""

from collections.abc import Mapping

from lib.salesforce.access import Access
from lib.store import ledger, mass_clearings, runs
from lib.sync import changed, domains, full_when
from lib.sync.intake import store_file_events
from lib.sync.journal import as_intents
from lib.sync.mailable_count import count_mailable
from lib.sync.plan import Knowledge
from lib.sync.safety_limit import copying_off_fault, limit_fault, rule
from lib.sync.search import Matched
from lib.sync.signed_in import SignedInRun
from lib.sync.tally import count_outcomes
from lib.values import Change, Outcome, RunStatus

_MANY = 2_000
"""Lines of a file that are stored in a transaction together with the changes."""


def may_write(signed: SignedInRun, planned: list[Change], rights: Mapping[str, Access]) -> bool:
    """Whether to make the changes: not in a dry run, and not over the safety limit."""
    request, found = signed.request, signed.found
    if request.dry_run:
        found.status = found.status or RunStatus.DRY_RUN
        if request.copying_off:
            found.faults.append(copying_off_fault(request.connection))
        return False
    count = count_outcomes(planned)[Outcome.PLANNED]
    found.ruling = rule(
        count, request.allowance, lambda: count_mailable(signed.door, rights.values())
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


def announce_only(signed: SignedInRun, planned: list[Change], known: Knowledge) -> None:
    """Log what would be done. A stopped run still remembers the cleared boxes it saw."""
    with signed.store.writing():
        _note_forecast(signed)
        signed.journal.announce(planned)
        if not signed.request.dry_run:
            signed.journal.remember(planned, known.cleared, known.moved)
            mass_clearings.note(signed.store, signed.scope)
    signed.journal.begin(planned)


def announce_intents(
    signed: SignedInRun, planned: list[Change], known: Knowledge, matched: Matched
) -> None:
    """Log a file's events, all changes, and what was seen of records, in one transaction.

    A large file's events are in the ledger right before that, in pieces: no one waits long for the
    log, and if the process dies in between, they're pending.

    Late arrivals are pending from here on, so that none is lost if it can't be written. The first
    mark is set here: from now on, an address may be done and get another record.
    """
    store, scope = signed.store, signed.scope
    intents = as_intents(planned)
    stores_file = signed.request.from_file
    if stores_file and signed.found.intake.events_read > _MANY:
        store_file_events(signed.learning)
        stores_file = False
    with store.writing():
        ledger.reopen(store, scope, matched.changed.arrived())
        if ledger.marked(store, scope, changed.STREAM) is None:
            for stream in (changed.STREAM, full_when.stream(signed.door.own_field)):
                ledger.mark(store, scope, stream, matched.at)
        if stores_file:
            store_file_events(signed.learning)
        domains.store_approval(signed.run, scope, known.approved_domains)
        _note_forecast(signed)
        signed.journal.announce(intents)
        signed.journal.remember(intents, known.cleared, known.moved)
        mass_clearings.note(store, scope)
    signed.journal.begin(intents)


def _note_forecast(signed: SignedInRun) -> None:
    if signed.found.forecast is not None:
        runs.note_forecast(signed.store, signed.run.run_id, signed.found.forecast)
