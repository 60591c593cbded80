"""What can go wrong with a request: an error status, a lost connection, a slow or cut answer.

A fault says which requests it affects and how often. To add a kind, add a line to `KINDS` in
kinds.py and a branch in lib/practice/faults/middleware.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from lib.errors import UsageError
from lib.practice.faults.calls import CALLS
from lib.practice.faults.kinds import AREAS, JOB_KINDS, KINDS, SAVE_KINDS

_WRITES = ("POST", "PATCH", "PUT", "DELETE")
_PREFIXES = (
    ("data", ("/services/data",)),
    ("signin", ("/services/Soap", "/services/oauth2", "/id/")),
    ("jangomail", ("/api.asmx",)),
)
_STATUSES = {"html": 200, "redirect": 302}
_USUAL_STATUS = 503


@dataclass(slots=True)
class InjectedFault:
    """An injected fault: it goes wrong `times` more times; with `None`, until it is cleared.

    The first `after` matching requests still pass. `call` is a kind of call (calls.py), in any
    area; `method` is an HTTP method or `write`; `path` is a regular expression searched in the
    path. `code` and `message` replace the status's own. With `more_than` it affects only saves with
    more records than that, and with `records` (ids separated by spaces) only saves with one of
    these records. `every` N affects every Nth record of a save, or part of a call.
    """

    kind: str
    area: str = "data"
    times: int | None = 1
    after: int = 0
    call: str = ""
    method: str = ""
    path: str = ""
    status: int = 0
    code: str = ""
    message: str = ""
    retry_after: int | None = None
    seconds: float = 1.0
    share: float = 0.5
    bytes: int | None = None
    keys: str = ""
    more_than: int = 0
    records: str = ""
    every: int = 1
    saved: int = 0
    do: str = ""

    def __post_init__(self) -> None:
        self.status = self.status or _STATUSES.get(self.kind, _USUAL_STATUS)
        for known, given, what in (
            (KINDS, self.kind, "a kind of fault"),
            (AREAS, self.area, "an area"),
            (("", *CALLS), self.call, "a kind of call"),
        ):
            if given not in known:
                choices = ", ".join(each for each in known if each)
                raise _unusable(f"{given!r} isn't {what}", f"Use one of {choices}.")
        self._check_numbers()
        if self.kind == "act" and not self.do:
            raise _unusable("act needs an act", "Name it, such as do=expire-sessions.")
        try:
            re.compile(self.path)
        except re.error as error:
            raise _unusable(f"path: {error}", "Give a regular expression.") from error

    def _check_numbers(self) -> None:
        if self.times is not None and self.times < 1:
            raise _unusable("a fault happens at least once", "Give times=1 or more, or none.")
        if self.after < 0:
            raise _unusable("after counts requests", "Give after=0 or more, or at=1 or more.")
        if self.more_than < 0:
            raise _unusable("more_than counts records", "Give more_than=0 or more.")
        if self.every < 1:
            raise _unusable("every counts records", "Give every=1 or more.")
        if not 200 <= self.status <= 599:
            raise _unusable(f"{self.status} isn't an HTTP status", "Give a status from 200 to 599.")

    @property
    def is_about_records(self) -> bool:
        """Whether it depends on the records of a save."""
        return self.more_than > 0 or self.records != ""

    def names(self, record_id: str) -> bool:
        """Whether it affects this record; without `records`, it affects all."""
        return not self.records or record_id in self.records.split()

    def concerns(self, method: str, path: str, call: str, ids: Sequence[str] = ()) -> bool:
        """Whether it affects a request; `ids` are the ids of the records it saves."""
        area = area_of(path)
        return (
            area != ""
            and self.kind not in (*JOB_KINDS, *SAVE_KINDS)
            and self.call in ("", call)
            and (self.area in ("any", area) or self.call != "")
            and (
                self.method.upper() in ("", method) or (self.method == "write" and _writes(method))
            )
            and re.search(self.path, path) is not None
            and (not self.is_about_records or self.concerns_records(ids))
        )

    def concerns_records(self, ids: Sequence[str]) -> bool:
        """Whether it affects a save of these records."""
        return len(ids) > self.more_than and any(self.names(record_id) for record_id in ids)

    def kept_of(self, length: int) -> int:
        """How many bytes of an answer it leaves as they are."""
        return int(length * self.share) if self.bytes is None else min(self.bytes, length)


def area_of(path: str) -> str:
    """`data`, `signin` or `jangomail`; empty for the control addresses, which never fail."""
    for area, prefixes in _PREFIXES:
        if path.startswith(prefixes):
            return area
    return ""


def fault_from_text(text: str) -> InjectedFault:
    """Read `KIND[,NAME=VALUE…]`, such as `status,status=503,times=3,call=save`.

    Raises UsageError.
    """
    kind, *settings = text.split(",")
    return fault_from_pairs(kind.strip(), (setting.partition("=")[::2] for setting in settings))


def fault_from_pairs(kind: str, pairs: Iterable[tuple[str, object]]) -> InjectedFault:
    """A fault from the names and values of JSON or a command line. Raises UsageError.

    `at` says which of the requests it affects first: `at=2` is `after=1`.
    """
    known = {setting.name: setting.type for setting in fields(InjectedFault)}
    values: dict[str, object] = {}
    for name, value in pairs:
        if name == "at":
            values["after"] = _number(name, value, int) - 1
        elif name not in known or name == "kind":
            raise _unusable(
                f"{name!r} isn't a setting of a fault", f"Use {', '.join(known)}, or at."
            )
        else:
            values[name] = _converted(name, value)
    return InjectedFault(kind, **values)  # type: ignore[arg-type]  # each value was converted by its name


_CONVERTERS: dict[str, type[int] | type[float]] = {
    "times": int,
    "after": int,
    "status": int,
    "retry_after": int,
    "bytes": int,
    "more_than": int,
    "every": int,
    "saved": int,
    "seconds": float,
    "share": float,
}
_MAY_BE_NONE = ("times", "retry_after", "bytes")


def _converted(name: str, value: object) -> object:
    if name in _MAY_BE_NONE and value in (None, "", "none"):
        return None
    return _number(name, value, _CONVERTERS[name]) if name in _CONVERTERS else str(value)


def _number(name: str, value: object, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(str(value))
    except ValueError as error:
        raise _unusable(f"{name}={value!r} isn't a number", f"Give a number for {name}.") from error


def _writes(method: str) -> bool:
    return method in _WRITES


def _unusable(message: str, remedy: str) -> UsageError:
    return UsageError(message, remedy=remedy)
