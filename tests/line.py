"""A line between a client and a server: connections on it can be reset, or cut after some bytes."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock, Thread

_PIECE = 1 << 16
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Cut:
    """The server's bytes pass up to this many; then the connection is closed, or reset.

    With 0 bytes, the client's first message is read, and nothing reaches the server.
    """

    after: int = 0
    resets: bool = False


@dataclass
class Connection:
    """A connection on the line, and how many bytes of the server passed."""

    passed: int = 0


@dataclass
class Line:
    """A port that leads to the server; `cuts` are for the next connections, then all is well."""

    port: int
    to_port: int
    cuts: list[Cut | None] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    """Those so far, oldest first."""
    _lock: Lock = field(default_factory=Lock)

    def _next(self) -> tuple[Connection, Cut | None]:
        connection = Connection()
        with self._lock:
            self.connections.append(connection)
            return connection, self.cuts.pop(0) if self.cuts else None

    def _serve(self, client: socket.socket) -> None:
        connection, cut = self._next()
        with client, contextlib.suppress(OSError):
            if cut is not None and not cut.after:
                client.recv(_PIECE)
            else:
                with socket.create_connection(("127.0.0.1", self.to_port)) as server:
                    Thread(target=_pump, args=(client, server), daemon=True).start()
                    _pass_on(connection, server, client, cut)
                    _end(server)
            if cut is not None and cut.resets:
                client.shutdown(socket.SHUT_RD)  # wakes the thread that reads from it
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
            else:
                _end(client)


@contextlib.contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to this port of this computer, until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        line = Line(listener.getsockname()[1], port)
        Thread(target=_accept, args=(line, listener), daemon=True).start()
        try:
            yield line
        finally:
            _end(listener)


def _pass_on(
    connection: Connection, server: socket.socket, client: socket.socket, cut: Cut | None
) -> None:
    while cut is None or connection.passed < cut.after:
        piece = server.recv(_PIECE if cut is None else cut.after - connection.passed)
        if not piece:
            return
        client.sendall(piece)
        connection.passed += len(piece)


def _accept(line: Line, listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        Thread(target=line._serve, args=(client,), daemon=True).start()


def _pump(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := client.recv(_PIECE):
            server.sendall(piece)
    _end(server)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
