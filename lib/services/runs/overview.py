"""The state of a connection at a glance: everything that Overview and Sync say about it.

The runs cost a few rows. The state of all people is counted over the whole ledger, so it is a
separate call: it stays the same until the log changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from lib.errors import OptbackError
from lib.services.connections.chosen import choose
from lib.services.log import Log
from lib.services.runs import dead
from lib.store import (
    connection_settings,
    connections,
    domains,
    leases,
    mass_clearings,
    memory,
    people,
    people_counts,
    run_lists,
    runs,
    undos,
)
from lib.store.connections import ConnectionState
from lib.store.domains import OnHold
from lib.store.ledger import last_complete_reading
from lib.store.mass_clearings import ClearedBox
from lib.store.memory import Remembered
from lib.store.people import RefusedRecord
from lib.store.people_counts import PeopleCounts
from lib.store.run import Run
from lib.sync import pause
from lib.values import RunStatus

_REGULAR = 3  # how many unattended runs show a rhythm


@dataclass(frozen=True, slots=True)
class Glance:
    """A connection as the log knows it; `live` is the current run, `latest` the last sync to end.

    `undo` is the newest undo of `latest`, if it was taken back.

    `is_paused`: Salesforce refused the credentials that would be used now (rules.md, 7).
    `copies_unsubscribes`: a person hasn't turned copying off, which keeps runs from writing.
    `next_expected` follows from the rhythm of unattended runs; None if there is no rhythm.
    """

    connection: str
    state: ConnectionState | None = None
    live: Run | None = None
    latest: Run | None = None
    last_good: Run | None = None
    has_read_source: bool = False  # by a run that was done, not from a file alone
    next_expected: datetime | None = None
    is_paused: bool = False
    copies_unsubscribes: bool = True
    undo: Run | None = None


@dataclass(frozen=True, slots=True)
class Everyone:
    """The state of all people who unsubscribed; `as_of` is None before the first reading."""

    as_of: datetime | None = None
    standing: PeopleCounts = field(default_factory=PeopleCounts)
    refused: tuple[RefusedRecord, ...] = ()
    in_question: tuple[Remembered, ...] = ()
    held_domains: tuple[OnHold, ...] = ()
    cleared_at_once: tuple[ClearedBox, ...] = ()

    @property
    def mailable(self) -> int:
        """People who unsubscribed and can still be emailed, as far as the log knows."""
        return self.standing.pending + self.standing.needing_hand

    @property
    def at_held_domains(self) -> int:
        """More people who can still be emailed: their whole domain is on the list, on hold."""
        return sum(domain.people for domain in self.held_domains)

    @property
    def waiting(self) -> int:
        """Those of them that the next run can opt out: Salesforce hasn't refused them."""
        return max(0, self.standing.pending - len({record.address for record in self.refused}))


def glance(log: Log, environment: Mapping[str, str], connection: str) -> Glance:
    """The state of the connection's work, from the log alone."""
    store = log.store
    latest = _latest_ended(log, connection)
    return Glance(
        connection,
        state=connections.state(store, connection),
        live=live_run(log, connection),
        latest=latest,
        last_good=run_lists.last_good(store, connection),
        has_read_source=run_lists.has_read_source(store, connection),
        next_expected=_next_expected(log, connection),
        is_paused=is_paused(log, environment, connection),
        copies_unsubscribes=connection_settings.get(store, connection).copies_unsubscribes,
        undo=undos.newest_of(store, latest.id) if latest else None,
    )


def everyone(log: Log, connection: str) -> Everyone:
    """The state of all people of the connection's org; about half a second for 100,000."""
    store = log.store
    state = connections.state(store, connection)
    if state is None or state.scope is None:
        return Everyone()
    return Everyone(
        as_of=last_complete_reading(store, state.scope),
        standing=people_counts.count(store, state.scope),
        refused=tuple(people.refused_now(store, state.scope)),
        in_question=tuple(memory.needing_hand(store, state.scope)),
        held_domains=tuple(domains.on_hold(store, state.scope)),
        cleared_at_once=tuple(mass_clearings.open_boxes(store, state.scope)),
    )


def live_run(log: Log, connection: str) -> Run | None:
    """The run in progress, no matter who started it, unless its process is gone.

    A run whose process is gone is closed, if that's certain by now.
    """
    dead.notice(log, connection)
    unfinished = runs.unfinished(log.store, connection)
    if not unfinished:
        return None
    newest = unfinished[-1]
    if leases.is_alive(log.store, connection):
        return newest
    return newest if log.store.now() - newest.beat_at < dead.SILENT else None


def is_paused(log: Log, environment: Mapping[str, str], connection: str) -> bool:
    """Whether Salesforce refused the current credentials; changed credentials end the pause."""
    state = connections.state(log.store, connection)
    if state is None or state.paused_at is None:
        return False
    try:
        login = choose(log, environment, connection).credentials.salesforce
    except OptbackError:
        return True  # they aren't known here, for example if only a script has them
    return state.pauses(pause.fingerprints(log.vault, login))


def _latest_ended(log: Log, connection: str) -> Run | None:
    """The newest sync that ended, without those that ended because another run was in progress."""
    for run in runs.latest(log.store, connection=connection, limit=20):
        if run.is_finished and not run.is_undo and run.status != RunStatus.BUSY:
            return run
    return None


def _next_expected(log: Log, connection: str) -> datetime | None:
    """When the next unattended run is due, going by the usual gap between them."""
    starts = run_lists.unattended(log.store, connection)
    if len(starts) < _REGULAR:
        return None
    gaps_s = [(later - earlier).total_seconds() for later, earlier in pairwise(starts)]
    due = starts[0] + timedelta(seconds=median(gaps_s))
    return due if due > log.store.now() else None
