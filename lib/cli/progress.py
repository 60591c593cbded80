"""Progress on a terminal: the same rows of the log that the dashboard reads, on one line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from lib.errors import StoreError
from lib.store import runs
from lib.store.db import Store

_EVERY_S = 0.5
_CLEAR = "\r\033[K"


@contextmanager
def progress_shown(home: Path, connection: str, *, wanted: bool) -> Iterator[None]:
    """Show how far the connection's run is, on standard error, until the block ends."""
    if not wanted:
        yield
        return
    done = Event()
    shower = Thread(target=_show, args=(home, connection, done), daemon=True)
    shower.start()
    try:
        yield
    finally:
        done.set()
        shower.join()
        sys.stderr.write(_CLEAR)


def _show(home: Path, connection: str, done: Event) -> None:
    try:
        with Store.open(home) as store:
            while not done.wait(_EVERY_S):
                for run in runs.unfinished(store, connection):
                    total = f" of {run.phase_total:,}" if run.phase_total else ""
                    sys.stderr.write(f"{_CLEAR}{run.phase} {run.phase_done:,}{total}")
                    sys.stderr.flush()
    except StoreError:
        pass  # the run has the same problem, and reports it
