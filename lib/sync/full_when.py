"""When a run compares everything (full.py), and the marks of earlier searches in Salesforce."""

from datetime import timedelta

from lib.fields import OptOutField
from lib.store import ledger, runs
from lib.store.db import Store
from lib.sync.request import RunRequest

CHANGES = "salesforce"
"""Where the search for changed records is marked."""
_STREAM = "full"
_TRIED = "full:tried"
_TRIED_AGAIN_AFTER = timedelta(days=1)
_EARLY = timedelta(hours=2)
"""Daily runs don't start at the same second every day."""


def stream(own: OptOutField | None) -> str:
    """Where full comparisons are marked: with another opt-out field, none counts as done."""
    if own is None:
        return _STREAM
    return f"{_STREAM}:{own.setting.lower()}"


def is_wanted(store: Store, scope: str, request: RunRequest) -> bool:
    """Whether this run compares everything, not only what's new.

    While copying is off, it's only on request: such runs would do it again each time.
    """
    if request.full or request.from_file or request.copying_off:
        return request.full
    return is_due(store, scope, request.full_every, request.own_field)


def is_due(
    store: Store, scope: str, every: timedelta | None, own: OptOutField | None = None
) -> bool:
    """Whether a run is to compare everything although no one asked for it; `None` means never.

    The first run of a connection looks for every address anyway. What a preview or a stopped run
    found by comparing everything, the run after it has to find again.
    """
    if runs.only_planned_in_full(store, scope):
        return True
    if every is None or ledger.marked(store, scope, CHANGES) is None:
        return False
    now = store.now()
    tried = ledger.marked(store, scope, _TRIED)
    if tried is not None and abs(now - tried) < _TRIED_AGAIN_AFTER:
        return False
    last = ledger.marked(store, scope, stream(own))
    return last is None or now - last >= every - _EARLY


def note_unfinished(store: Store, scope: str) -> None:
    """Salesforce refused it. Runs don't try again before a day has passed."""
    ledger.mark(store, scope, _TRIED, store.now())
