"""Ctrl-C and SIGTERM end a run between two batches."""

import signal
from threading import Event
from types import FrameType


def stop_on_signals() -> Event:
    """On a signal, end the run between two batches instead of in the middle of a batch.

    A second signal of the same kind ends it at once.
    """
    stop = Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
