"""From the source's answer to the ledger, and from the ledger to the addresses to look for.

A dry run and a file take the same way inside a transaction that is rolled back: a dry run stores
nothing, and a file's events wait for their run's intents (rules.md, 1.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.sources.protocol import Source, quoted
from lib.store import ledger, memory
from lib.store.db import Store
from lib.store.ledger import Taken
from lib.sync.request import RunRequest
from lib.values import Fault, Interval, Reading
from lib.words import DATES_NOT_UNDERSTOOD, NOT_UNDERSTOOD

OVERLAP = timedelta(days=2)
"""How far behind the watermark each reading starts: JangoMail's clock zone is not documented."""

REPORT_EVERY = timedelta(days=7)
"""How often the full dated report is read instead of what is new."""

# Behind each: one line, and several.
_FILE_WORDS = (
    (
        "{count} line wasn't understood",
        "Check this line in the file. If it names someone, correct the address and use the file "
        "again: this run doesn't opt them out.",
    ),
    (
        "{count} lines weren't understood",
        "Check these lines in the file. If they name anyone, correct the addresses and use the "
        "file again: this run doesn't opt them out.",
    ),
)
_LIST_WORDS = (
    (
        "{count} entry of the unsubscribe list wasn't understood",
        "Check this entry in JangoMail: nobody is opted out for it.",
    ),
    (
        "{count} entries of the unsubscribe list weren't understood",
        "Check these entries in JangoMail: nobody is opted out for them.",
    ),
)


@dataclass(frozen=True, slots=True)
class Learning:
    """What learning about unsubscribes needs, for a run and for a list alike.

    `dated_source` gives the dated report when a cleared box can be judged only by it. `reader` is
    the ID of the run or pull that reads. With `waits`, the events don't enter the ledger now.
    """

    store: Store
    scope: str
    source: Source
    dated_source: Source | None
    reader: str
    waits: bool

    @classmethod
    def of_run(cls, store: Store, scope: str, request: RunRequest, run_id: str) -> "Learning":
        """What a run needs: a preview stores no events, and a file's events wait for their run."""
        waits = request.dry_run or request.from_file
        return cls(store, scope, request.source, request.dated_source, run_id, waits)


@dataclass(frozen=True, slots=True)
class Intake:
    """What a run knows once its source was read.

    `considered` are the addresses to look for in Salesforce; `held_domains` those whose records
    are looked for, to be told as held; `asked` the ledger's unsubscribes of addresses that were
    ever seen opted out (for the others the plan needs no dates). A file's run considers the people
    of its file and nobody else (rules.md, 1.8). `left_out` and `who_asked` are the reading's own.
    """

    events_read: int = 0
    considered: frozenset[str] = frozenset()
    held_domains: frozenset[str] = frozenset()
    sighted: Mapping[str, Interval] = field(default_factory=dict)
    asked: Mapping[str, Sequence[Interval]] = field(default_factory=dict)
    unreadable: int = 0
    left_out: int | None = None
    who_asked: str | None = None
    faults: tuple[Fault, ...] = ()


def take_in(learning: Learning) -> Intake:
    """Read the run's source and say what to look for; stores the events unless they must wait.

    Raises SourceError, and then nothing of the reading is kept (rules.md, 1.4).
    """
    source = learning.source
    reading = source.reading(next_since(learning.store, learning.scope, source))
    return _taken_in(learning, reading, source)


def take_dated(learning: Learning) -> Intake | None:
    """Read the dated report, which can tell when a cleared address unsubscribed; `None` without.

    A file's run only looks at it: what JangoMail says is for the next run without a file to take.
    Raises SourceError.
    """
    source = learning.dated_source
    return None if source is None else _taken_in(learning, source.reading(None), source)


def take_again(learning: Learning) -> None:
    """Put a file's events into the ledger, within the transaction that announces its intents.

    The source reads from the copy that was planned from, whatever became of the file meanwhile.
    """
    _take(learning, learning.source.reading(None), learning.source)


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


def _taken_in(learning: Learning, reading: Reading, source: Source) -> Intake:
    with learning.store.rehearsing() if learning.waits else learning.store.writing():
        taken = _take(learning, reading, source)
        return _intake(learning, reading, taken)


def _take(learning: Learning, reading: Reading, source: Source) -> Taken:
    """Put one complete reading into the ledger, within the caller's transaction."""
    return ledger.take(
        learning.store, learning.scope, reading, source=source.name, run_id=learning.reader
    )


def _intake(learning: Learning, reading: Reading, taken: Taken) -> Intake:
    store, scope = learning.store, learning.scope
    pending = set() if reading.kind == "file" else set(ledger.pending(store, scope))
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
        unreadable=reading.unreadable_count,
        left_out=reading.left_out,
        who_asked=reading.who_asked,
        faults=(*_not_understood(reading), *_undated(reading)),
    )


def _not_understood(reading: Reading) -> tuple[Fault, ...]:
    count = reading.unreadable_count
    if not count:
        return ()
    words = _FILE_WORDS if reading.kind == "file" else _LIST_WORDS
    message, remedy = words[min(count, 2) - 1]
    return (
        Fault(
            code=NOT_UNDERSTOOD,
            message=f"{message.format(count=f'{count:,}')}: {quoted(reading.unreadable)}",
            remedy=remedy,
            count=count,
        ),
    )


def _undated(reading: Reading) -> tuple[Fault, ...]:
    """Dates of a file that nobody can read: the people count, and when they asked stays open."""
    if reading.about_dates is None:
        return ()
    return (
        Fault(
            code=DATES_NOT_UNDERSTOOD,
            message=reading.about_dates,
            remedy="These people count all the same. If someone has cleared one of their boxes in "
            "Salesforce, it stays cleared: write the dates as 2026-11-25 and take the file again.",
            count=reading.dates_unread,
        ),
    )
