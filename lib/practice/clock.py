"""The practice org's own clock: the real time, which can be moved or stopped from outside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from lib.clock import Clock, from_text, to_text, utc_now


class PracticeClock:
    """Callable like any clock; safe to use from several threads."""

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
        """Whether the clock is stopped."""
        return self._stopped_at is not None

    def advance(self, by: timedelta) -> None:
        """Move the clock forward; a stopped clock stays stopped."""
        with self._lock:
            if self._stopped_at is None:
                self._ahead += by
            else:
                self._stopped_at += by

    def set_to(self, moment: datetime) -> None:
        """Set the clock; a stopped clock stays stopped."""
        with self._lock:
            if self._stopped_at is None:
                self._ahead = moment - self._real()
            else:
                self._stopped_at = moment

    def stop(self) -> None:
        """Stop the clock."""
        moment = self()
        with self._lock:
            self._stopped_at = moment

    def go(self) -> None:
        """Restart a stopped clock from the time it shows."""
        with self._lock:
            if self._stopped_at is not None:
                self._ahead = self._stopped_at - self._real()
                self._stopped_at = None

    def to_json(self) -> list[float | str | None]:
        """The moves so far, as `restore` reads them."""
        stopped = self._stopped_at
        return [self._ahead.total_seconds(), to_text(stopped) if stopped else None]

    def restore(self, moves: Sequence[float | str | None]) -> None:
        """Repeat the moves that `to_json` saved."""
        ahead, stopped = moves
        with self._lock:
            self._ahead = timedelta(seconds=float(ahead or 0))
            self._stopped_at = from_text(str(stopped)) if stopped else None

    def follow_real_time(self) -> None:
        """Forget every move and show the real time."""
        with self._lock:
            self._ahead = timedelta()
            self._stopped_at = None
