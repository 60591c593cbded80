"""The cost of a page load with a long log: 100,000 changes in 1,000 runs over a year.

    python -m tests.bench.bench_pages

Median seconds of five visits, compared with an empty page with a title in the same process. The
first visit to History counts the figures; later visits find them in the cache until the log
changes. The goal: a few times as long as the empty page.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.store import changes, connections, ledger, memory, runs
from lib.store.db import Store
from lib.values import Change, Interval, Org, Outcome, Reading, RunResult, Sighting

ROOT = Path(__file__).resolve().parents[2]
SHELL = str(ROOT / "lib" / "ui" / "shell.py")
RUNS = 1_000
RECORDS = 100  # of each run
VISITS = 5
NAME = "default"
ORG = Org("00D000000000001EAA", "Bench", "production", "bench@example.org")

_moment = datetime.now(UTC) - timedelta(days=360)


def main() -> None:
    """Print the figures as one line."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["OPTBACK_HOME"] = str(home)
        last = fill(home)
        bare = median_s(bare_page)
        figures = {"changes": RUNS * RECORDS, "bare_s": round(bare, 3)}
        for name, query in pages(last):
            first = timed(lambda name=name, query=query: visit(name, query))
            later = median_s(lambda name=name, query=query: visit(name, query))
            label = f"{name}_{'_'.join(query)}".rstrip("_")
            figures[f"{label}_first_s"] = round(first, 3)
            figures[f"{label}_s"] = round(later, 3)
            figures[f"{label}_ratio"] = round(later / bare, 1)
            st.cache_data.clear()
    print(json.dumps(figures))


def pages(last: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The pages that read the log, including the longest period and a run."""
    yield "overview", {}
    yield "synchronise", {}
    yield "history", {}
    yield "history", {"period": "1 year"}
    yield "history", {"run": last}


def visit(page: str, query: dict[str, str]) -> None:
    """A first visit to a page, as in a new browser session."""
    at = AppTest.from_file(SHELL, default_timeout=120)
    at.query_params.update({"connection": NAME, **query})
    at.switch_page(str(ROOT / "pages" / f"{page}.py"))
    at.run()
    assert not at.exception, at.exception


def bare_page() -> None:
    """A page with only a title."""
    AppTest.from_string("import streamlit as st\nst.title('Bare')", default_timeout=120).run()


def median_s(work: Callable[[], None]) -> float:
    """Median seconds of several tries."""
    return statistics.median(timed(work) for _ in range(VISITS))


def timed(work: Callable[[], None]) -> float:
    """Seconds of a single try."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(home: Path) -> str:
    """Make a log of a year in the folder. Returns the id of its last run."""
    with Store.open(home, clock=lambda: _moment) as store:
        scope = connections.remember_org(store, NAME, ORG, "https://bench.example.org")
        run_id = ""
        for number in range(RUNS):
            run_id = add_run(store, scope, number)
    return run_id


def add_run(store: Store, scope: str, number: int) -> str:
    """A run of that year: most records opted out, some refused again and again."""
    global _moment
    run_id = runs.start(
        store, connection=NAME, started_by="cron", dry_run=False, source="jangomail"
    )
    runs.set_scope(store, run_id, scope, ORG)
    people = [f"person{number * RECORDS + place}@example.org" for place in range(RECORDS)]
    with store.writing():
        asked = Interval(_moment - timedelta(hours=5), _moment - timedelta(hours=4))
        info = Reading(
            "report", None, _moment, iter([Sighting(each, "x", asked) for each in people])
        )
        ledger.take(store, scope, info, source="jangomail:bench@host", run_id=run_id)
        planned = [change(number, place, each) for place, each in enumerate(people)]
        changes.announce(store, run_id, scope, planned)
        _moment += timedelta(minutes=1)
        outcomes = [Outcome.FAILED if place < 2 else Outcome.UPDATED for place in range(RECORDS)]
        codes = ["UNABLE_TO_LOCK_ROW" if place < 2 else None for place in range(RECORDS)]
        ids = [intent.record_id for intent in planned]
        answers = zip(ids, outcomes, codes, codes, strict=True)
        changes.settle(store, run_id, answers)
        ledger.settle(store, scope, people[2:])
        seen = [(done.sobject, done.record_id, done.address) for done in planned[2:]]
        memory.seen_opted_out(store, scope, run_id, seen)
    runs.finish(store, run_id, result(run_id))
    _moment += timedelta(hours=8.6)
    return run_id


def change(number: int, place: int, address: str) -> Change:
    """A planned change. The first two of each run are for the same records."""
    key = place if place < 2 else number * RECORDS + place
    return Change("Contact", f"003{key:015d}", address, Outcome.PENDING)


def result(run_id: str) -> RunResult:
    """The result of such a run."""
    return RunResult(
        run_id=run_id,
        connection=NAME,
        status="partial",
        events_read=RECORDS,
        addresses=RECORDS,
        records=RECORDS,
        updated=RECORDS - 2,
        failed=2,
        api_calls=5,
        duration_s=60.0,
    )


if __name__ == "__main__":
    main()
