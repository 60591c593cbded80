"""The practice org's own clock: the real time, moved or stopped from outside ("30 days pass")."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from lib.clock import Clock, from_text, to_text, utc_now


class PracticeClock:
    """Callable like any clock; what was read before is never undone by a thread beside it."""

    def __init__(self, real: Clock = utc_now) -> None:
        self._real = real
        self._ahead = timedelta()
        self._stopped_at: datetime | None = None
        self._lock = Lock()

    def __call__(self) -> datetime:
        """The time now in the practice org, in UTC."""
        with self._lock:
            return self._stopped_at or self._real() + self._ahead

    @property
    def is_stopped(self) -> bool:
        """Whether time stands still until it is moved or let go."""
        return self._stopped_at is not None

    def advance(self, by: timedelta) -> None:
        """Let time pass at once; a stopped clock stays stopped, further on."""
        with self._lock:
            if self._stopped_at is None:
                self._ahead += by
            else:
                self._stopped_at += by

    def set_to(self, moment: datetime) -> None:
        """Make it that moment now; a stopped clock stays stopped there."""
        with self._lock:
            if self._stopped_at is None:
                self._ahead = moment - self._real()
            else:
                self._stopped_at = moment

    def stop(self) -> None:
        """Let time stand still."""
        moment = self()
        with self._lock:
            self._stopped_at = moment

    def go(self) -> None:
        """Let a stopped clock go on from where it stands."""
        with self._lock:
            if self._stopped_at is not None:
                self._ahead = self._stopped_at - self._real()
                self._stopped_at = None

    def to_json(self) -> list[float | str | None]:
        """The moves so far, for `restore`."""
        stopped = self._stopped_at
        return [self._ahead.total_seconds(), to_text(stopped) if stopped else None]

    def restore(self, moves: Sequence[float | str | None]) -> None:
        """Take up the moves that `to_json` told of."""
        ahead, stopped = moves
        with self._lock:
            self._ahead = timedelta(seconds=float(ahead or 0))
            self._stopped_at = from_text(str(stopped)) if stopped else None

    def follow_real_time(self) -> None:
        """Forget every move: the real time again."""
        with self._lock:
            self._ahead = timedelta()
            self._stopped_at = None
