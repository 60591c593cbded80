"""Runs whose process died. Only the holder of their connection's lease can know that."""

from datetime import timedelta

from lib.store import runs
from lib.store.db import Store
from lib.values import RunStatus

_STARTS_WITHIN = timedelta(minutes=5)
"""A run whose process hasn't started by then never will."""


def close_dead_runs(store: Store, connection: str, own: str = "") -> None:
    """Close the rows of runs whose process died; `own` is the run of the lease's holder."""
    never_began = store.now() - _STARTS_WITHIN
    for dead in runs.unfinished(store, connection):
        is_dead = dead.status == RunStatus.RUNNING or dead.started_at < never_began
        if dead.id != own and is_dead:
            runs.close_dead(store, dead.id)
