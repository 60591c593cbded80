"""The cost of a page load with a long log: 1,000,000 changes in 1,000 runs over a year.

    python -m tests.bench.bench_pages             makes the log in a temporary folder first
    python -m tests.bench.bench_pages HOME        makes it there, or uses what is there

There are 200 saved lists, each pulled once. Median seconds of three visits, compared with an empty
page with a title in the same process. The first visit to History counts the figures; later visits
find them in the cache until the log changes. The goal: the whole page in less than a second, and
so its first heading too. "cpu" is the first visit's CPU time, for when the computer is busy.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lib.store import (
    changes,
    connections,
    ledger,
    lists,
    memory,
    people_counts,
    pull_rows,
    pulls,
    runs,
)
from lib.store.db import Store
from lib.values import Change, Interval, Org, Outcome, Reading, RunResult, Sighting

ROOT = Path(__file__).resolve().parents[2]
SHELL = str(ROOT / "lib" / "ui" / "shell.py")
RUNS = 1_000
RECORDS = 1_000  # of each run
LISTS, ON_LIST = 200, 500
VISITS = 3
NAME = "default"
ORG = Org("00D000000000001EAA", "Bench", "production", "bench@example.org")

_moment = datetime.now(UTC) - timedelta(days=360)


def main() -> None:
    """Print the figures, a line for each page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[1] if sys.argv[1:] else f"{folder}/home")
        os.environ["OPTBACK_HOME"] = str(home)
        last = last_run(home) if home.exists() else fill(home)
        bare = median_s(bare_page)
        print(json.dumps({"changes": RUNS * RECORDS, "bare_s": round(bare, 3)}), flush=True)
        for name, query in pages(last):
            cpu = time.process_time()
            first = timed(lambda name=name, query=query: visit(name, query))
            cpu = time.process_time() - cpu
            later = median_s(lambda name=name, query=query: visit(name, query))
            figures = {"first_s": first, "cpu_s": cpu, "later_s": later, "ratio": later / bare}
            rounded = {key: round(value, 2) for key, value in figures.items()}
            print(json.dumps({"page": " ".join([name, *query.values()]), **rounded}), flush=True)
            st.cache_data.clear()


def last_run(home: Path) -> str:
    """The newest run of a log that's there."""
    with Store.open(home) as store:
        return runs.latest(store, limit=1)[0].id


def pages(last: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The pages that read the log, including the longest period and a run."""
    yield "overview", {}
    yield "sync", {}
    yield "lists", {}
    yield "connection", {}
    yield "history", {}
    yield "history", {"period": "1 year"}
    yield "history", {"run": last}


def visit(page: str, query: dict[str, str]) -> AppTest:
    """A first visit to the page with this address, as in a new browser session."""
    at = AppTest.from_file(SHELL, default_timeout=120)
    at.query_params.update({"connection": NAME, **query})
    # Before the first run, switch_page takes the name of the page's file for its address.
    at._page_hash = calc_hash(page)
    at.run()
    assert not at.exception, at.exception
    return at


def bare_page() -> None:
    """A page with only a title."""
    AppTest.from_string("import streamlit as st\nst.title('Bare')", default_timeout=120).run()


def median_s(work: Callable[[], object]) -> float:
    """Median seconds of several tries."""
    return statistics.median(timed(work) for _ in range(VISITS))


def timed(work: Callable[[], object]) -> float:
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
            if number % (RUNS // LISTS) == 0:
                add_list(store, scope, number)
    return run_id


def add_list(store: Store, scope: str, number: int) -> None:
    """A saved list with a pull; some of its people unsubscribe later."""
    soql = "SELECT Id, Email FROM Contact"
    list_id = lists.save(store, NAME, f"List {number:04}", soql, options={}, by="bench")
    pull_id = pulls.start(
        store, connection=NAME, soql=soql, options={}, pulled_by="bench", list_id=list_id
    )
    pulls.set_scope(store, pull_id, scope)
    later = (number + 3) * RECORDS
    rows = [
        pull_rows.PullRow(place + 1, "Contact", f"003{place:015d}", address, address)
        for place, address in enumerate(
            f"person{later + each}@example.org" for each in range(ON_LIST)
        )
    ]
    with store.writing():
        pull_rows.add(store, pull_id, rows)
        pulls.finish(store, pull_id, pulls.PullNumbers(rows=len(rows)), file=f"{pull_id}.csv")


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
    people_counts.keep(store, run_id)
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
