"""One run at a time per connection, across processes: a row that its holder keeps renewing.

It doesn't use a pid (a dead child can still look alive) or only the wall clock (someone can set
it). A newcomer watches whether the row's beat still counts up, by a clock that only goes forward.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Self

from lib import stopping
from lib.clock import Clock, to_text, utc_now
from lib.errors import BusyError, StoreUnwritable
from lib.store.db import Store

SILENCE_S = 6.0  # a holder whose beat hasn't changed for this long is dead

_BEAT_S = 1.0
_LOOK_S = 0.5
_SLOW_LOOK_S = 1.0  # a look that takes longer had to wait for a writer, and so did the holder

Sign = tuple[str, int]
"""Who has the lease, and their beat."""

_FIND = "select holder, beat from lease where connection = :connection"
_TAKE = """
    insert into lease (connection, holder, run_id, beat, taken_at, expires_at)
    values (:connection, :holder, :run_id, 0, :now, :expires_at)
    on conflict (connection) do update
    set holder = excluded.holder, run_id = excluded.run_id, beat = beat + 1,
        taken_at = excluded.taken_at, expires_at = excluded.expires_at
"""
_RENEW = """
    update lease
    set beat = beat + 1, expires_at = :expires_at
    where connection = :connection and holder = :holder
"""
_RELEASE = "delete from lease where connection = :connection and holder = :holder"
_IS_THERE = "select 1 from lease where connection = :connection"
_ALIVE = "select 1 from lease where connection = :connection and expires_at > :now"


def take(
    store: Store,
    connection: str,
    holder: str,
    run_id: str,
    *,
    wait: Callable[[float], object] = stopping.pause,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Make `holder` the only process that works on the connection.

    A free lease is taken at once. If another process has it, its beat is watched: raises BusyError
    when the beat changes, and takes the lease when it hasn't changed for SILENCE_S.
    """
    watched: Sign | None = None
    silent_since = 0.0
    while True:
        asked = monotonic()
        dead = watched if asked - silent_since >= SILENCE_S else None
        sign = _take_unless_held(store, connection, holder, run_id, dead)
        if sign is None:
            return
        if watched is not None and sign != watched:
            raise _busy(connection)
        if watched is None or monotonic() - asked > _SLOW_LOOK_S:
            silent_since = monotonic()
        watched = sign
        wait(_LOOK_S)


def sign_of(store: Store, connection: str) -> Sign | None:
    """The last sign of life of the lease's holder; None if no one has it."""
    row = store.first_row(_FIND, {"connection": connection})
    return (str(row["holder"]), int(row["beat"])) if row else None


def take_over(store: Store, connection: str, holder: str, dead: Sign | None) -> bool:
    """Take a free lease, or one whose holder gave this sign long ago and none since."""
    return _take_unless_held(store, connection, holder, "", dead) is None


def held_by(store: Store, connection: str, holder: str) -> bool:
    """Renew the lease. Returns whether it still belongs to the holder.

    Inside the holder's own transaction this is a safeguard: a long transaction also renews the
    lease when it commits, and after a take-over the holder can't commit anything.
    """
    parameters = {"connection": connection, "holder": holder, "expires_at": _expiry(store)}
    return store.execute(_RENEW, parameters) == 1


def release(store: Store, connection: str, holder: str) -> None:
    """Give the lease back, if it still belongs to the holder."""
    store.execute(_RELEASE, {"connection": connection, "holder": holder})


def is_there(store: Store, connection: str) -> bool:
    """Whether anyone has the lease, even a holder that has gone silent and may come back."""
    return store.first_row(_IS_THERE, {"connection": connection}) is not None


def is_alive(store: Store, connection: str) -> bool:
    """Whether the lease was renewed recently, by the wall clock. Only for showing it on a page."""
    parameters = {"connection": connection, "now": to_text(store.now())}
    return store.first_row(_ALIVE, parameters) is not None


class Beat:
    """Renews a lease every second, in a thread with its own connection to the log.

    `lost` becomes true when another holder has the lease. If the log can't be written for a while,
    the thread keeps trying.
    """

    def __init__(self, home: Path, connection: str, holder: str, *, clock: Clock = utc_now) -> None:
        self._home = home
        self._connection = connection
        self._holder = holder
        self._clock = clock
        self._stopped = Event()
        self._lost = Event()
        self._thread = Thread(target=self._go_on, name=f"lease {connection}", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> bool:
        """Whether another holder has the lease now."""
        return self._lost.is_set()

    def stop(self) -> None:
        """End the thread. The lease stays until it is released or taken over."""
        self._stopped.set()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _go_on(self) -> None:
        while not self._stopped.wait(_BEAT_S):
            try:
                with Store.open(self._home, clock=self._clock) as store:
                    self._renew_while_held(store)
                return
            except StoreUnwritable:
                continue

    def _renew_while_held(self, store: Store) -> None:
        while True:
            if not held_by(store, self._connection, self._holder):
                self._lost.set()
                return
            if self._stopped.wait(_BEAT_S):
                return


def _take_unless_held(
    store: Store, connection: str, holder: str, run_id: str, dead: Sign | None
) -> Sign | None:
    """None if the lease is ours now, else its holder's last sign of life."""
    with store.writing():
        row = store.first_row(_FIND, {"connection": connection})
        if row is not None and row["holder"] != holder:
            sign = (str(row["holder"]), int(row["beat"]))
            if sign != dead:
                return sign
        parameters = {
            "connection": connection,
            "holder": holder,
            "run_id": run_id,
            "now": to_text(store.now()),
            "expires_at": _expiry(store),
        }
        store.execute(_TAKE, parameters)
    return None


def _expiry(store: Store) -> str:
    return to_text(store.now() + timedelta(seconds=SILENCE_S))


def _busy(connection: str) -> BusyError:
    return BusyError(
        f"Another run of the connection {connection} is in progress",
        remedy="Wait until it ends. History shows how far along it is.",
    )
