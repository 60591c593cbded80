"""A preview of a list, on a practice org that answers as slowly as a real org.

    python -m tests.bench.bench_preview

Prints the seconds and the CPU of this process, the median of several previews after the first, and
the calls of the last one: when each started and ended. The goal: 1.5 s.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

from lib.lists.values import Options
from lib.services.connections.chosen import choose
from lib.services.lists.pulls import look
from lib.services.log import open_log
from lib.transport import Transport
from tests.bench.race.org import Size, practice_org

SIZE = Size(contacts=60_000, leads=30_000, addresses=20_000)
QUERY = "SELECT Id, FirstName, LastName, Email, Phone FROM Contact"
PREVIEWS = 9


class Calls:
    """Every request of this process, with when it started and ended."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.made: list[tuple[float, float, str]] = []
        self._send = Transport.send

    def send(
        self, transport: Transport, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send a request as usual, and note it."""
        start = time.monotonic() - self.began
        response = self._send(transport, request, **options)
        name = str(request.path_url).partition("?")[0]
        self.made.append((start, time.monotonic() - self.began, f"{request.method} {name}"))
        return response


def main() -> None:
    """Start a practice org and preview a list there."""
    with practice_org(SIZE, "real") as org, tempfile.TemporaryDirectory() as home:
        os.environ.update(org.environment)
        measure(Path(home))


def measure(home: Path) -> None:
    """Preview again and again, and print what the previews after the first take."""
    calls = Calls()
    Transport.send = lambda transport, request, **options: calls.send(  # type: ignore[method-assign]
        transport, request, **options
    )
    seconds, cpu = [], []
    with open_log(home, os.environ) as log:
        name = choose(log, os.environ, None).name
        for _ in range(PREVIEWS):
            calls.began, calls.made = time.monotonic(), []
            before = time.process_time()
            look(log, os.environ, name, QUERY, Options())
            seconds.append(time.monotonic() - calls.began)
            cpu.append(time.process_time() - before)
    print(f"{statistics.median(seconds[1:]):.2f} s, {statistics.median(cpu[1:]):.2f} s CPU")
    for start, end, call in sorted(calls.made):
        print(f"  {start:5.2f} to {end:5.2f} s  {call}")


if __name__ == "__main__":
    main()
