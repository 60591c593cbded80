"""Make small runs take the ways of large ones: temporary databases, and many pieces."""

import pytest

from lib.store.large import table, texts, values
from lib.store.ledger import events, readings, resubscribed
from lib.sync import announcement, budget, engine, estimator, intents, journal, planning

_SMALL = (
    (table, "FEW", 1),  # entries in memory
    (texts, "AT_ONCE", 2),
    (values, "AT_ONCE", 2),
    (readings, "_PIECE", 1),
    (resubscribed, "_PAGE", 2),
    (events, "_CHUNK", 2),
    (planning, "PIECE", 2),
    (announcement, "PIECE", 2),
    (journal, "_PIECE", 1),
    (engine, "_MANY", 0),
    (estimator, "_COMPARED_AT_ONCE", 2),
    (estimator, "_PUT_AT_ONCE", 2),
    (intents, "_AT_ONCE", 2),
    (budget, "_AT_ONCE", 2),
)


def take_the_ways_of_large_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, a handful of people are many."""
    for module, name, value in _SMALL:
        monkeypatch.setattr(module, name, value)
