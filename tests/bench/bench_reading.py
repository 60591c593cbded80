"""How long storing a reading of 1,000,000 people holds the log, and how long another process waits.

Run it as `python tests/bench/bench_reading.py [PEOPLE]`.
"""

import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import Event, Process, Queue
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from lib.store import connection_settings, ledger
from lib.store.connection_settings import ConnectionSettings
from lib.store.db import Store
from lib.values import Reading, Sighting

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def main(people: int) -> None:
    """Store them once, with another connection that writes as often as it can."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        holds: list[float] = []
        with Store.open(home) as store:
            _note_holds(store, holds)
            done, told = Event(), Queue()
            other = Process(target=_write, args=(home, done, told))
            other.start()
            began = time.perf_counter()
            sightings = (Sighting(f"p{number}@example.org") for number in range(people))
            reading = Reading("report", None, NOW, sightings)
            ledger.take(store, "c/o", reading, source="jangomail:x", run_id="r")
            took = time.perf_counter() - began
            done.set()
            waits: list[float] = told.get()
            other.join()
    print(
        f"{people:,} people in {took:.1f} s: the log was held for {max(holds):.2f} s at most, and "
        f"another process waited for {max(waits):.2f} s at most (median of {len(waits)} writes: "
        f"{sorted(waits)[len(waits) // 2]:.2f} s)"
    )


def _note_holds(store: Store, holds: list[float]) -> None:
    writing = store.writing

    @contextmanager
    def noted() -> Any:
        if store.conn.in_transaction:
            with writing():
                yield
            return
        with writing():
            began = time.perf_counter()
            yield
        holds.append(time.perf_counter() - began)

    store.writing = noted  # type: ignore[method-assign]


def _write(home: Path, done: Any, told: Any) -> None:
    """Write a setting as often as possible, in a process of its own."""
    waits: list[float] = []
    with Store.open(home) as store:
        while not done.wait(0.05):
            began = time.perf_counter()
            connection_settings.save(store, "other", ConnectionSettings(), set_by="x")
            waits.append(time.perf_counter() - began)
    told.put(waits)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
