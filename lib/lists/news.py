"""Reading new unsubscribes before a list is pulled (rules.md, 6.1), without disturbing a run.

What is read enters the ledger as a run's reading does. While a run of the connection is under way
it does not: that run will mark as done the addresses it looked for, and an unsubscribe that came
in between must not be among them unseen. It is then held against this one list only, and the next
reading brings it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lib.addresses import compared
from lib.errors import OptbackError, SourceError, StoreUnwritable
from lib.lists.words import since_when
from lib.sources.protocol import Reading, Source
from lib.store import leases, list_lookups, memory
from lib.store.db import Store
from lib.store.ledger import last_complete_reading
from lib.store.memory import Remembered
from lib.sync.intake import Intake, Learning, next_since, take_in
from lib.sync.knowledge import gather
from lib.sync.plan import CLEARED, plan_changes
from lib.values import Outcome, Record


@dataclass(frozen=True, slots=True)
class News:
    """What is known of unsubscribes when a list is pulled.

    `as_of` is when they were last read completely. `unstored` are addresses that this reading
    named and that are not in the ledger (yet), `domains` every whole domain to be left out.
    """

    as_of: datetime | None
    unstored: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    intake: Intake = field(default_factory=Intake)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and whom: `source` is `None` where the ledger has to do."""

    store: Store
    scope: str
    connection: str
    source: Source | None
    pull_id: str

    def learning(self, source: Source, *, waits: bool) -> Learning:
        """What reading and judging with the engine's own code needs; `waits` stores nothing."""
        return Learning(self.store, self.scope, source, self.source, self.pull_id, waits)


def learn(asking: Asking) -> News:
    """Read what is new, or say how old the knowledge is. Costs one call to JangoMail.

    Raises SourceError where nothing was ever read: then nobody is known, and everybody is in
    doubt (rules.md, 0). Raises StoreError when the log cannot be written.
    """
    store, scope = asking.store, asking.scope
    if asking.source is None:
        return _as_known(asking)
    try:
        reading = asking.source.reading(next_since(store, scope, asking.source))
        with store.writing():
            waits = leases.is_there(store, asking.connection)
            intake = take_in(asking.learning(_Read(asking.source.name, reading), waits=waits))
    except SourceError as error:
        if last_complete_reading(store, scope) is None:
            raise
        return _as_known(asking, error)
    except StoreUnwritable as error:
        if not leases.is_there(store, asking.connection):
            raise
        return _as_known(asking, error)  # a run is writing what it read, and for long
    return News(
        as_of=reading.read_at,
        unstored=intake.considered if waits else frozenset(),
        domains=list_lookups.domains(store, scope) | intake.held_domains,
        intake=intake,
        warnings=tuple(f"{one.message}. {one.remedy}" for one in intake.faults),
    )


def kept_and_settled(asking: Asking, news: News) -> Mapping[str, str]:
    """The records that may be on a list although their address unsubscribed: id and address.

    Only what a run has recorded as kept, what no mass clearing left, and where no newer
    unsubscribe can be behind what was read since (rules.md, 3.2, 3.3 and 3.5): judged by the
    engine's own plan, which asks the dated report in doubt.
    """
    store, scope = asking.store, asking.scope
    cleared_at_once = list_lookups.cleared_at_once(store, scope)
    records = [
        _as_record(one) for one in memory.kept(store, scope) if one.record_id not in cleared_at_once
    ]
    if not records:
        return {}
    source = asking.source or _Read("", Reading("report", None, store.now()))
    known = gather(asking.learning(source, waits=True), news.intake, records, {})
    return {
        one.record_id: compared(one.address)
        for one in plan_changes(records, known)
        if one.outcome is Outcome.KEPT and one.reason == CLEARED
    }


@dataclass(frozen=True, slots=True)
class _Read:
    """A source whose answer is there already, so that no transaction waits for the network."""

    name: str
    answer: Reading

    def reading(self, since: datetime | None) -> Reading:  # noqa: ARG002 - as every source
        return self.answer


def _as_known(asking: Asking, error: OptbackError | None = None) -> News:
    store, scope = asking.store, asking.scope
    as_of = last_complete_reading(store, scope)
    warnings: Sequence[str] = ()
    if error is not None:
        warnings = (f"{error.message}: {since_when(as_of, store.now())} {error.remedy}",)
    return News(as_of, domains=list_lookups.domains(store, scope), warnings=tuple(warnings))


def _as_record(one: Remembered) -> Record:
    """A kept record as a run would find it; the box of a row that came back is not ticked."""
    return Record(
        sobject=one.sobject,
        record_id=one.record_id,
        address=one.address,
        opted_out=False,
        modified_at=one.cleared_at or one.seen_at,
    )
