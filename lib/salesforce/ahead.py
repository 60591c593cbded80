"""Reads that are sent before anyone needs their answers, so that no one waits for them in turn.

A read finds its answer here if exactly the same was asked ahead. Otherwise it asks as usual. So a
wrong guess costs a call, and never changes what is found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, current_thread
from typing import Any

from lib.background import Background
from lib.errors import RequestRefused
from lib.salesforce.failures import Failure

_PATIENCE_AT_THE_END_S = 2.0
_THREAD = "ahead"


def is_ahead() -> bool:
    """Whether this call is one that was sent before anyone needs it."""
    return current_thread().name == _THREAD


@dataclass(frozen=True, slots=True)
class Part:
    """The answer to a part of a call: its decoded body, or why there is none."""

    body: Any
    failure: Failure | None = None

    @property
    def wait_s(self) -> float:
        """How long Salesforce asks to wait before this part is asked again."""
        return (self.failure.wait_s or 0.0) if self.failure else 0.0


class Ahead:
    """The reads that are under way or answered; each answer is used once."""

    def __init__(self) -> None:
        self._calls: dict[str, Background[Sequence[Part]]] = {}
        self._places: dict[str, int] = {}
        self._taken: set[int] = set()  # the calls of which someone took an answer
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """How many of the calls someone has taken an answer of."""
        return len(self._taken)

    def send(self, paths: Sequence[str], call: Callable[[], Sequence[Part]]) -> None:
        """Make a call in the background that answers these paths, in their order."""
        under_way = Background(call, _THREAD)
        with self._lock:
            self._calls.update(dict.fromkeys(paths, under_way))
            self._places.update({path: place for place, path in enumerate(paths)})

    def take(self, paths: Iterable[str]) -> Mapping[str, Part]:
        """The answers to those of the paths that were asked ahead. Waits for them.

        Raises what the call raised. If the call as a whole was refused, its paths count as not
        asked: asked alone, they may be answered.
        """
        with self._lock:
            calls = {path: self._calls.pop(path) for path in paths if path in self._calls}
            places = {path: self._places.pop(path) for path in calls}
            self._taken.update(map(id, calls.values()))
        found: dict[str, Part] = {}
        for path, call in calls.items():
            try:
                found[path] = call.result()[places[path]]
            except RequestRefused:
                continue
        return found

    def finish(self) -> None:
        """Wait a moment for answers that no one has taken, so that their calls are counted."""
        with self._lock:
            left = list(dict.fromkeys(self._calls.values()))
        for call in left:
            call.wait(_PATIENCE_AT_THE_END_S)
