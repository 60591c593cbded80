"""Reading new unsubscribes before a list is pulled (rules.md, 6.1), without disturbing a run.

New unsubscribes go into the ledger, as with a run. But not while a run of the connection is under
way: that run marks the addresses it looked for as done, and must not mark an unsubscribe it hasn't
seen. In that case they count for this list only, and the next reading brings them again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lib.addresses import compared
from lib.errors import OptbackError, SourceError, StoreUnwritable
from lib.lists.words import since_when
from lib.sources.protocol import Source
from lib.store import domains, leases, mass_clearings, memory
from lib.store.db import Store
from lib.store.ledger import last_complete_reading
from lib.store.memory import Remembered
from lib.sync.intake import Intake, Learning, next_since, read_source
from lib.sync.knowledge import gather
from lib.sync.plan import CLEARED, plan_changes
from lib.values import Outcome, Reading, Record


@dataclass(frozen=True, slots=True)
class News:
    """What is known about unsubscribes when a list is pulled.

    `as_of` is when they were last read completely. `unstored` are addresses that this reading
    named and that aren't in the ledger yet. `domains` are all whole domains to leave out, on hold
    or approved.
    """

    as_of: datetime | None
    unstored: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    intake: Intake = field(default_factory=Intake)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListContext:
    """Where a list looks for unsubscribes; `source` is `None` if it uses only the ledger."""

    store: Store
    scope: str
    connection: str
    source: Source | None
    pull_id: str

    def learning(self, source: Source, *, waits: bool) -> Learning:
        """What reading and judging with the engine's own code needs; `waits` stores nothing."""
        return Learning(self.store, self.scope, source, self.source, self.pull_id, waits)


def learn(context: ListContext) -> News:
    """Read what is new, or warn how old the known unsubscribes are. Costs one JangoMail call.

    Raises SourceError if nothing was ever read, because then everyone is in doubt (rules.md, 0).
    Raises StoreError when the log can't be written.
    """
    store, scope = context.store, context.scope
    if context.source is None:
        return _as_known(context)
    try:
        reading = context.source.reading(next_since(store, scope, context.source))
        with store.writing():
            waits = leases.is_there(store, context.connection)
            intake = read_source(
                context.learning(_AlreadyRead(context.source.name, reading), waits=waits)
            )
    except SourceError as error:
        if last_complete_reading(store, scope) is None:
            raise
        return _as_known(context, error)
    except StoreUnwritable as error:
        if not leases.is_there(store, context.connection):
            raise
        return _as_known(context, error)  # a run is writing what it read, and takes long
    return News(
        as_of=reading.read_at,
        unstored=frozenset(intake.considered) if waits else frozenset(),
        domains=domains.left_out_of_lists(store, scope) | intake.held_domains,
        intake=intake,
        warnings=tuple(f"{fault.message}. {fault.remedy}" for fault in intake.faults),
    )


def kept_and_settled(context: ListContext, news: News) -> Mapping[str, str]:
    """The records that may be on a list although their address unsubscribed: ID and address.

    These are records that a run noted as kept, that weren't cleared in a mass clearing, and whose
    address has no newer unsubscribe (rules.md, 3.2, 3.3 and 3.5). A person account has the ID of
    its Contact too. The engine's own plan decides
    that. In doubt it reads the dated report.
    """
    store, scope = context.store, context.scope
    in_question = mass_clearings.ids_in_question(store, scope)
    records = [
        _as_record(remembered)
        for remembered in memory.kept(store, scope)
        if remembered.record_id not in in_question
    ]
    if not records:
        return {}
    source = context.source or _AlreadyRead("", Reading("report", None, store.now()))
    known = gather(context.learning(source, waits=True), news.intake, records, {})
    return {
        record_id: compared(change.address)
        for change in plan_changes(records, known)
        if change.outcome is Outcome.KEPT and change.reason == CLEARED
        for record_id in (change.record_id, change.contact_id)
        if record_id
    }


@dataclass(frozen=True, slots=True)
class _AlreadyRead:
    """A source that was already read, so that no transaction waits for the network."""

    name: str
    answer: Reading

    def reading(self, since: datetime | None) -> Reading:  # noqa: ARG002 - as every source
        return self.answer


def _as_known(context: ListContext, error: OptbackError | None = None) -> News:
    store, scope = context.store, context.scope
    as_of = last_complete_reading(store, scope)
    warnings: Sequence[str] = ()
    if error is not None:
        warnings = (f"{error.message}: {since_when(as_of, store.now())} {error.remedy}",)
    return News(
        as_of,
        domains=domains.left_out_of_lists(store, scope),
        intake=Intake(approved_domains=frozenset(domains.approved(store, scope))),
        warnings=tuple(warnings),
    )


def _as_record(remembered: Remembered) -> Record:
    """A kept record as a run would find it: its box isn't ticked."""
    return Record(
        sobject=remembered.sobject,
        record_id=remembered.record_id,
        address=remembered.address,
        opted_out=False,
        modified_at=remembered.cleared_at or remembered.seen_at,
        contact_id=remembered.contact_id,
    )
