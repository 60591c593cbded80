"""How SIGTERM and Ctrl-C ask a schedule to stop."""

import signal
from threading import Event
from types import FrameType


def stop_on_signals() -> Event:
    """An event that a signal sets."""
    stop = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
