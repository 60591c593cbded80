"""Answers that a fault changes on their way: held back, cut, garbled, or with other rows."""

import csv
import gzip
import io
import json
import random
import re
from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.types import Message, Send

from lib.practice.faults.fault import InjectedFault
from lib.practice.faults.odd_json import as_text, keys_missing, other_shape, part, with_records

_LISTED = re.compile(rb"(>0\s+SUCCESS)[^<]*")
_REPORTED = re.compile(rb"<Unsubscribes\b.*?</Unsubscribes>\s*", re.DOTALL)
_NOISE_SEED = 1


class KeptAnswer:
    """A whole answer, held back instead of sent."""

    def __init__(self) -> None:
        self._start: MutableMapping[str, Any] = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    def _headers(self) -> dict[bytes, bytes]:
        return dict(self._start["headers"])

    def plain_body(self) -> bytes:
        """The body without compression, so that a cut body is still readable text."""
        zipped = self._headers().get(b"content-encoding") == b"gzip"
        return gzip.decompress(self._body) if zipped else self._body

    async def send_body(self, send: Send, body: bytes, encoding: bytes = b"") -> None:
        """Send the answer's head with another body."""
        await send(self.start_with_length(len(body), encoding))
        await send({"type": "http.response.body", "body": body})

    def start_with_length(self, length: int, encoding: bytes = b"") -> Message:
        """The head of the answer with this length, uncompressed unless `encoding` says so."""
        headers = self._headers()
        headers.pop(b"content-encoding", None)
        headers[b"content-length"] = str(length).encode()
        if encoding:
            headers[b"content-encoding"] = encoding
        return {**self._start, "headers": list(headers.items())}


def changed_body(fault: InjectedFault, body: bytes) -> bytes:
    """The body as this fault leaves it."""
    return _CHANGES[fault.kind](fault, body)


def _cut(fault: InjectedFault, body: bytes) -> bytes:
    return body[: fault.kept_of(len(body))]


def _garbled(fault: InjectedFault, body: bytes) -> bytes:
    kept = fault.kept_of(len(body))
    return body[:kept] + random.Random(_NOISE_SEED).randbytes(len(body) - kept)


def damaged_gzip(fault: InjectedFault, body: bytes) -> bytes:
    """The body compressed, with noise at its end."""
    return _garbled(fault, gzip.compress(body)) if body else body


def _doubled(_fault: InjectedFault, body: bytes) -> bytes:
    return body * 2


def _emptied(_fault: InjectedFault, body: bytes) -> bytes:
    return _REPORTED.sub(b"", _LISTED.sub(rb"\1", body))


def _rows_missing(_fault: InjectedFault, body: bytes) -> bytes:
    return _with_rows(body, lambda rows: rows[::2])


def _rows_doubled(_fault: InjectedFault, body: bytes) -> bytes:
    return _with_rows(body, lambda rows: [row for row in rows for _ in range(2)])


def _rows_mixed(_fault: InjectedFault, body: bytes) -> bytes:
    if body.startswith(b"["):
        return body  # the results of a collection have no order of their own
    return _with_rows(body, lambda rows: rows[::-1])


def _rows_rewritten(_fault: InjectedFault, body: bytes) -> bytes:
    if body.startswith((b"[", b"{", b"<")):
        return body
    text = io.StringIO(newline="")
    lines = csv.reader(io.StringIO(body.decode(), newline=""))
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(line[::-1] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _with_rows(body: bytes, change: Callable[[list[Any]], list[Any]]) -> bytes:
    """The body with other rows: of a JSON list, of queries, or of the CSV of a Bulk job."""
    if body.startswith(b"["):
        return json.dumps(change(json.loads(body))).encode()
    if body.startswith(b"{"):
        return with_records(body, change)
    if body.startswith(b"<"):
        return body
    return _with_lines(body.decode(), change).encode()


def _with_lines(text: str, change: Callable[[list[Any]], list[Any]]) -> str:
    """Lines of CSV as they were written; a value may have line breaks in it."""
    reader = csv.reader(io.StringIO(text, newline=""))
    lines, place = text.splitlines(keepends=True), 0
    rows: list[str] = []
    for _ in reader:
        rows.append("".join(lines[place : reader.line_num]))
        place = reader.line_num
    return "".join([*rows[:1], *change(rows[1:])])


_CHANGES: dict[str, Callable[[InjectedFault, bytes], bytes]] = {
    "cut": _cut,
    "cut_off": _cut,
    "length_too_short": _cut,
    "garbled": _garbled,
    "doubled": _doubled,
    "other_shape": other_shape,
    "keys_missing": keys_missing,
    "as_text": as_text,
    "part": part,
    "emptied": _emptied,
    "rows_missing": _rows_missing,
    "rows_doubled": _rows_doubled,
    "rows_mixed": _rows_mixed,
    "rows_rewritten": _rows_rewritten,
}
CHANGING_KINDS = tuple(_CHANGES)
