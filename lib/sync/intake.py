"""From the source's answer to the ledger, and from the ledger to the addresses to look for.

A dry run and a file take the same way inside a transaction that is rolled back: a dry run stores
nothing, and a file's events wait for their run's intents (rules.md, 1.6).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.sources.protocol import Reading, Source
from lib.store import ledger, memory
from lib.store.db import Store
from lib.store.ledger import ReadingInfo, Taken
from lib.sync.request import RunRequest
from lib.values import Interval

OVERLAP = timedelta(days=2)
"""How far behind the watermark each reading starts: JangoMail's clock zone is not documented."""

REPORT_EVERY = timedelta(days=7)
"""How often the full dated report is read instead of what is new."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a run knows once its source was read.

    `considered` are the addresses to look for in Salesforce; `asked` the ledger's unsubscribes of
    those that were ever seen opted out (for the others the plan needs no dates).
    """

    events_read: int = 0
    considered: frozenset[str] = frozenset()
    held_domains: frozenset[str] = frozenset()
    sighted: Mapping[str, Interval] = field(default_factory=dict)
    asked: Mapping[str, Sequence[Interval]] = field(default_factory=dict)
    unreadable: int = 0


def take_in(store: Store, scope: str, request: RunRequest, run_id: str) -> Intake:
    """Read the run's source and say what to look for; stores the events unless they must wait.

    Raises SourceError, and then nothing of the reading is kept (rules.md, 1.4).
    """
    reading = request.source.reading(next_since(store, scope, request.source))
    waits = request.dry_run or request.from_file
    with rehearsing(store) if waits else store.writing():
        taken = take(store, scope, reading, request.source, run_id)
        return _intake(store, scope, reading, taken)


def take_again(store: Store, scope: str, request: RunRequest, run_id: str) -> None:
    """Put a file's events into the ledger, within the transaction that announces its intents.

    The source reads from the copy that was planned from, whatever became of the file meanwhile.
    """
    take(store, scope, request.source.reading(None), request.source, run_id)


def take_dated(store: Store, scope: str, request: RunRequest, run_id: str) -> Intake | None:
    """Read the dated report, which can tell when a cleared address unsubscribed; `None` without."""
    source = request.dated_source
    if source is None:
        return None
    reading = source.reading(None)
    with rehearsing(store) if request.dry_run else store.writing():
        taken = take(store, scope, reading, source, run_id)
        return _intake(store, scope, reading, taken)


def take(store: Store, scope: str, reading: Reading, source: Source, run_id: str) -> Taken:
    """Put one complete reading into the ledger, within the caller's transaction."""
    info = ReadingInfo(
        source=source.name,
        kind=reading.kind,
        since=reading.since,
        read_at=reading.read_at,
        run_id=run_id,
        file_hash=reading.hash,
        file_name=reading.file_name,
    )
    return ledger.take(store, scope, info, reading.sightings)


def next_since(store: Store, scope: str, source: Source) -> datetime | None:
    """From when on the source is asked; `None` asks for the whole dated report.

    A mark that lies in the future was set by a clock that has been put right since: nobody knows
    how much of the time before it was really read.
    """
    now = store.now()
    mark = ledger.watermark(store, scope, source.name)
    report = ledger.last_report(store, scope, source.name)
    if mark is None or report is None or mark > now or report > now:
        return None
    if now - report >= REPORT_EVERY:
        return None
    return mark - OVERLAP


def unsubscribes_of(
    store: Store, scope: str, addresses: Iterable[str]
) -> dict[str, tuple[Interval, ...]]:
    """When each address unsubscribed, as the ledger knows it, oldest first."""
    events = ledger.events_of(store, scope, addresses)
    return {address: tuple(one.asked for one in found) for address, found in events.items()}


@contextmanager
def rehearsing(store: Store) -> Iterator[None]:
    """A transaction that is always rolled back: everything is worked out, nothing stays."""
    try:
        with store.writing():
            yield
            raise _RolledBackError
    except _RolledBackError:
        pass


class _RolledBackError(Exception):
    """Ends a rehearsal; never leaves this file."""


def _intake(store: Store, scope: str, reading: Reading, taken: Taken) -> Intake:
    considered = set(ledger.pending(store, scope))
    if reading.kind != "report":
        considered.update(taken.addresses)
    of_interest = considered | set(taken.addresses) if reading.kind == "report" else considered
    ever_seen = {one.address for one in memory.of_addresses(store, scope, of_interest)}
    return Intake(
        events_read=taken.seen,
        considered=frozenset(considered),
        held_domains=frozenset(ledger.held_domains(store, scope)),
        sighted=taken.intervals,
        asked=unsubscribes_of(store, scope, ever_seen),
        unreadable=reading.unreadable_count + taken.unreadable_count,
    )
