"""The addresses of a reading before the ledger has it, to ask for their records meanwhile.

If it turns out otherwise, the step that matches asks again: that costs calls, and never changes
what is found.
"""

from collections.abc import Set
from dataclasses import dataclass

from lib.store import ledger
from lib.store.db import Store
from lib.values import Reading

MOST = 40_000
"""Sightings; for more of them, the ledger isn't what a run waits for."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The addresses to look for, and how many of them no run has finished."""

    addresses: Set[str] = frozenset()
    pending: int = 0


def of_reading(store: Store, scope: str, reading: Reading) -> Foreseen:
    """What to look for once this is in the ledger; nothing if that can't be told.

    Of a report, the ledger alone tells which addresses are new, unless it's the first reading.
    Raises what reading it raises.
    """
    if reading.kind == "report" and ledger.was_read(store, scope):
        return Foreseen()
    sightings = reading.few(MOST)
    if sightings is None or ledger.count_pending(store, scope) > MOST:
        return Foreseen()
    entries = (ledger.entry_of(sighting.entry) for sighting in sightings)
    named = frozenset(entry for entry in entries if "@" in entry)
    if reading.kind == "file":
        return Foreseen(named)  # a run with a file isn't about the others who wait
    waiting = frozenset(ledger.pending(store, scope))
    known = ledger.unsubscribed_by(store, scope, named - waiting)
    return Foreseen(named | waiting, len(named | waiting) - len(known))
