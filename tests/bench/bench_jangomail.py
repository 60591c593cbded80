"""CPU seconds and memory for JangoMail answers with 500,000 people, over HTTP on loopback.

Run it as `python tests/bench/bench_jangomail.py`. The server is a separate process, so the memory
shown is only the reader's.
"""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lib.settings import JangoMailLogin
from lib.sources.jangomail.source import JangoMail

PEOPLE = 500_000


def report() -> Iterator[str]:
    """The dated report, in pieces."""
    yield "<NewDataSet>"
    for number in range(PEOPLE):
        yield (
            f"<Unsubscribes><EmailAddress>p{number}@example.org</EmailAddress>"
            "<UnsubscribeDateTime>2026-09-30T04:05:00</UnsubscribeDateTime></Unsubscribes>"
        )
    yield "</NewDataSet>"


def addresses() -> Iterator[str]:
    """The list since a day, in pieces."""
    yield '<string xmlns="http://api.jangomail.com/">0\r\nSUCCESS\r\n'
    for number in range(PEOPLE):
        yield f"p{number}@example.org\r\n"
    yield "</string>"


class Service(BaseHTTPRequestHandler):
    """Two methods without sign-in. The end of the connection ends the answer."""

    def do_POST(self) -> None:
        """Answer a call."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        for piece in report() if self.path.endswith("_XML") else addresses():
            self.wfile.write(piece.encode())

    def log_message(self, *_: object) -> None:
        """Don't log anything."""


def serve(port: Connection) -> None:
    """Print the port, then serve until killed."""
    server = HTTPServer(("127.0.0.1", 0), Service)
    port.send(server.server_port)
    server.serve_forever()


def measure(what: str, source: JangoMail, since: datetime | None) -> None:
    """Print the cost of a reading."""
    started = time.process_time()
    count = sum(1 for _ in source.reading(since).sightings)
    seconds = time.process_time() - started
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<8} {count:>9,} people  {seconds:6.2f} s of CPU  {memory_mb:6.1f} MB at most")


if __name__ == "__main__":
    ours, theirs = Pipe()
    server = Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    login = JangoMailLogin(url=f"http://127.0.0.1:{ours.recv()}", username="a", password="b")
    measure("list", JangoMail(login), datetime(2026, 9, 1, tzinfo=UTC))
    measure("report", JangoMail(login), None)
    server.kill()
