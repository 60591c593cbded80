"""How a command is stopped while it waits: pauses end, and calls in progress are cut off.

A process carries out one command, so there's one `Stop` at a time. When it's asked, no new call
begins and no pause goes on. Calls in progress may still be answered within GRACE_S; then their
connections are shut down, and calls that still wait for an answer get an error.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event, Lock, Thread
from weakref import WeakSet

from lib.errors import (
    OptbackError,
    ReadingIncomplete,
    SalesforceUnreachable,
    SourceUnreachable,
    StoppedError,
    WriteUnanswered,
)

GRACE_S = 1.0
"""A write that is answered within this time needn't be looked up later."""

_LOST = (ReadingIncomplete, SalesforceUnreachable, SourceUnreachable, WriteUnanswered)


class Stop:
    """Whether a command has been asked to stop, and the connections that its calls wait for."""

    def __init__(self) -> None:
        self._asked = Event()
        self._cut = Event()
        self._lock = Lock()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._waiting: set[Callable[[], None]] = set()

    def is_asked(self) -> bool:
        """Whether the command should end."""
        return self._asked.is_set()

    def is_cut(self) -> bool:
        """Whether no call is waited for any longer."""
        return self._cut.is_set()

    def ask(self) -> None:
        """Ask the command to end. Calls in progress are cut off after GRACE_S."""
        if not self._asked.is_set():
            self._asked.set()
            Thread(target=self._cut_later, name="stopping", daemon=True).start()

    def refuse(self) -> None:
        """Raise StoppedError if the command should end."""
        if self._asked.is_set():
            raise stopped()

    def pause(self, seconds: float) -> None:
        """Wait. Raises StoppedError as soon as the command should end."""
        if self._asked.wait(seconds):
            raise stopped()

    def keep(self, connection: socket.socket) -> None:
        """Shut this connection down when calls are cut off."""
        with self._lock:
            self._sockets.add(connection)
        if self._cut.is_set():
            _shut_down(connection)

    def connecting(self, connect: Callable[[], None], close: Callable[[], None]) -> None:
        """Connect, which can't be interrupted, so it's done in a thread that may be left behind.

        `close` is called if it connects after that. Raises what `connect` does, or StoppedError
        when calls are cut off.
        """
        ended: SimpleQueue[BaseException | None] = SimpleQueue()
        late = _Late(close)

        def go() -> None:
            try:
                connect()
            except BaseException as error:  # noqa: BLE001 - raised below, where it's waited for
                ended.put(error)
            else:
                late.connected()
                ended.put(None)

        with self._heard(lambda: ended.put(stopped())):
            Thread(target=go, name="connecting", daemon=True).start()
            error = ended.get()
        if error is not None:
            late.left_behind()
            raise error

    @contextlib.contextmanager
    def _heard(self, cut: Callable[[], None]) -> Iterator[None]:
        with self._lock:
            self._waiting.add(cut)
        if self._cut.is_set():
            cut()
        try:
            yield
        finally:
            with self._lock:
                self._waiting.discard(cut)

    def _cut_later(self) -> None:
        self._cut.wait(GRACE_S)
        self._cut.set()
        with self._lock:
            open_now, waiting = list(self._sockets), list(self._waiting)
        for connection in open_now:
            _shut_down(connection)
        for cut in waiting:
            cut()


class _Late:
    """Closes a connection that is made although no one waits for it anymore."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close
        self._lock = Lock()
        self._is_connected = self._is_left = False

    def connected(self) -> None:
        """It's connected; closed if it was left behind before."""
        with self._lock:
            self._is_connected = True
            if self._is_left:
                self._close()

    def left_behind(self) -> None:
        """No one waits for it anymore; closed if it's connected already."""
        with self._lock:
            self._is_left = True
            if self._is_connected:
                self._close()


_current = [Stop()]


def current() -> Stop:
    """The stop of the command that this process carries out."""
    return _current[-1]


@contextlib.contextmanager
def stoppable() -> Iterator[Stop]:
    """A command that can be stopped, until the block ends."""
    stop = Stop()
    _current.append(stop)
    try:
        yield stop
    finally:
        _current.remove(stop)


def pause(seconds: float) -> None:
    """Wait, unless the command is stopped. Raises StoppedError."""
    current().pause(seconds)


def stopped() -> StoppedError:
    """The error of a command that someone stopped."""
    return StoppedError(
        "Stopped before the end",
        remedy="Run it again. What was done stays done, and the next run picks up what was left.",
    )


def because_stopped(error: OptbackError) -> OptbackError:
    """The same error, unless an answer was lost only because the command was stopped."""
    if current().is_asked() and isinstance(error, _LOST):
        return stopped()
    return error


def _shut_down(connection: socket.socket) -> None:
    """Wake the thread that reads from it. A TLS socket's own method would break that reader."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
