"""A run for 100 and for 5,000 addresses against 20,000 records, compared with a naive script.

    python -m tests.bench.bench_run

Prints API calls, seconds and memory of `sync.py run`, the same for a loop with a query per address
and an update per record (a script written in an afternoon), and the ratios. The practice org serves
both from its own process.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.errors import SalesforceError
from lib.salesforce.door import Door
from lib.settings import credentials_from
from lib.sources.jangomail.source import JangoMail

ROOT = Path(__file__).resolve().parents[2]
CONTACTS, LEADS = 13_000, 7_000
NAIVE_SAMPLE = 100
"""The naive loop is timed for this many addresses; calls and seconds grow in proportion."""


def main() -> None:
    """Print a line of figures for each size."""
    for count in (100, 5_000):
        print(json.dumps({"addresses": count, **measured(count)}))


def measured(count: int) -> dict[str, float]:
    """Figures of our run and of the naive loop, each on a new org with the same seed."""
    with PracticeOrg(count) as environment, tempfile.TemporaryDirectory() as home:
        ours = run(environment, home)
    with PracticeOrg(count) as environment:
        naive = naive_loop(environment, min(count, NAIVE_SAMPLE))
    scale = ours["addresses"] / naive["addresses"]
    naive_calls, naive_s = naive["calls"] * scale, naive["seconds"] * scale
    return {
        "updated": ours["updated"],
        "api_calls": ours["api_calls"],
        "seconds": round(ours["seconds"], 2),
        "memory_mb": round(ours["memory_mb"]),
        "naive_calls": round(naive_calls),
        "naive_seconds": round(naive_s, 1),
        "times_fewer_calls": round(naive_calls / ours["api_calls"], 1),
        "times_faster": round(naive_s / ours["seconds"], 1),
    }


class PracticeOrg:
    """A practice org in its own process, for the length of a block."""

    def __init__(self, unsubscribes: int) -> None:
        numbers = {"contacts": CONTACTS, "leads": LEADS, "unsubscribes": unsubscribes}
        options = [part for name, value in numbers.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [sys.executable, "sync.py", "practice", "--json", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> dict[str, str]:
        assert self._process.stdout
        return {**os.environ, **json.loads(self._process.stdout.readline())}

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def run(environment: Mapping[str, str], home: str) -> dict[str, float]:
    """`sync.py run` in its own process, with its peak memory."""
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "sync.py", "run", "--json", "--allow-large", "--home", home],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - before
    memory_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    result: dict[str, Any] = json.loads(done.stdout)
    return {**result, "seconds": seconds, "memory_mb": memory_kb / 1024}


def naive_loop(environment: Mapping[str, str], count: int) -> dict[str, float]:
    """A query per address and sObject, an update per record, with plain simple-salesforce."""
    credentials = credentials_from(environment)
    door = Door.open(credentials.salesforce)
    sightings = JangoMail(credentials.jangomail).reading(None).sightings
    addresses = sorted({sighting.entry.strip() for sighting in sightings})[:count]
    before = time.perf_counter()
    for address in addresses:
        for sobject in ("Contact", "Lead"):
            quoted = address.replace("\\", "\\\\").replace("'", "\\'")
            soql = f"SELECT Id FROM {sobject} WHERE Email = '{quoted}'"
            for row in door.get("query", {"q": soql})["records"]:
                path = f"sobjects/{sobject}/{row['Id']}"
                try:
                    door.patch(path, {"HasOptedOutOfEmail": True})
                except SalesforceError as error:  # the naive script goes on after a refused record
                    print(error, file=sys.stderr)
    seconds = time.perf_counter() - before
    return {"addresses": len(addresses), "calls": door.calls, "seconds": seconds}


if __name__ == "__main__":
    main()
