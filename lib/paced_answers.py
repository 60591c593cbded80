"""An answer that comes too slowly is given up, as if it had never come.

A time limit for the next piece alone would let an answer of a byte a second go on for hours.
"""

import http.client
import io
import socket
import time
from typing import Any

SLOWEST = 1_000
"""Bytes a second that an answer must have on average, once its time limit is over."""


class PacedResponse(http.client.HTTPResponse):
    """An answer that must be there within its time limit, and a second for each SLOWEST bytes.

    Reading it raises TimeoutError otherwise. The time limit is the one of the connection.
    """

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Paced(self.fp.detach(), sock.gettimeout()))


class _Paced(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, patience_s: float | None) -> None:
        super().__init__()
        self._raw = raw
        self._patience_s = patience_s
        self._received = 0
        self._began_s = 0.0  # when the first piece came

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._raw.readinto(buffer)
        now = time.monotonic()
        self._began_s = self._began_s or now
        self._received += count or 0
        if self._patience_s is not None:
            allowed_s = self._patience_s + self._received / SLOWEST
            if now - self._began_s > allowed_s:
                raise TimeoutError("the answer comes too slowly")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
