"""What the ledger says of the people in a reading that isn't kept: found out piece by piece.

Each piece is in the ledger only within a transaction that is rolled back.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from lib.store import domains, ledger, memory
from lib.store.db import Store
from lib.store.domains import DomainEntry
from lib.store.large import LargeMap, LargeSet, all_intervals
from lib.sync.after_undo import AfterUndo, after_undo
from lib.values import Interval


@dataclass(slots=True)
class Noticed:
    """What was seen so far; `listed` are the domains. See Intake for the rest."""

    store: Store
    scope: str
    of_file: bool
    pending: LargeSet = field(default_factory=LargeSet)
    asked: LargeMap[tuple[Interval, ...]] = field(default_factory=all_intervals)
    undone: dict[str, AfterUndo] = field(default_factory=dict)
    listed: dict[str, DomainEntry] = field(default_factory=dict)

    def look(self, entries: Set[str]) -> None:
        """Look at some entries, in the transaction in which their events are in the ledger."""
        store, scope = self.store, self.scope
        if not self.of_file:
            self.pending.add(ledger.pending_among(store, scope, entries))
        seen = {record.address for record in memory.of_addresses(store, scope, entries)}
        names = {entry for entry in entries if "@" not in entry}
        if names:
            listed = domains.entries(store, scope)
            self.listed.update({each.domain: each for each in listed if each.domain in names})
        self.asked.put(unsubscribes(store, scope, seen | names).items())
        self.undone.update(after_undo(store, scope, entries, self._approved()))

    def _approved(self) -> frozenset[str]:
        return frozenset(domains.approved(self.store, self.scope))


def unsubscribes(
    store: Store, scope: str, addresses: Iterable[str]
) -> dict[str, tuple[Interval, ...]]:
    """When each address unsubscribed according to the ledger, oldest first.

    Those that were taken off the source's list don't count anymore (rules.md, 1.5).
    """
    events = ledger.events_of(store, scope, addresses)
    counting = {
        address: tuple(event.asked for event in found if event.counts)
        for address, found in events.items()
    }
    return {address: asked for address, asked in counting.items() if asked}


def together(pending: Set[str], named: Set[str]) -> Set[str]:
    """All of these addresses. Isn't a copy if the one has nothing that the other hasn't."""
    if not pending:
        return named
    more = LargeSet(address for address in named if address not in pending)
    if not more:
        return pending
    more.add(pending)
    return more
