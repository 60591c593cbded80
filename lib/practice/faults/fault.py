"""What can go wrong with a request: an error status, a lost connection, a slow or cut answer.

A fault says which requests it affects and how often. To add a kind, add a line to `KINDS` and a
branch in lib/practice/faults/middleware.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from threading import Lock

from lib.errors import UsageError

KINDS = {
    "status": "answers with this HTTP status and does no work",
    "reset": "resets the connection before any work is done",
    "reset_after": "does the work, then resets the connection without an answer",
    "slow": "waits `seconds` before it does the work",
    "cut": "does the work, sends `share` of the answer's body as if it were the whole",
    "cut_off": "does the work, sends `share` of the answer's body and closes the connection",
    "rows": "refuses each record of a collection with `code` and `message`, or only `records`",
    "expire_sessions": "ends every session, so that the request finds its own expired",
    "slow_job": "the next Bulk job takes `seconds`",
    "failed_job": "the next Bulk job ends as Failed, with `message`",
}
JOB_KINDS = ("slow_job", "failed_job")
"""Faults of Bulk jobs, not of requests."""
AREAS = ("data", "signin", "jangomail", "any")

_WRITES = ("POST", "PATCH", "PUT", "DELETE")
_PREFIXES = (
    ("data", ("/services/data",)),
    ("signin", ("/services/Soap", "/services/oauth2", "/id/")),
    ("jangomail", ("/api.asmx",)),
)


@dataclass(slots=True)
class InjectedFault:
    """An injected fault: it goes wrong `times` more times; with `None`, until it is cleared.

    The first `after` matching requests still pass. `method` is an HTTP method or `write`; `path` is
    a regular expression searched in the path. `code` and `message` replace the status's own. With
    `more_than` it affects only collections with more records than that, and with `records` (ids
    separated by spaces) only collections with one of these records.
    """

    kind: str
    area: str = "data"
    times: int | None = 1
    after: int = 0
    method: str = ""
    path: str = ""
    status: int = 503
    code: str = ""
    message: str = ""
    seconds: float = 1.0
    share: float = 0.5
    more_than: int = 0
    records: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise _unusable(
                f"{self.kind!r} isn't a kind of fault", f"Use one of {', '.join(KINDS)}."
            )
        if self.area not in AREAS:
            raise _unusable(f"{self.area!r} isn't an area", f"Use one of {', '.join(AREAS)}.")
        if self.times is not None and self.times < 1:
            raise _unusable("a fault happens at least once", "Give times=1 or more, or none.")
        if self.after < 0:
            raise _unusable("after counts requests", "Give after=0 or more.")
        if self.more_than < 0:
            raise _unusable("more_than counts records", "Give more_than=0 or more.")
        if not 200 <= self.status <= 599:
            raise _unusable(f"{self.status} isn't an HTTP status", "Give a status from 200 to 599.")
        try:
            re.compile(self.path)
        except re.error as error:
            raise _unusable(f"path: {error}", "Give a regular expression.") from error

    @property
    def is_about_records(self) -> bool:
        """Whether it depends on the records of a collection."""
        return self.kind == "rows" or self.more_than > 0 or self.records != ""

    def names(self, record_id: str) -> bool:
        """Whether it affects this record; without `records`, it affects all."""
        return not self.records or record_id in self.records.split()

    def concerns(self, method: str, path: str, ids: Sequence[str] = ()) -> bool:
        """Whether it affects a request; `ids` are the ids of a collection's records."""
        area = area_of(path)
        return (
            area != ""
            and self.kind not in JOB_KINDS
            and self.area in ("any", area)
            and (
                self.method.upper() in ("", method) or (self.method == "write" and _writes(method))
            )
            and re.search(self.path, path) is not None
            and (not self.is_about_records or self._concerns_records(ids))
        )

    def _concerns_records(self, ids: Sequence[str]) -> bool:
        return len(ids) > self.more_than and any(self.names(record_id) for record_id in ids)


@dataclass(slots=True)
class Faults:
    """The faults waiting in one practice org, oldest first; safe to use from several threads."""

    waiting: list[InjectedFault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, fault: InjectedFault) -> None:
        """Add a fault; it starts with the next request."""
        with self._lock:
            self.waiting.append(fault)

    def clear(self) -> int:
        """Clear all faults; returns how many were waiting."""
        with self._lock:
            count = len(self.waiting)
            self.waiting.clear()
            return count

    @property
    def are_about_records(self) -> bool:
        """Whether any waiting fault depends on the records of a request."""
        with self._lock:
            return any(fault.is_about_records for fault in self.waiting)

    def take(self, method: str, path: str, ids: Sequence[str] = ()) -> InjectedFault | None:
        """The first fault that affects a request; counts it as happened."""
        with self._lock:
            for fault in self.waiting:
                if fault.concerns(method, path, ids) and not self._passes(fault):
                    self._count_down(fault)
                    return fault
        return None

    def take_for_job(self, kind: str) -> InjectedFault | None:
        """The first fault of a kind from `JOB_KINDS`; counts it as happened."""
        with self._lock:
            for fault in self.waiting:
                if fault.kind == kind and not self._passes(fault):
                    self._count_down(fault)
                    return fault
        return None

    def _passes(self, fault: InjectedFault) -> bool:
        if fault.after == 0:
            return False
        fault.after -= 1
        return True

    def _count_down(self, fault: InjectedFault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times == 0:
            self.waiting.remove(fault)


def area_of(path: str) -> str:
    """`data`, `signin` or `jangomail`; empty for the control addresses, which never fail."""
    for area, prefixes in _PREFIXES:
        if path.startswith(prefixes):
            return area
    return ""


def fault_from_text(text: str) -> InjectedFault:
    """Read `KIND[,NAME=VALUE…]`, such as `status,status=503,times=3,path=/composite`.

    Raises UsageError.
    """
    kind, *settings = text.split(",")
    return fault_from_pairs(kind.strip(), (setting.partition("=")[::2] for setting in settings))


def fault_from_pairs(kind: str, pairs: Iterable[tuple[str, object]]) -> InjectedFault:
    """A fault from the names and values of JSON or a command line. Raises UsageError."""
    known = {setting.name: setting.type for setting in fields(InjectedFault)}
    values: dict[str, object] = {}
    for name, value in pairs:
        if name not in known or name == "kind":
            raise _unusable(f"{name!r} isn't a setting of a fault", f"Use {', '.join(known)}.")
        values[name] = _converted(name, value)
    return InjectedFault(kind, **values)  # type: ignore[arg-type]  # each value was converted by its name


_CONVERTERS: dict[str, type[int] | type[float]] = {
    "times": int,
    "after": int,
    "status": int,
    "more_than": int,
    "seconds": float,
    "share": float,
}


def _converted(name: str, value: object) -> object:
    if name == "times" and value in (None, "", "none"):
        return None
    try:
        return _CONVERTERS.get(name, str)(str(value))
    except ValueError as error:
        raise _unusable(f"{name}={value!r} isn't a number", f"Give a number for {name}.") from error


def _writes(method: str) -> bool:
    return method in _WRITES


def _unusable(message: str, remedy: str) -> UsageError:
    return UsageError(message, remedy=remedy)
