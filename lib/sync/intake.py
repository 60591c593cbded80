"""From the source's answer to the ledger, and from the ledger to the addresses to look for.

A dry run and a file take the same way inside a transaction that is rolled back: a dry run stores
nothing, and a file's events wait for their run's intents (rules.md, 1.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.sources.protocol import Reading, Source
from lib.store import ledger, memory
from lib.store.db import Store
from lib.store.ledger import ReadingInfo, Taken
from lib.sync.request import RunRequest
from lib.values import Fault, Interval

OVERLAP = timedelta(days=2)
"""How far behind the watermark each reading starts: JangoMail's clock zone is not documented."""

REPORT_EVERY = timedelta(days=7)
"""How often the full dated report is read instead of what is new."""

_LINES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Learning:
    """Where a run learns, and for whom: the log, the scope, and the run that does it."""

    store: Store
    scope: str
    request: RunRequest
    run_id: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What a run knows once its source was read.

    `considered` are the addresses to look for in Salesforce; `held_domains` those whose records
    are looked for, to be told as held; `asked` the ledger's unsubscribes of addresses that were
    ever seen opted out (for the others the plan needs no dates).
    """

    events_read: int = 0
    considered: frozenset[str] = frozenset()
    held_domains: frozenset[str] = frozenset()
    sighted: Mapping[str, Interval] = field(default_factory=dict)
    asked: Mapping[str, Sequence[Interval]] = field(default_factory=dict)
    unreadable: int = 0
    faults: tuple[Fault, ...] = ()


def take_in(learning: Learning) -> Intake:
    """Read the run's source and say what to look for; stores the events unless they must wait.

    Raises SourceError, and then nothing of the reading is kept (rules.md, 1.4).
    """
    source = learning.request.source
    reading = source.reading(next_since(learning.store, learning.scope, source))
    waits = learning.request.dry_run or learning.request.from_file
    return _taken_in(learning, reading, source, waits=waits)


def take_dated(learning: Learning) -> Intake | None:
    """Read the dated report, which can tell when a cleared address unsubscribed; `None` without.

    Raises SourceError.
    """
    source = learning.request.dated_source
    if source is None:
        return None
    return _taken_in(learning, source.reading(None), source, waits=learning.request.dry_run)


def take_again(learning: Learning) -> None:
    """Put a file's events into the ledger, within the transaction that announces its intents.

    The source reads from the copy that was planned from, whatever became of the file meanwhile.
    """
    source = learning.request.source
    _take(learning, source.reading(None), source)


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
    learning: Learning, addresses: Iterable[str]
) -> dict[str, tuple[Interval, ...]]:
    """When each address unsubscribed, as the ledger knows it, oldest first."""
    events = ledger.events_of(learning.store, learning.scope, addresses)
    return {address: tuple(one.asked for one in found) for address, found in events.items()}


def _taken_in(learning: Learning, reading: Reading, source: Source, *, waits: bool) -> Intake:
    with learning.store.rehearsing() if waits else learning.store.writing():
        taken = _take(learning, reading, source)
        return _intake(learning, reading, taken)


def _take(learning: Learning, reading: Reading, source: Source) -> Taken:
    """Put one complete reading into the ledger, within the caller's transaction."""
    info = ReadingInfo(
        source=source.name,
        kind=reading.kind,
        since=reading.since,
        read_at=reading.read_at,
        run_id=learning.run_id,
        file_hash=reading.hash,
        file_name=reading.file_name,
    )
    return ledger.take(learning.store, learning.scope, info, reading.sightings)


def _intake(learning: Learning, reading: Reading, taken: Taken) -> Intake:
    store, scope = learning.store, learning.scope
    pending = set(ledger.pending(store, scope))
    seen = memory.of_addresses(store, scope, pending | taken.addresses)
    if reading.kind == "report":
        # It names everybody who ever asked; of those done only the cleared ones are of interest.
        named = {
            one.address
            for one in seen
            if one.cleared_at is not None
            and (sighted := taken.intervals.get(one.address)) is not None
            and sighted.not_after >= one.cleared_at
        }
    else:
        named = taken.addresses
    return Intake(
        events_read=taken.seen,
        considered=frozenset(pending | named),
        held_domains=frozenset(ledger.held_domains(store, scope)) & taken.domains,
        sighted=taken.intervals,
        asked=unsubscribes_of(learning, {one.address for one in seen}),
        unreadable=reading.unreadable_count + taken.unreadable_count,
        faults=_not_understood(reading, taken),
    )


def _not_understood(reading: Reading, taken: Taken) -> tuple[Fault, ...]:
    count = reading.unreadable_count + taken.unreadable_count
    if not count:
        return ()
    lines = [(one.line, one.text) for one in reading.unreadable] + taken.unreadable
    shown = "; ".join(
        f"line {line}: {text}" if line else text for line, text in lines[:_LINES_SHOWN]
    )
    return (
        Fault(
            code="lines_not_understood",
            message=f"{count} lines name neither an address nor a domain: {shown}",
            remedy="Look at them: a person named there is not opted out by this run.",
            count=count,
        ),
    )
