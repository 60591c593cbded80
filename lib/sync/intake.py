"""Read a source into the ledger, and get the addresses to look for from the ledger.

For a dry run or a file, this happens in transactions that are rolled back. A dry run stores
nothing, and a file's events wait until their run announces its changes (rules.md, 1.6).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.sources.protocol import Source, quoted
from lib.store import domains, ledger, memory
from lib.store.db import Store
from lib.store.domains import Verdict
from lib.store.large import LargeSet
from lib.store.ledger import Taken
from lib.store.sql_values import chunks
from lib.sync.after_undo import AfterUndo
from lib.sync.noticed import Noticed, together, unsubscribes
from lib.sync.request import RunRequest
from lib.sync.showing import Show, Showing, show_nothing
from lib.values import Fault, Interval, Reading
from lib.words import DATES_NOT_UNDERSTOOD, LIST_SHRANK, NOT_UNDERSTOOD

OVERLAP = timedelta(days=2)
"""Each reading starts this long before the watermark: JangoMail doesn't document its time zone."""

_AT_ONCE = 5_000  # remembered records

REPORT_EVERY = timedelta(days=7)
"""How often the whole dated report is read instead of only what's new."""

# The message and the remedy, for one line and for several.
_FILE_WORDS = (
    (
        "{count} line wasn't understood",
        "Check this line in the file. If it names someone, correct the address and use the file "
        "again. This run doesn't opt them out.",
    ),
    (
        "{count} lines weren't understood",
        "Check these lines in the file. If they name anyone, correct the addresses and use the "
        "file again. This run doesn't opt them out.",
    ),
)
_LIST_WORDS = (
    (
        "{count} entry of the unsubscribe list wasn't understood",
        "Check this entry in JangoMail. No one is opted out because of it.",
    ),
    (
        "{count} entries of the unsubscribe list weren't understood",
        "Check these entries in JangoMail. No one is opted out because of them.",
    ),
)


@dataclass(frozen=True, slots=True)
class Learning:
    """What a run or a list needs to find out who unsubscribed.

    `dated_source` has the dated report, which is read only if nothing else can settle a cleared
    box. `reader` is the ID of the run or pull that reads. With `waits`, the events don't go into
    the ledger yet. `approving` is a domain that counts as approved from this run on. `show` gets
    the progress.
    """

    store: Store
    scope: str
    source: Source
    dated_source: Source | None
    reader: str
    waits: bool
    approving: str | None = None
    show: Show = show_nothing

    @classmethod
    def of_run(
        cls, store: Store, scope: str, request: RunRequest, run_id: str, show: Show = show_nothing
    ) -> "Learning":
        """For a run. A preview stores no events, and a file's events wait for their run."""
        waits = request.dry_run or request.from_file
        dated, approving = request.dated_source, request.approve_domain
        return cls(store, scope, request.source, dated, run_id, waits, approving, show)


@dataclass(frozen=True, slots=True)
class Intake:
    """What a run knows once it has read its source.

    `considered` are the addresses to look for in Salesforce, and `pending` those of them that no
    run has finished; the others are named again or have a late arrival. `held_domains` are the
    domains in this reading whose records are shown as on hold, `approved_domains` all that are
    approved, and `named_domains` those newly named. `asked` has the ledger's unsubscribes of
    approved domains. If the events wait, it also has those of the addresses in this reading that
    were ever seen opted out, and `undone` the records with these addresses that an undo left
    mailable: the ledger doesn't show them afterward. A run with a file considers only the people
    in the file (rules.md, 1.8). `left_out` and `who_asked` come from
    the reading. `resubscribed` are the entries that this report no longer has (rules.md, 1.5).
    """

    events_read: int = 0
    considered: Set[str] = frozenset()
    pending: Set[str] = frozenset()
    held_domains: frozenset[str] = frozenset()
    approved_domains: frozenset[str] = frozenset()
    named_domains: frozenset[str] = frozenset()
    sighted: Mapping[str, Interval] = field(default_factory=dict)
    asked: Mapping[str, Sequence[Interval]] = field(default_factory=dict)
    undone: Mapping[str, AfterUndo] = field(default_factory=dict)
    unreadable: int = 0
    left_out: int | None = None
    who_asked: str | None = None
    resubscribed: Set[str] = frozenset()
    faults: tuple[Fault, ...] = ()


def read_source(learning: Learning, *, in_full: bool = False) -> Intake:
    """Read the source and return what to look for. Stores the events unless they must wait.

    `in_full` asks for the whole dated report. Raises SourceError; then nothing of the reading is
    kept (rules.md, 1.4).
    """
    source = learning.source
    since = None if in_full else next_since(learning.store, learning.scope, source)
    return take_in(learning, source.reading(since))


def take_in(learning: Learning, reading: Reading) -> Intake:
    """What to look for, from a complete reading of the source. As `read_source` for the rest."""
    return _read_into_ledger(learning, reading, learning.source)


def read_dated_report(learning: Learning) -> Intake | None:
    """Read the dated report, which shows when an address unsubscribed. `None` if there is none.

    A run with a file stores nothing from it. The next run without a file does that.
    Raises SourceError.
    """
    source = learning.dated_source
    return None if source is None else _read_into_ledger(learning, source.reading(None), source)


def store_file_events(learning: Learning) -> None:
    """Put a file's events into the ledger, in the transaction that announces the changes.

    The source reads the copy that the plan was made from, even if the file has changed since then.
    """
    _take(learning, learning.source.reading(None), learning.source)


def next_since(store: Store, scope: str, source: Source) -> datetime | None:
    """The time to read the source from. `None` means the whole dated report.

    A mark in the future comes from a clock that was wrong, so it doesn't show what was really read.
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
    """When each address unsubscribed according to the ledger, oldest first.

    Those that were taken off the source's list don't count anymore (rules.md, 1.5).
    """
    return unsubscribes(learning.store, learning.scope, addresses)


def _read_into_ledger(learning: Learning, reading: Reading, source: Source) -> Intake:
    noticed = Noticed(learning.store, learning.scope, reading.kind == "file")
    looking = noticed.look if learning.waits else ledger.look_at_nothing
    taken = _take(learning, reading, source, rehearsed=learning.waits, looking=looking)
    return _intake(learning, reading, taken, noticed)


def _take(
    learning: Learning,
    reading: Reading,
    source: Source,
    *,
    rehearsed: bool = False,
    looking: Callable[[Set[str]], None] = ledger.look_at_nothing,
) -> Taken:
    """Put a complete reading into the ledger."""
    reading.sightings = Showing(learning.show, "reading").over(reading.sightings)
    return ledger.take(
        learning.store,
        learning.scope,
        reading,
        source=source.name,
        run_id=learning.reader,
        rehearsed=rehearsed,
        looking=looking,
        going_on=Showing(learning.show, "storing").to,
    )


def _intake(learning: Learning, reading: Reading, taken: Taken, noticed: Noticed) -> Intake:
    pending = _pending(learning, reading, taken, noticed)
    named = _cleared(learning, taken) if reading.kind == "report" else taken.addresses
    held, approved = _domains(learning, taken, noticed)
    noticed.asked.put(unsubscribes_of(learning, approved - noticed.listed.keys()).items())
    return Intake(
        events_read=taken.seen,
        considered=together(pending, named),
        pending=pending,
        held_domains=held & taken.domains,
        approved_domains=approved,
        named_domains=frozenset() if reading.kind == "report" else frozenset(taken.domains),
        sighted=taken.intervals,
        asked=noticed.asked,
        undone=noticed.undone,
        unreadable=reading.unreadable_count,
        left_out=reading.left_out,
        who_asked=reading.who_asked,
        faults=(*_not_understood(reading), *_undated(reading), *_vanished(taken)),
        resubscribed=taken.resubscribed,
    )


def _pending(learning: Learning, reading: Reading, taken: Taken, noticed: Noticed) -> LargeSet:
    """The addresses that no run has finished, as the ledger is with this reading."""
    pending = LargeSet()
    if reading.kind != "file":
        gone = taken.resubscribed if learning.waits else frozenset[str]()
        for page in ledger.all_pending(learning.store, learning.scope):
            pending.add(page if not gone else (each for each in page if each not in gone))
        pending.add(noticed.pending)
    return pending


def _cleared(learning: Learning, taken: Taken) -> set[str]:
    """Those named by a report that may have asked again since a box was cleared.

    A report names everyone who ever asked. Of those already done, only these matter.
    """
    found: set[str] = set()
    for records in chunks(memory.all_cleared(learning.store, learning.scope), _AT_ONCE):
        sighted = taken.intervals.among({record.address for record in records})
        found.update(
            record.address
            for record in records
            if (asked := sighted.get(record.address)) is not None
            and record.cleared_at is not None
            and asked.not_after >= record.cleared_at
        )
    return found


def _domains(
    learning: Learning, taken: Taken, noticed: Noticed
) -> tuple[frozenset[str], frozenset[str]]:
    """The domains on hold, and those that are approved, as the ledger is with this reading."""
    gone = taken.resubscribed if learning.waits else frozenset[str]()
    known = domains.entries(learning.store, learning.scope)
    listed = {entry.domain: entry for entry in known if entry.domain not in gone}
    listed.update(noticed.listed)
    approved = {name for name, entry in listed.items() if entry.verdict is Verdict.APPROVED}
    held = {name for name, entry in listed.items() if entry.verdict is None}
    approving = {name for name in listed if name == learning.approving}
    return frozenset(held - approving), frozenset(approved | approving)


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


def _vanished(taken: Taken) -> tuple[Fault, ...]:
    """Many entries that are missing at once are more likely a mistake than people's wishes."""
    if not taken.vanished:
        return ()
    return (
        Fault(
            code=LIST_SHRANK,
            message=f"{taken.vanished:,} entries that were on JangoMail's unsubscribe list are "
            "missing from it at once",
            remedy="No one was made mailable because of that. Check the list in JangoMail. If "
            "it's wrong, put them back.",
            count=taken.vanished,
        ),
    )


def _undated(reading: Reading) -> tuple[Fault, ...]:
    """Dates in a file that can't be read. The people still count, but not when they asked."""
    if reading.about_dates is None:
        return ()
    return (
        Fault(
            code=DATES_NOT_UNDERSTOOD,
            message=reading.about_dates,
            remedy="These people still count. If someone has cleared Email Opt Out on one of "
            "their records in Salesforce, it stays cleared. To change that, write the dates as "
            "2026-11-25 and use the file again.",
            count=reading.dates_unread,
        ),
    )
