"""Running the practice org: in the foreground for a person, in a thread for tests."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Thread, current_thread, main_thread

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.errors import UsageError
from lib.practice.jangomail import account as mail_account
from lib.practice.org_setup import USERNAME
from lib.practice.server import create_app
from lib.practice.tls import Certificate
from lib.practice.world import Size, World, new_world
from lib.settings import is_loopback

_LONGEST_HEAD_READ = 65_536
_IDLE_WITHIN_S = 120  # clients poll a job every five seconds over the same connection
_STOP_WITHIN_S = 1
_LOOK_EVERY_S = 0.02
_STOPPING = (signal.SIGINT, signal.SIGTERM)


class _Connection(H11Protocol):
    """Puts the connection into each request's state, so that a fault can reset it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class CurrentWorld:
    """Serves the current world; starting over replaces it with another."""

    def __init__(self, world: World) -> None:
        self._show(world)

    def _show(self, world: World) -> None:
        self.world = world
        self._app: ASGIApp = create_app(world)
        world.replace = self._replace

    def _replace(self, size: Size, at: datetime | None) -> None:
        old = self.world
        with old.org.lock:
            old.close()
            if old.state:
                old.state.unlink(missing_ok=True)
            old.clock.follow_real_time()
            if at is not None:
                old.clock.set_to(at)
            self._show(new_world(size, clock=old.clock, state=old.state, pace=old.pace))
            self.world.save_clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Practice:
    """A running practice org, the address it answers on, and how to stop it."""

    url: str
    current: CurrentWorld
    stop: Callable[[], None]

    @property
    def world(self) -> World:
        """The world that is being served now."""
        return self.current.world

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables that point at it (contract.md), by password sign-in."""
        account = self.world.signin.account(USERNAME)
        return {
            "SALESFORCE_LOGIN_URL": self.url,
            "SALESFORCE_USERNAME": USERNAME,
            "SALESFORCE_PASSWORD": account.password,
            "SALESFORCE_SECURITY_TOKEN": account.token,
            "JANGOMAIL_URL": self.url,
            "JANGOMAIL_USERNAME": mail_account.USERNAME,
            "JANGOMAIL_PASSWORD": self.world.mail.password,
        }


def serve(
    world: World,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[Practice], None] | None = None,
    certificate: Certificate | None = None,
) -> None:
    """Serve in the foreground until SIGTERM or SIGINT; `ready` is called once it listens.

    Port 0 takes any free port. With a `certificate`, it serves https.
    Raises UsageError if the address is not loopback or the port is taken.
    """
    with _listening(host, port) as listener:
        practice, server = _prepare(world, listener, certificate)
        server.when_started = (lambda: ready(practice)) if ready else None
        try:
            server.run(sockets=[listener])
        finally:
            practice.world.close()


@contextlib.contextmanager
def running(
    world: World | None = None, *, certificate: Certificate | None = None
) -> Iterator[Practice]:
    """A practice org, served from a thread on a free loopback port while the block runs."""
    world = world or new_world()
    with _listening("127.0.0.1", 0) as listener:
        practice, server = _prepare(world, listener, certificate)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield practice
        finally:
            server.stop()
            thread.join()
            practice.world.close()


class _Server(uvicorn.Server):
    """uvicorn, with a callback when it listens."""

    when_started: Callable[[], None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT without raising them again, as uvicorn would."""
        if current_thread() is not main_thread():
            yield
            return
        before = {
            signal_number: signal.signal(signal_number, self.handle_exit)
            for signal_number in _STOPPING
        }
        try:
            yield
        finally:
            for signal_number, handler in before.items():
                signal.signal(signal_number, handler)

    async def main_loop(self) -> None:
        """Like uvicorn's loop, but without its tenth of a second to stop."""
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(_LOOK_EVERY_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more requests, give running requests a moment to end, and cut off the rest.

        uvicorn would first wait a fixed time, then for every client to close its connection.
        """
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN_S):
                while self.server_state.tasks:
                    await asyncio.sleep(_LOOK_EVERY_S)
        for connection in list(self.server_state.connections):
            if isinstance(connection, _Connection):
                with contextlib.suppress(AttributeError):  # Python 3.11.2, where TLS has just ended
                    connection.transport.abort()

    def stop(self) -> None:
        """Stop serving; can be called from any thread."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.when_started:
            self.when_started()


def _prepare(
    world: World, listener: socket.socket, certificate: Certificate | None
) -> tuple[Practice, _Server]:
    host, port = listener.getsockname()[:2]
    scheme = "https" if certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    current = CurrentWorld(world)
    config = uvicorn.Config(
        current,
        http=_Connection,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        h11_max_incomplete_event_size=_LONGEST_HEAD_READ,
        timeout_keep_alive=_IDLE_WITHIN_S,
        ssl_certfile=certificate.certificate if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    server = _Server(config)
    return Practice(f"{scheme}://{shown}:{port}", current, server.stop), server


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    if not is_loopback(host):
        raise UsageError(
            f"The practice org can't listen on {host}, because its passwords are public",
            remedy="Use 127.0.0.1, ::1 or localhost.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends answers without delay (TCP_NODELAY) only if the socket's protocol is TCP.
    # Otherwise the body of each answer waits 40 ms for the acknowledgment of its head.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} on {host} can't be used: {error.strerror}",
                remedy="Choose another port with --port N, or leave it out for any free port.",
            ) from error
        listener.listen(128)
        yield listener
