"""`run --full` against a million records and 60,000 people who unsubscribed.

    python -m tests.bench.bench_full

Prints API calls, seconds, and memory of the first run, of a run that finds nothing new, and of a
full comparison that finds 100 people who were imported again and don't show as changed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.bench.race.org import Size, practice_org

ROOT = Path(__file__).resolve().parents[2]
CONTACTS, UNSUBSCRIBES, IMPORTED = 1_000_000, 60_000, 100


def main() -> None:
    """Print a line of figures for each run."""
    size = Size(contacts=CONTACTS, leads=0, addresses=UNSUBSCRIBES)
    with practice_org(size, "none") as org, tempfile.TemporaryDirectory() as home:
        environment = org.environment
        show("first run", run(environment, home, "--allow-large"))
        show("nothing new", run(environment, home))
        import_again(environment, home)
        show("full comparison", run(environment, home, "--full", "--allow-large"))


def run(environment: Mapping[str, str], home: str, *options: str) -> dict[str, Any]:
    """`sync.py run` in its own process, with its seconds and its peak memory."""
    before = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "sync.py", "run", "--json", *options, "--home", home],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    result: dict[str, Any] = json.loads(process.stdout.read())
    _, process.returncode, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    return {**result, "seconds": seconds, "memory_mb": usage.ru_maxrss / 1024}


def import_again(environment: Mapping[str, str], home: str) -> None:
    """Create Leads with addresses that were opted out."""
    history = subprocess.run(
        [sys.executable, "sync.py", "history", "--json", "--last", "9", "--home", home],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    first = json.loads(history.stdout)["runs"][-1]["run_id"]
    of_run = subprocess.run(
        [sys.executable, "sync.py", "history", "--json", "--run", first, "--home", home],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    for change in json.loads(of_run.stdout)["changes"][:IMPORTED]:
        values = {"LastName": "Again", "Company": "Fair", "Email": change["address"]}
        requests.post(
            f"{environment['SALESFORCE_LOGIN_URL']}/practice/create-record",
            json={"sobject": "Lead", "values": values},
            timeout=60,
        ).raise_for_status()


def show(name: str, result: Mapping[str, Any]) -> None:
    """A line of figures."""
    figures = {key: result[key] for key in ("status", "full", "updated", "api_calls")}
    times = {key: round(result[key], 1) for key in ("seconds", "memory_mb")}
    print(json.dumps({"run": name, **figures, **times}), flush=True)


if __name__ == "__main__":
    main()
