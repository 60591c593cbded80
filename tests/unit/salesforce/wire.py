"""A small scripted server on loopback that gives the answers a test sets."""

import json
import re
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Lock, Thread
from typing import Any

SECRET = "s3cret&<pass>"
TOKEN = "T0kenOfUser"
ORG = "00D000000000001EAA"
USER = "005000000000001AAA"
DATA = "/services/data/v59.0/"
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Answer:
    """What the server sends back; `status` 0 resets the connection instead."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return b"" if self.body is None else json.dumps(self.body).encode()


RESET = Answer(0)
Script = Answer | Callable[[Asked], Answer]


class Wire:
    """The server's script: answers in order for each method and path; the last answer repeats."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self._scripts: list[tuple[str, re.Pattern[str], list[Script]]] = []
        self._lock = Lock()

    def on(self, method: str, path: str, *answers: Script) -> None:
        """Set the answers to requests whose path matches the expression; the newest script wins."""
        self._scripts.insert(0, (method, re.compile(path), list(answers)))

    def heard(self, path: str) -> list[Asked]:
        """The requests so far whose path matches the expression."""
        return [asked for asked in self.asked if re.search(path, asked.path)]

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            script = self._next(asked)
        return script(asked) if callable(script) else script

    def _next(self, asked: Asked) -> Script:
        for method, path, answers in self._scripts:
            if method == asked.method and path.search(asked.path):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        return Answer(404, missing)


def soap_success(url: str, **values: str) -> str:
    """The answer to a successful login() call."""
    fields = {
        "serverUrl": f"{url}/services/Soap/u/59.0/00D000000000001",
        "sessionId": "token1",
        "userId": USER,
        "passwordExpired": "false",
        **values,
    }
    result = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns="urn:partner.soap.sforce.com"><soapenv:Body><loginResponse><result>'
        f"{result}<userInfo><organizationId>{ORG}</organizationId>"
        "<userLocale>en_US</userLocale><userName>ana@example.org</userName></userInfo>"
        "</result></loginResponse></soapenv:Body></soapenv:Envelope>"
    )


def soap_fault(code: str, message: str) -> Answer:
    """The answer to a login() call that was refused."""
    body = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:sf="urn:fault.partner.soap.sforce.com" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring>"
        f'<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{code}'
        f"</sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage>"
        "</sf:LoginFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
    return Answer(500, body, {"Content-Type": "text/xml"})


def composite(*parts: tuple[int, Any]) -> Answer:
    """The answer to a composite call, part by part."""
    return Answer(
        200,
        {
            "compositeResponse": [
                {
                    "body": body,
                    "httpHeaders": {},
                    "httpStatusCode": status,
                    "referenceId": f"part{n}",
                }
                for n, (status, body) in enumerate(parts)
            ]
        },
    )


def rows(*records: dict[str, Any], next_url: str | None = None) -> tuple[int, Any]:
    """A part of a composite answer: a page of a query."""
    body: dict[str, Any] = {"totalSize": len(records), "done": next_url is None}
    body["records"] = [{"attributes": {"type": "X", "url": "/x"}, **each} for each in records]
    if next_url:
        body["nextRecordsUrl"] = next_url
    return 200, body


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise a body waits 40 ms for an acknowledgment

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(length))
            answer = wire.answer(asked)
            if answer.status == 0:
                self._reset()
                return
            self.send_response_only(answer.status)
            self.send_header("Date", answer.headers.get("Date") or self.date_time_string())
            for name, value in answer.headers.items() - {("Date", answer.headers.get("Date"))}:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.encoded)))
            self.end_headers()
            self.wfile.write(answer.encoded)

        def _reset(self) -> None:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def finish(self) -> None:
            with suppress(OSError, ValueError):  # the connection was reset
                super().finish()

    return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # with the 5 of the standard library, a busy computer refuses some
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Do nothing, because some tests leave before the answer comes."""


@contextmanager
def serving(tls: SSLContext | None = None) -> Iterator[Wire]:
    """A server that accepts only SOAP sign-ins, with the tokens token1, token2, …"""
    wire = Wire()
    server = _Server(("127.0.0.1", 0), _handler(wire))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    wire.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    wire.on("POST", "^/services/Soap/u/", lambda _: Answer(200, _next_token(wire)))
    yield wire
    server.shutdown()
    thread.join()
    server.server_close()


def _next_token(wire: Wire) -> str:
    return soap_success(wire.url, sessionId=f"token{len(wire.heard('/services/Soap/'))}")
