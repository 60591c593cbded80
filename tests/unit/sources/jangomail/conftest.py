"""A stand-in for JangoMail that answers what a test sets up."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

Headers = dict[str, str]


@dataclass
class Call:
    """One request as it arrived."""

    verb: str
    path: str
    fields: dict[str, str]


@dataclass
class Stub:
    """What to answer, by method: each call takes the next answer, and the last one is used forever.

    An answer is a status, a body, and headers that stand for the usual ones.
    """

    url: str = ""
    answers: dict[str, list[tuple[int, bytes, Headers]]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def answer(
        self, method: str, body: str | bytes, status: int = 200, headers: Headers | None = None
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.answers.setdefault(method, []).append((status, content, headers or {}))

    def next_answer(self, method: str) -> tuple[int, bytes, Headers]:
        told = self.answers.get(method)
        if not told:
            text = (
                f"System.InvalidOperationException: {method} Web Service method name is not valid."
            )
            return 500, f"{text}\r\n   at System.Web.Services\r\n".encode(), {}
        return told.pop(0) if len(told) > 1 else told[0]


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            pairs = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            fields = {name: values[0] for name, values in pairs.items()}
            stub.calls.append(Call(self.command, self.path, fields))
            status, body, headers = stub.next_answer(self.path.rpartition("/")[2])
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server on a free loopback port that knows no method until it is told answers."""
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()
