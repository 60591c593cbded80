"""Sessions of the practice org: which token belongs to which user, and for how long.

A session expires after two hours without a call (Salesforce's default), by the org's own clock, so
tests can expire it without waiting. Sessions are not stored: after a restart every token is
unknown, as after an administrator ends all sessions.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from starlette.requests import HTTPConnection

from lib.clock import Clock

IDLE = timedelta(hours=2)

_SCHEMES = ("bearer", "oauth")


class SessionRefused(Exception):
    """A request without a valid session; the server answers with a list body."""

    def __init__(self, code: str, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(slots=True)
class Session:
    """A signed-in user. `password_expired`: only for setPassword; `rest`: valid for REST."""

    token: str
    user_id: str
    used_at: datetime
    scope: str = "full"
    password_expired: bool = False
    rest: bool = True


class Sessions:
    """The open sessions of one org; safe to use from several threads."""

    def __init__(self, org_id: str, clock: Clock, idle: timedelta = IDLE) -> None:
        self.org_id = org_id
        self.idle = idle
        self.refuse_calls: Callable[[Session], SessionRefused | None] = lambda _session: None
        """Called for each REST request: the refusal, if its user cannot use the API now."""
        self._clock = clock
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def open(
        self,
        user_id: str,
        *,
        scope: str = "full",
        password_expired: bool = False,
        rest: bool = True,
    ) -> Session:
        """Start a user's session; its token starts with the org's 15-character id."""
        secret = secrets.token_urlsafe(66).replace("-", ".")
        token = f"{self.org_id[:15]}!AQ{secret}"
        session = Session(token, user_id, self._clock(), scope, password_expired, rest)
        with self._lock:
            self._open[token] = session
        return session

    def session_for(self, token: str) -> Session | None:
        """The session of a token, with its idle time reset; `None` if unknown or expired."""
        now = self._clock()
        with self._lock:
            session = self._open.get(token)
            if session is None:
                return None
            if now - session.used_at > self.idle:
                del self._open[token]
                return None
            session.used_at = max(session.used_at, now)
            return session

    def user_id_for(self, token: str) -> str | None:
        """The user of a token; `None` if it is unknown or expired."""
        session = self.session_for(token)
        return session.user_id if session else None

    def session_of(self, request: HTTPConnection) -> Session:
        """The session of a REST request. Raises SessionRefused."""
        session = self.session_for(token_of(request))
        if session is None:
            raise SessionRefused("INVALID_SESSION_ID", "Session expired or invalid")
        if not session.rest:
            raise SessionRefused(
                "INVALID_SESSION_ID", "This session is not valid for use with the REST API"
            )
        if session.password_expired:
            raise SessionRefused(
                "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
                "The users password has expired, you must call SetPassword before attempting "
                "any other API operations",
                status=403,
            )
        refused = self.refuse_calls(session)
        if refused is not None:
            raise refused
        return session

    def user_of(self, request: HTTPConnection) -> str:
        """The id of the user who makes a REST request. Raises SessionRefused."""
        return self.session_of(request).user_id

    def close(self, token: str) -> bool:
        """End a session; returns whether it was open."""
        with self._lock:
            return self._open.pop(token, None) is not None

    def expire_all(self) -> int:
        """End every session; returns how many there were."""
        with self._lock:
            count = len(self._open)
            self._open.clear()
            return count

    def __len__(self) -> int:
        return len(self._open)


def token_of(request: HTTPConnection) -> str:
    """The token from `Authorization: Bearer …` or `OAuth …`; empty if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in _SCHEMES else ""
