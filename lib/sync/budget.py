"""API calls are a budget: how many a run will take, and what fits below the cap (rules.md, 4.5)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from operator import itemgetter

from lib.addresses import domain_of
from lib.call_words import forecast
from lib.errors import CallCapReached
from lib.salesforce import costs
from lib.salesforce.call_guard import cap_reached
from lib.salesforce.costs import Writing
from lib.salesforce.door import Door
from lib.store import call_log, ledger, runs
from lib.store.db import Store
from lib.store.sql_values import chunks
from lib.sync.findings import OpenRun
from lib.sync.intents import Intents
from lib.sync.intents import counts as counts_of
from lib.sync.operations import Doing
from lib.sync.request import Request, UndoRequest
from lib.sync.signed_in import SignedInRun
from lib.sync.ways import way
from lib.values import Change, Fault, Forecast, Outcome, RunStatus
from lib.words import by_count

COLLECTIONS = "collections"
_AT_ONCE = 5_000  # intents looked up
_MANY = 1_000
"""Records from which on Bulk jobs are worth a thought."""
_FAR = 0.5  # of the cap; the calls asked ahead can't pass it from there
_SCARCE = "With more calls, it would pass the cap, so each call has as many records as it may."
_LEAST = 2
"""Calls that the smallest useful run still takes: a search and a write."""


def keep_below(run: OpenRun[Request], door: Door) -> None:
    """From now on, no call of the run passes its cap."""
    cap, known = run.request.call_cap, runs.last_usage(run.store, run.request.connection)
    is_far = known is not None and known[0] < cap.calls_a_day(known[1]) * _FAR
    door.keep_below(cap, may_be_near=not is_far)


def has_room(door: Door) -> bool:
    """Whether at least the smallest run fits below the cap; its search may have been sent ahead."""
    allowed, sent_ahead = _allowed(door), door.calls - door.calls_needed
    return allowed is None or allowed + sent_ahead >= _LEAST


def refuse_without_room(door: Door) -> None:
    """Raise CallCapReached if not even the smallest run fits below the cap."""
    if not has_room(door) and door.usage and door.cap:
        raise cap_reached(door.cap, door.calls, door.usage)


def note_forecast(signed: SignedInRun, writable: Mapping[str, int]) -> None:
    """Estimate what the run takes, before its first write; no call is made for it.

    `writable` counts the records to write by sObject.
    """
    signed.found.forecast = found = forecast_of(signed.store, signed.scope, signed.door, writable)
    for sentence in forecast(found, _moment):
        signed.run.hooks.report(sentence)


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def note_forecast_of_undo(
    run: OpenRun[UndoRequest], scope: str, door: Door, planned: Sequence[Change]
) -> None:
    """The same for an undo, in the caller's transaction. `planned` may be intents, too."""
    open_ones = (Outcome.PLANNED, Outcome.PENDING)
    writable = Counter(each.sobject for each in planned if each.outcome in open_ones)
    run.found.forecast = found = forecast_of(run.store, scope, door, writable)
    runs.note_forecast(run.store, run.run_id, found)
    for sentence in forecast(found, _moment, of_undo=True):
        run.hooks.report(sentence)


def forecast_of(store: Store, scope: str, door: Door, writable: Mapping[str, int]) -> Forecast:
    """Calls so far, and those to write this many records of each sObject."""
    room, records = _allowed(door), sum(writable.values())
    to_come = costs.writing(writable, room).cost(writable).calls
    used, limit = door.usage or (None, None)
    return Forecast(
        so_far=door.calls,
        to_come=to_come,
        records=records,
        fits=records if room is None else costs.most_records(room, writable),
        used=used,
        limit=limit,
        allowed=room,
        frees_at=None if used is None else _frees_at(store, scope, to_come - (room or 0)),
    )


def _frees_at(store: Store, scope: str, missing: int) -> datetime:
    """About when the missing calls come back, or the first ones if none are missing."""
    now = store.now()
    made = call_log.within_window(store, scope, now)
    return call_log.frees_at(made, max(1, missing), now)


def most_overdue(signed: SignedInRun, intents: Intents) -> Intents:
    """The intents that fit below the cap: the longest overdue ones."""
    found = signed.found.forecast
    if found is None or len(intents) <= found.fits:
        return intents
    waiting = (
        since for some in chunks(intents, _AT_ONCE) for since in _overdue_since(signed, some)
    )
    longest = nsmallest(found.fits, waiting, key=itemgetter(0))
    return intents.only({record_id for _, record_id in longest})


def note_waiting(signed: SignedInRun, waiting: int) -> None:
    """The run is partly done: these records wait for the next one."""
    if waiting and signed.door.cap and signed.door.usage:
        error = cap_reached(signed.door.cap, signed.door.calls, signed.door.usage)
        signed.found.status = signed.found.status or RunStatus.PARTIAL
        signed.found.faults.append(_waiting(waiting, error))


def note_reached(run: OpenRun[Request]) -> RunStatus:
    """How a run ends at the cap. What was read is kept, except of a preview or a file.

    A file whose changes aren't in the log yet has to be used again.
    """
    found = run.found
    found.is_cut_short = not found.is_announced
    if found.is_announced:
        return RunStatus.PARTIAL
    is_kept = found.is_read and not (run.request.dry_run or run.request.from_file)
    return RunStatus.PARTIAL if is_kept else RunStatus.FAILED


def _overdue_since(
    signed: SignedInRun, intents: Sequence[Change]
) -> Iterable[tuple[datetime, str]]:
    """Since when each record waits: its person's first unsubscribe, or the record's arrival."""
    store, scope, now = signed.store, signed.scope, signed.store.now()
    addresses = {change.address for change in intents}
    asked = ledger.unsubscribed_by(store, scope, addresses)
    domains = {domain_of(address) for address in addresses - asked.keys()}
    of_domain = {
        event.entry: event.asked.not_after
        for events in ledger.events_of(store, scope, domains).values()
        for event in reversed(events)
    }

    def since(change: Change) -> datetime:
        if change.arrival is not None:
            return change.arrival.at
        return asked.get(change.address) or of_domain.get(domain_of(change.address), now)

    return ((since(change), change.record_id) for change in intents)


def _allowed(door: Door) -> int | None:
    """The calls that the cap leaves to this run; None: Salesforce doesn't say."""
    if door.usage is None or door.cap is None:
        return None
    used, limit = door.usage
    return door.cap.left(door.calls, used, limit)


def _waiting(count: int, error: CallCapReached) -> Fault:
    waits = by_count(
        count,
        "",
        "1 record waits for the next run",
        "{n} records wait for the next run",
    )
    return Fault(error.code, f"{waits}. {error.message}", error.remedy, count)


def way_if_all_fit(
    signed: SignedInRun, doing: Doing, writable: Mapping[str, int]
) -> Writing | None:
    """How the planned changes are written, if all of them fit below the cap.

    `writable` counts them by sObject.
    """
    found = signed.found.forecast
    if found is None or sum(writable.values()) > found.fits:
        return None
    return _way(signed, doing, writable)


def way_to_write(signed: SignedInRun, doing: Doing, changes: Collection[Change]) -> Writing:
    """How the records are written (writes.py); its estimate and those of others are noted."""
    return _way(signed, doing, counts_of(changes))


def _way(signed: SignedInRun, doing: Doing, counts: Mapping[str, int]) -> Writing:
    chosen = costs.writing(counts, _allowed(signed.door))
    if counts:
        _note_way(doing, counts, chosen)
    return chosen


def best_way(door: Door, changes: Collection[Change]) -> Writing:
    """How to write these records; in the fewest calls if others would pass the cap."""
    return costs.writing(counts_of(changes), _allowed(door))


def _note_way(doing: Doing, counts: Mapping[str, int], chosen: Writing) -> None:
    ways = {COLLECTIONS: frozenset[str]()}
    if sum(counts.values()) >= _MANY:
        ways |= {"bulk_jobs": frozenset(counts), "bulk_and_calls": chosen.in_bulk}
    name = next((name for name, in_jobs in ways.items() if in_jobs == chosen.in_bulk), COLLECTIONS)
    differ = [each for each in ways if each != "bulk_and_calls" or each == name]
    estimates = {each: Writing(ways[each], chosen.packed).cost(counts) for each in differ}
    why = _SCARCE if chosen.packed else ""
    doing.decide(name, why, [way(each, estimates[each]) for each in differ])
