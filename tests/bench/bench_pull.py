"""Pulling a list, compared with just downloading the same rows and with query_all into pandas.

    python -m tests.bench.bench_pull            a million Contacts, on a practice org
    python -m tests.bench.bench_pull 100000     fewer

Each way runs in its own process, so that memory is measured separately. The goal: under 150 MB, and
at most 1.2 times the time of the bare download, which makes the same Bulk job and writes its pages
to a file as they come. The pages come at the pace of a real org: a recorded Bulk query brought
740,003 rows in 21 seconds. The script also prints the figures without that limit: then the server
is as fast as this computer, and all work on a row shows. The seconds of CPU are those of the
process, and the only figures that mean something on a computer that is busy. The unsubscribes were
read before, as on every day but the first.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import requests

from lib.settings import SalesforceLogin
from tests.bench.race.org import Size, practice_org

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 1_000_000
PAGE_ROWS = 50_000
ROWS_A_SECOND = 35_000
QUERY = "SELECT Id, FirstName, LastName, Email, Phone, MailingCity FROM Contact"
GUARDED = f"{QUERY} WHERE HasOptedOutOfEmail = false"


def _door() -> Any:
    from lib.salesforce.door import Door

    return Door.open(
        SalesforceLogin(
            login_url=os.environ["SALESFORCE_LOGIN_URL"],
            username=os.environ["SALESFORCE_USERNAME"],
            password=os.environ["SALESFORCE_PASSWORD"],
            security_token=os.environ["SALESFORCE_SECURITY_TOKEN"],
        )
    )


def bare(out: str) -> None:
    """The Bulk job and its pages, without reading them."""
    with _door() as door:
        job = {"operation": "query", "query": GUARDED, "contentType": "CSV"}
        path = f"jobs/query/{door.ask('jobs/query', job)['id']}"
        while door.get(path)["state"] != "JobComplete":
            time.sleep(0.5)
        with Path(out).open("wb") as file, tempfile.TemporaryFile() as page:
            locator = ""
            while locator != "null":
                params = {"maxRecords": str(PAGE_ROWS), **({"locator": locator} if locator else {})}
                headers = door.download(f"{path}/results", page, params)
                page.seek(0)
                while piece := page.read(1 << 20):
                    file.write(piece)
                locator = headers.get("Sforce-Locator", "null")
        door.delete(path)


def ours(out: str) -> None:
    """`sync.py list`, with everything it reads and looks up."""
    import sync

    assert sync.main(["list", QUERY, "--out", out, "--json", "--quiet"]) == 0


def frame(out: str) -> None:
    """simple-salesforce's query_all into a DataFrame, as in many scripts."""
    import pandas as pd
    from simple_salesforce import Salesforce

    from lib.salesforce.client import use_plain_http
    from lib.transport import Transport

    with _door() as door:
        session = door.session
    transport: requests.Session = Transport((10, 600))
    use_plain_http(session.instance_url, transport)
    salesforce = Salesforce(
        session_id=session.token, instance_url=session.instance_url, session=transport
    )
    records = salesforce.query_all(GUARDED)["records"]
    pd.DataFrame(records).drop(columns="attributes").to_csv(out, index=False)


def read(out: str) -> None:
    """Pull a list of one row, so that the unsubscribes are in the log."""
    import sync

    assert sync.main(["list", f"{QUERY} LIMIT 1", "--out", out, "--quiet"]) == 0


WAYS = {"read": read, "bare": bare, "ours": ours, "frame": frame}


class Figures(NamedTuple):
    """What one way costs."""

    seconds: float
    cpu_s: float
    megabytes: float


def measure(way: str, home: str) -> Figures:
    """What one way costs, in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        found = subprocess.run(
            [sys.executable, "-m", "tests.bench.bench_pull", "--way", way, folder],
            cwd=ROOT,
            env={**os.environ, "OPTBACK_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    printed = json.loads(found.stdout.splitlines()[-1])
    return Figures(**printed)


def go(way: str, folder: str) -> None:
    """Run one way and print its cost."""
    began = time.monotonic()
    WAYS[way](f"{folder}/out.csv")
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = Figures(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    print(json.dumps(figures._asdict()))


def brake(on: bool) -> None:
    """Send result pages at the pace of a real org, or as fast as possible."""
    url = os.environ["SALESFORCE_LOGIN_URL"]
    requests.post(f"{url}/practice/clear-faults", json={}, timeout=60).raise_for_status()
    if on:
        fault = {"kind": "slow", "path": "/results", "times": None}
        wait = {**fault, "seconds": PAGE_ROWS / ROWS_A_SECOND}
        requests.post(f"{url}/practice/fault", json=wait, timeout=60).raise_for_status()


def tell(title: str, figures: dict[str, Figures]) -> None:
    """Print seconds, their ratio, CPU, and memory, a line for each way."""
    print(title)
    for way, cost in figures.items():
        ratio = cost.seconds / figures["bare"].seconds
        print(
            f"  {way:<6} {cost.seconds:8.1f} s  {ratio:5.2f} × bare  "
            f"{cost.cpu_s:8.2f} s CPU  {cost.megabytes:8.1f} MB at most"
        )


def main(people: int) -> None:
    """Start a practice org and measure each way."""
    size = Size(contacts=people, leads=1_000, addresses=20_000)
    with practice_org(size, "none") as org, tempfile.TemporaryDirectory() as home:
        os.environ.update(org.environment)
        measure("read", home)
        brake(True)
        tell(
            f"{people:,} rows, {ROWS_A_SECOND:,} a second",
            {way: measure(way, home) for way in ("bare", "ours", "frame")},
        )
        brake(False)
        tell("without the brake", {way: measure(way, home) for way in ("bare", "ours")})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        go(sys.argv[2], sys.argv[3])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else PEOPLE)
