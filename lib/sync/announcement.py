"""What a run is about to do: whether it may, and the log of it before the first write."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from lib.salesforce.access import Access
from lib.store import ledger, mass_clearings, runs
from lib.sync import changed, domains, full_when
from lib.sync.intake import store_file_events
from lib.sync.mailable_count import count_mailable
from lib.sync.planning import PIECE, Planned
from lib.sync.safety_limit import copying_off_fault, limit_fault, rule
from lib.sync.search import Matched
from lib.sync.showing import Showing
from lib.sync.signed_in import SignedInRun
from lib.values import Change, Outcome, RunStatus


def may_write(signed: SignedInRun, planned: Planned, rights: Mapping[str, Access]) -> bool:
    """Whether to make the changes: not in a dry run, and not over the safety limit."""
    request, found = signed.request, signed.found
    if request.dry_run:
        found.status = found.status or RunStatus.DRY_RUN
        if request.copying_off:
            found.faults.append(copying_off_fault(request.connection))
        return False
    count = planned.counts[Outcome.PLANNED]
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


def announce_only(signed: SignedInRun, planned: Planned) -> None:
    """Log what would be done. A stopped run still remembers the cleared boxes it saw."""
    with _announcing(signed, planned, only_shown=signed.request.dry_run):
        pass
    signed.journal.begin(planned.changes, planned.intents)


def announce_intents(signed: SignedInRun, planned: Planned, matched: Matched) -> None:
    """Log a file's events, all changes, and what was seen of records, in one transaction.

    If they are many, they're logged in pieces, so that no one waits long for the log. Nothing is
    written before all are there: if the process dies in between, the next run plans them again,
    and a file's events that are there are pending.

    Late arrivals are pending from here on, so that none is lost if it can't be written. The first
    mark is set here: from now on, an address may be done and get another record.
    """
    store, scope = signed.store, signed.scope
    stores_file = signed.request.from_file
    if stores_file and signed.found.intake.events_read > PIECE:
        store_file_events(signed.learning)
        stores_file = False
    planned.changes.intend()
    with _announcing(signed, planned):
        ledger.reopen(store, scope, matched.changed.arrived())
        if ledger.marked(store, scope, changed.STREAM) is None:
            for stream in (changed.STREAM, full_when.stream(signed.door.own_field)):
                ledger.mark(store, scope, stream, matched.at)
        if stores_file:
            store_file_events(signed.learning)
        domains.store_approval(signed.run, scope, planned.approved_domains)
    signed.journal.begin(planned.changes, planned.intents)


@contextmanager
def _announcing(
    signed: SignedInRun, planned: Planned, *, only_shown: bool = False
) -> Iterator[None]:
    """Log all changes: all but the last of the pieces before the transaction of the block."""
    store = signed.store
    # Whatever happens from here on, the numbers are in the log.
    matched, others = len(planned.matched), len(planned.others)
    signed.found.sums = partial(signed.journal.sums, matched, others)
    showing = Showing(signed.run.show, "logging", len(planned.changes))
    last: Sequence[Change] = ()
    for piece in planned.changes.pieces(PIECE):
        if last:
            with store.writing():
                _announce(signed, planned, last, only_shown=only_shown)
            showing.step(len(last))
            signed.run.stop_if_asked()
        last = piece
    with store.writing():
        yield
        if signed.found.forecast is not None:
            runs.note_forecast(store, signed.run.run_id, signed.found.forecast)
        _announce(signed, planned, last, only_shown=only_shown)
        if not only_shown:
            mass_clearings.note(store, signed.scope)


def _announce(
    signed: SignedInRun, planned: Planned, changes: Sequence[Change], *, only_shown: bool
) -> None:
    signed.journal.announce(changes)
    if not only_shown:
        cleared = planned.cleared.among([change.record_id for change in changes])
        moved = [
            planned.moved[each.record_id] for each in changes if each.record_id in planned.moved
        ]
        signed.journal.remember(changes, cleared, moved)
