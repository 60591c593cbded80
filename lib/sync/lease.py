"""One run at a time per connection: take the lease, keep it alive, and release it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lib.errors import StoppedError
from lib.store import leases
from lib.store.db import Store


@contextmanager
def leased(store: Store, connection: str, run_id: str) -> Iterator[Callable[[], None]]:
    """Hold the connection's lease. Yields a fence that raises StoppedError once the lease is lost.

    Call the fence in the transaction that comes before a write. Raises BusyError if another run
    has the lease.
    """
    holder = secrets.token_hex(8)
    leases.take(store, connection, holder, run_id)
    beat = leases.Beat(store.home, connection, holder, clock=store.clock)
    try:
        yield lambda: _fence(store, connection, holder)
    finally:
        beat.stop()
        leases.release(store, connection, holder)


def _fence(store: Store, connection: str, holder: str) -> None:
    if not leases.held_by(store, connection, holder):
        raise StoppedError(
            "Another run took over because this run was stuck for too long",
            remedy="Nothing is lost. The other run picks up what was left.",
        )
