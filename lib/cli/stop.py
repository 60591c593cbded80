"""Ctrl-C and SIGTERM stop a command within two seconds, also while it waits for an answer."""

import contextlib
import os
import signal
from collections.abc import Iterator
from threading import Thread
from types import FrameType

from lib import stopping
from lib.stopping import Stop

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """In this block, a signal asks the command to end. A second one later ends it at once.

    The signal is heard by a thread, because the main thread may be waiting where Python doesn't
    run, such as for a lock of the log.
    """
    with stopping.stoppable() as stop:
        heard, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        Thread(target=_listen, args=(heard, stop), name="signals", daemon=True).start()

        def again(number: int, _frame: FrameType | None) -> None:
            if stop.is_cut():
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        handlers = [(number, signal.signal(number, again)) for number in _SIGNALS]
        before = signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        try:
            yield stop
        finally:
            signal.set_wakeup_fd(before)
            for number, handler in handlers:
                signal.signal(number, handler)
            os.close(wakeup)  # ends the thread, which closes its own end


def _listen(heard: int, stop: Stop) -> None:
    while numbers := os.read(heard, 16):
        if any(number in _SIGNALS for number in numbers):
            stop.ask()
    os.close(heard)
