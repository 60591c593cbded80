"""Storing a source's answer in the ledger, or only checking what is new in it."""

import time
from collections.abc import Callable, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from lib import stopping
from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.ledger.events import known_of, store_events
from lib.store.ledger.file_sightings import note_named
from lib.store.ledger.resubscribed import look_for_missing, mark_missing
from lib.store.ledger.sorting import MARGIN, Sorting, Taken
from lib.store.ledger.staged import Entries, Staged
from lib.store.sql_values import moment, text_of
from lib.values import Reading

_PIECE = 2_000
"""Sightings stored in one transaction: on a slow computer, it takes a few tenths of a second."""
_REST_EVERY_S = 0.5
_REST_S = 0.12
"""Someone who waits for the log looks every tenth of a second whether it's free."""

Looking = Callable[[Set[str]], None]


def look_at_nothing(_entries: Set[str]) -> None:
    """Nothing more is to be found out about these entries."""


_COVERING = """
    select max(read_at) as read_at from reading
    where scope = :scope and source = :source and read_at <= :read_at
      and (kind = 'report' or (kind = 'since' and since <= :earliest))
"""
_LAST_REPORT = """
    select max(read_at) as read_at from reading
    where scope = :scope and source = :source and kind = 'report'
"""
_LAST_COMPLETE = """
    select max(read_at) as read_at from reading
    where scope = :scope and kind <> 'file'
"""
_READ_BY = """
    select source, max(read_at) as read_at from reading
    where scope = :scope and run_id = :run_id
    group by source
    order by max(read_at) desc
    limit 1
"""
_WAS_READ = "select 1 from reading where scope = :scope limit 1"
_KNOWN_FILE = "select 1 from reading where scope = :scope and file_hash = :file_hash limit 1"
_KEEP = """
    insert into reading (scope, source, kind, since, read_at, run_id, file_hash, file_name,
        seen, new_events)
    values (:scope, :source, :kind, :since, :read_at, :run_id, :file_hash, :file_name,
        :seen, :new_events)
"""
_MARK = """
    insert into watermark (scope, stream, moment) values (:scope, :stream, :moment)
    on conflict (scope, stream) do update set moment = max(moment, excluded.moment)
"""
_FORGET_OTHERS = """
    delete from watermark
    where scope = :scope and stream <> :stream and (stream = :kind or stream like :kind || ':%')
"""
_MARKED = "select moment from watermark where scope = :scope and stream = :stream"


def show_nothing(_done: int, _total: int) -> None:
    """No one looks."""


def take(
    store: Store,
    scope: str,
    reading: Reading,
    *,
    source: str,
    run_id: str,
    rehearsed: bool = False,
    looking: Looking = look_at_nothing,
    going_on: Callable[[int, int], None] = show_nothing,
) -> Taken:
    """Store an answer's events, the reading and the source's new watermark.

    Each piece of it is a transaction of its own, so that no one waits long for the log, unless the
    caller has opened one. The reading and the watermark are in the last one. If that's never
    reached, the events so far stay, which are true, and the next reading begins where this one did.
    Lines without an address are counted in the reading. If reading the sightings fails, nothing is
    stored. A million sightings take about a minute.

    `rehearsed`: every piece is rolled back again. `looking` is called in each transaction with the
    entries of that piece, whose events are all in the ledger then. `going_on` is called between two
    pieces with the sightings so far, and all of them. Raises StoppedError between two pieces.
    """
    sorting = Sorting(
        scope=scope,
        source=source,
        run_id=run_id,
        reading=reading,
        covering=_covering(store, scope, source, reading),
        is_known_file=_knows_file(store, scope, reading),
    )
    with Staged(sorting.entries_of(reading.sightings)) as staged:
        _Taking(store, sorting, looking, going_on, rehearsed).go(staged)
    return sorting.taken


@dataclass(slots=True)
class _Taking:
    """An answer that goes into the ledger piece by piece."""

    store: Store
    sorting: Sorting
    looking: Looking
    going_on: Callable[[int, int], None]
    rehearsed: bool
    rested: float = field(default_factory=time.monotonic)

    def go(self, staged: Staged) -> None:
        last: Entries = []
        done = 0
        for piece in staged.pieces(_PIECE):
            if last:
                with self._transaction():
                    self._take(last)
                done += len(last)
                self.going_on(done, self.sorting.taken.seen)
            self._rest()
            last = piece
        self._look_for_missing({entry for entry, _ in last})
        with self._transaction():
            self._take(last)
            if not self.rehearsed:
                _finish(self.store, self.sorting)

    def _transaction(self) -> AbstractContextManager[None]:
        return self.store.rehearsing() if self.rehearsed else self.store.writing()

    def _take(self, entries: Entries) -> None:
        """Store the events of some sightings, in the caller's transaction."""
        store, sorting = self.store, self.sorting
        names = {entry for entry, _ in entries}
        known_events = known_of(store, sorting.scope, sorting.source, names)
        stored = store_events(store, sorting.sort(entries, known_events))
        if sorting.reading.kind == "file":
            named = zip(stored, sorting.named, strict=True)
            note_named(store, sorting.run_id, named, sorting.reading.read_at)
        self.looking(names)

    def _look_for_missing(self, named_last: Set[str]) -> None:
        """Mark what an earlier report had and this one doesn't have (rules.md, 1.5)."""
        sorting, read_at = self.sorting, self.sorting.reading.read_at
        if sorting.reading.kind != "report":
            return
        if last_report(self.store, sorting.scope, sorting.source) is None:
            return
        look_for_missing(
            self.store, sorting.scope, sorting.source, read_at, sorting.taken, named_last
        )
        for entries in sorting.taken.resubscribed.pieces(_PIECE):
            with self._transaction():
                mark_missing(self.store, sorting.scope, sorting.source, read_at, entries)
            self._rest()

    def _rest(self) -> None:
        """Now and then, others get their turn. Raises StoppedError."""
        stopping.current().refuse()
        if not self.store.is_writing and time.monotonic() - self.rested > _REST_EVERY_S:
            stopping.pause(_REST_S)
            self.rested = time.monotonic()


def _finish(store: Store, sorting: Sorting) -> None:
    """Store the reading and the watermark, in the transaction that stores the last events."""
    _keep(store, sorting)
    if sorting.reading.kind != "file":
        mark(store, sorting.scope, _stream_of(sorting.source), sorting.reading.read_at)


def last_report(store: Store, scope: str, source: str) -> datetime | None:
    """When a source last answered with its full list; None if never."""
    return moment(store.only_row(_LAST_REPORT, {"scope": scope, "source": source})["read_at"])


def last_complete_reading(store: Store, scope: str) -> datetime | None:
    """When a source last answered completely. Files don't count: they don't name everyone.

    Every statement about all people shows this time (rules.md, 8).
    """
    return moment(store.only_row(_LAST_COMPLETE, {"scope": scope})["read_at"])


def was_read(store: Store, scope: str) -> bool:
    """Whether anything was ever read into this ledger to its end."""
    return store.first_row(_WAS_READ, {"scope": scope}) is not None


def read_by(store: Store, scope: str, run_id: str) -> tuple[str, datetime] | None:
    """The source that a run read completely, and when it last did; None if it read none."""
    row = store.first_row(_READ_BY, {"scope": scope, "run_id": run_id})
    return (row["source"], from_text(row["read_at"])) if row else None


def watermark(store: Store, scope: str, source: str) -> datetime | None:
    """When a source was last read completely; None if never."""
    return marked(store, scope, _stream_of(source))


def mark(store: Store, scope: str, stream: str, at: datetime) -> None:
    """Note that a stream was read up to a moment. A mark never moves back."""
    parameters = {"scope": scope, "stream": stream, "moment": to_text(at)}
    with store.writing():
        store.execute(_MARK, parameters)


def mark_alone(store: Store, scope: str, stream: str, at: datetime) -> None:
    """Like `mark`; streams of the same kind (`full`, `full:No_Mail__c`) count as never read."""
    kind = stream.partition(":")[0]
    with store.writing():
        store.execute(_FORGET_OTHERS, {"scope": scope, "stream": stream, "kind": kind})
        mark(store, scope, stream, at)


def marked(store: Store, scope: str, stream: str) -> datetime | None:
    """How far a stream was read; None if never. Streams: sources, Salesforce's SystemModstamp."""
    row = store.first_row(_MARKED, {"scope": scope, "stream": stream})
    return from_text(row["moment"]) if row else None


def _stream_of(source: str) -> str:
    """The name of a source's stream."""
    return f"source:{source}"


def _covering(store: Store, scope: str, source: str, reading: Reading) -> datetime | None:
    """When an earlier answer was read that covers everything this answer covers."""
    if reading.kind == "file":
        return None
    parameters = {
        "scope": scope,
        "source": source,
        "read_at": to_text(reading.read_at),
        "earliest": text_of(reading.since - MARGIN if reading.since else None),
    }
    return moment(store.only_row(_COVERING, parameters)["read_at"])


def _knows_file(store: Store, scope: str, reading: Reading) -> bool:
    parameters = {"scope": scope, "file_hash": reading.file_hash}
    return reading.file_hash is not None and store.first_row(_KNOWN_FILE, parameters) is not None


def _keep(store: Store, sorting: Sorting) -> None:
    reading = sorting.reading
    row = {
        "scope": sorting.scope,
        "source": sorting.source,
        "kind": reading.kind,
        "since": text_of(reading.since),
        "read_at": to_text(reading.read_at),
        "run_id": sorting.run_id,
        "file_hash": reading.file_hash,
        "file_name": reading.file_name,
        "seen": sorting.taken.seen,
        "new_events": sorting.taken.new_events,
    }
    store.execute(_KEEP, row)
