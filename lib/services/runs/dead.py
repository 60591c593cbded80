"""Runs and undos whose process died are closed as soon as someone looks, not by the next run.

The lease says whether a process is alive (lib/store/leases.py). A command watches it for a few
seconds; a page can't wait, so a later look at the page compares.
"""

import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from lib.errors import BusyError, StoreError
from lib.services.log import Log
from lib.store import leases, runs
from lib.store.leases import Sign
from lib.sync.dead_runs import close_dead_runs
from lib.sync.lease import leased

SILENT = timedelta(seconds=30)
"""A run without a lease that wrote nothing for this long is dead, or never started."""

_seen: dict[tuple[Path, str], tuple[Sign | None, float]] = {}


def seems_dead(log: Log, connection: str) -> bool:
    """Whether a run of the connection is unfinished and silent, by the wall clock."""
    unfinished = runs.unfinished(log.store, connection)
    return any(
        log.store.now() - run.beat_at >= SILENT for run in unfinished
    ) and not leases.is_alive(log.store, connection)


def close(log: Log, connection: str) -> None:
    """Close the connection's runs whose process died, unless another run is in progress.

    Watches the lease of a process that seems dead for some seconds.
    """
    with suppress(BusyError), leased(log.store, connection, ""):
        close_dead_runs(log.store, connection)


def close_all_silent(log: Log, names: list[str]) -> None:
    """Close dead runs of these connections, for a command that shows them."""
    with suppress(StoreError):  # a log that can't be written can still be read
        for name in names:
            if seems_dead(log, name):
                close(log, name)


def notice(log: Log, connection: str) -> bool:
    """Close dead runs, if their lease is as it was at a look some seconds ago; whether it did."""
    if not seems_dead(log, connection):
        return False
    key, sign = (log.store.home, connection), leases.sign_of(log.store, connection)
    before, since = _seen.setdefault(key, (sign, time.monotonic()))
    if before != sign:
        _seen[key] = (sign, time.monotonic())
        return False
    if sign is not None and time.monotonic() - since < leases.SILENCE_S:
        return False
    with suppress(StoreError):
        return _closed(log, connection, sign)
    return False


def _closed(log: Log, connection: str, sign: Sign | None) -> bool:
    holder = secrets.token_hex(8)
    if not leases.take_over(log.store, connection, holder, sign):
        return False
    try:
        close_dead_runs(log.store, connection)
    finally:
        leases.release(log.store, connection, holder)
    return True
