"""The only door to Salesforce: every call after signing in goes through here.

simple-salesforce makes the calls with a session we give it ("direct"), so it never renews a
session itself: its renewal drops the headers of the call and ignores other threads. Here a
session is renewed once for all threads, failures that pass are retried when that's safe, and
every error of the libraries becomes one of ours.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, Self

from lib import stopping
from lib.background import Background, do_nothing
from lib.call_cap import CallCap
from lib.errors import CredentialsRefused, SignInRefused, WrongOrg
from lib.fields import OptOutField
from lib.http_headers import server_time_in
from lib.salesforce.ahead import Ahead, is_ahead
from lib.salesforce.call_guard import CallGuard
from lib.salesforce.failures import Failure, FailureKind
from lib.salesforce.headers import usage_in
from lib.salesforce.patience import Patience
from lib.settings import SalesforceLogin

if TYPE_CHECKING:
    from lib.salesforce.client import Client
    from lib.salesforce.sessions import Limits
    from lib.salesforce.signin import Session

_SIGN_IN_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Call:
    """A request; its answer is decoded JSON, or goes `into` a file. Its body may be a file, too."""

    method: str
    path: str
    options: Mapping[str, Any]
    into: IO[bytes] | None = None
    body: IO[bytes] | None = None

    def made_by(self, client: "Client") -> Any:
        """The answer, over this connection."""
        if self.body is not None:
            client.send_file(self.path, self.body, **self.options)
            return None
        if self.into is None:
            return client.call(self.method, self.path, **self.options)
        client.receive(self.path, self.into, **self.options)
        return client.headers


class Door:
    """A signed-in org. Any number of threads may call at once; each call has its own time limit.

    Each call returns decoded JSON (`None` for an empty answer) or raises a SalesforceError:
    WriteUnanswered if a write was sent and its answer was lost.
    """

    def __init__(
        self,
        login: SalesforceLogin,
        session: "Session",
        patience: Patience,
        limits: "Limits",
        own_field: OptOutField | None = None,
    ) -> None:
        self.login = login
        self.own_field = own_field
        self.patience = patience
        self.ahead = Ahead()
        self._limits = limits
        self._session = session
        self._generation = 0
        self._refused: CredentialsRefused | SignInRefused | WrongOrg | None = None
        self._renewing = Lock()
        self._noting = Lock()
        self._idle: list[Client] = []
        self._calls = 0
        self._busy = 0
        self._usage: tuple[int, int] | None = None
        self._made_ahead = 0
        self._guard: CallGuard | None = None
        self._server_now = session.server_now

    @classmethod
    def open(
        cls,
        login: SalesforceLogin,
        *,
        own_field: OptOutField | None = None,
        sleep: Callable[[float], None] = stopping.pause,
        jitter: Callable[[], float] = random.random,
        limits: "Limits | None" = None,
        meanwhile: Callable[[], None] = do_nothing,
        while_waiting: Callable[[], None] = do_nothing,
    ) -> Self:
        """Sign in. Raises CredentialsRefused, SignInRefused, or SalesforceUnreachable.

        `own_field` is the opt-out field of the connection's own; everything that reads or writes
        opt-outs takes it from here. `meanwhile` is called once the sign-in is under way, and
        `while_waiting` again and again until it's answered.
        """
        # Importing these takes a third of a second, so it's done only here.
        from lib.salesforce.sessions import Limits, signed_in

        limits = limits or Limits()
        patience = Patience(sleep=sleep, jitter=jitter)
        brief = patience.only(_SIGN_IN_TRIES)
        signing_in = Background(lambda: signed_in(login, brief, limits), "sign in")
        meanwhile()
        import lib.salesforce.client  # noqa: F401 - for the first call

        return cls(login, signing_in.result(while_waiting), patience, limits, own_field)

    @property
    def session(self) -> "Session":
        """The current session; a renewal replaces it."""
        return self._session

    @property
    def generation(self) -> int:
        """The number of the session, to say which one has ended."""
        return self._generation

    @property
    def calls(self) -> int:
        """Requests sent so far that count against the org's daily limit, also if they failed."""
        return self._calls

    @property
    def busy(self) -> int:
        """Answers so far in which Salesforce did nothing and asked to come back later."""
        return self._busy

    @property
    def usage(self) -> tuple[int, int] | None:
        """(used, total) API calls of the whole org in 24 hours, as of the last answer."""
        return self._usage

    @property
    def server_now(self) -> datetime | None:
        """Salesforce's clock, in UTC, at the last answer, which may be that to the sign-in."""
        return self._server_now

    @property
    def calls_needed(self) -> int:
        """The same, but a call that was sent ahead counts once someone needs its answer."""
        return self._calls - self._made_ahead + self.ahead.taken

    @property
    def cap(self) -> CallCap | None:
        """The cap of calls, if there is one."""
        return self._guard.cap if self._guard else None

    def keep_below(self, cap: CallCap, *, may_be_near: bool = True) -> None:
        """From now on, a call that would pass the cap raises CallCapReached and isn't sent.

        If the org `may_be_near` its cap, the second call waits until the first has said how many
        calls were used.
        """
        self._guard = CallGuard(cap, waits=may_be_near)

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Read. `path` is relative to /services/data/vXX.0/, or a nextRecordsUrl."""
        return self._send("GET", path, is_write=False, params=params, headers=headers)

    def ask(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        """Read by POST, for what is too long for a URL: a composite of GETs, a retrieve by IDs."""
        return self._send("POST", path, is_write=False, json=body, headers=headers)

    def download(
        self,
        path: str,
        into: IO[bytes],
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Mapping[str, str]:
        """Read an answer that isn't JSON into a file, in pieces. Returns the answer's headers.

        An answer that is cut off is requested again from the start. Also raises FileUnwritable.
        """
        answer: Mapping[str, str] = self._send(
            "GET", path, is_write=False, into=into, params=params, headers=headers
        )
        return answer

    def upload(self, path: str, body: IO[bytes], headers: Mapping[str, str]) -> None:
        """Write a file by PUT, from its start; repeated only if Salesforce certainly didn't do it.

        The answer has no body.
        """
        self._send("PUT", path, is_write=True, body=body, headers=headers)

    def delete(self, path: str) -> None:
        """Delete something we created, such as a job; never a record.

        Still done for a moment after the command was stopped, to leave nothing behind.
        """
        self._send("DELETE", path, is_write=False, until_cut=True)

    def abort(self, path: str) -> Any:
        """Abort a job that we created, and return it; like `delete` after a stop."""
        return self._send("PATCH", path, is_write=True, until_cut=True, json={"state": "Aborted"})

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        """Write by POST; repeated only if Salesforce certainly didn't do it."""
        return self._send("POST", path, is_write=True, json=body, headers=headers)

    def patch(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        """Write by PATCH; repeated only if Salesforce certainly didn't do it."""
        return self._send("PATCH", path, is_write=True, json=body, headers=headers)

    def set_user(self, username: str, locale: str) -> None:
        """Keep what OAuth doesn't say about the user in the session."""
        with self._renewing:
            self._session = replace(self._session, username=username, locale=locale)

    def close(self) -> None:
        """Close all connections; the session itself stays valid until it expires."""
        while (client := self._idle_one()) is not None:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(
        self,
        method: str,
        path: str,
        *,
        is_write: bool,
        into: IO[bytes] | None = None,
        body: IO[bytes] | None = None,
        until_cut: bool = False,
        **options: Any,
    ) -> Any:
        present = {name: value for name, value in options.items() if value is not None}
        call = _Call(method, path, present, into, body)
        return self.patience.persist(
            lambda: self._renewing_once(call), is_write=is_write, until_cut=until_cut
        )

    def _renewing_once(self, call: _Call) -> Any:
        generation = self._generation
        try:
            return self._attempt(call)
        except Failure as failure:
            if failure.kind is not FailureKind.EXPIRED:
                raise
        self.renew(generation)
        return self._attempt(call)

    def _attempt(self, call: _Call) -> Any:
        with self._allowed(), self._client() as client:
            was_sent, is_busy = True, False
            try:
                return call.made_by(client)
            except Failure as failure:
                was_sent, is_busy = failure.was_sent, failure.kind is FailureKind.NOT_DONE
                raise
            finally:
                self._note(client.headers, was_sent, is_busy)

    def _allowed(self) -> AbstractContextManager[None]:
        return self._guard.passing(self._so_far) if self._guard else nullcontext()

    def _so_far(self) -> tuple[int, tuple[int, int] | None]:
        with self._noting:
            return self._calls, self._usage

    @contextmanager
    def _client(self) -> Iterator["Client"]:
        """A connection with the current session, for a single thread, put back afterward."""
        client = self._take()
        try:
            yield client
        finally:
            with self._noting:
                self._idle.append(client)

    def _take(self) -> "Client":
        from lib.salesforce.client import Client

        with self._renewing:  # read the session and its number together
            session, generation = self._session, self._generation
        while (client := self._idle_one()) is not None:
            if client.generation == generation:
                return client
            client.close()
        return Client(session, generation, self._limits)

    def _idle_one(self) -> "Client | None":
        with self._noting:
            return self._idle.pop() if self._idle else None

    def renew(self, generation: int) -> None:
        """Sign in again, unless another thread did so or was refused in the meantime."""
        from lib.salesforce.sessions import signed_in

        with self._renewing:
            if self._refused:
                raise self._refused
            if self._generation != generation:
                return
            try:
                fresh = signed_in(self.login, self.patience.only(_SIGN_IN_TRIES), self._limits)
                _refuse_other_org(self._session, fresh)
            except (CredentialsRefused, SignInRefused, WrongOrg) as error:
                self._refused = error
                raise
            locale = fresh.locale or self._session.locale
            self._session = replace(fresh, username=self._session.username, locale=locale)
            self._generation += 1

    def _note(self, headers: Mapping[str, str], was_sent: bool, is_busy: bool) -> None:
        usage, now = usage_in(headers), server_time_in(headers)
        with self._noting:
            self._calls += was_sent
            self._made_ahead += was_sent and is_ahead()
            self._busy += was_sent and is_busy
            self._usage = usage or self._usage
            self._server_now = now or self._server_now


def _refuse_other_org(before: "Session", fresh: "Session") -> None:
    if before.org_id and fresh.org_id and before.org_id[:15] != fresh.org_id[:15]:
        raise WrongOrg(
            f"The session expired, and signing in again led to another org ({fresh.org_id})",
            remedy="Optback stopped before it read or wrote anything there. Run test to see which "
            "org the credentials lead to now.",
        )
