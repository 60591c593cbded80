"""When the next scheduled run is due, even if someone sets the clock."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as time_of_day


class Timetable:
    """Daily at a local time, or every N minutes (the first at once).

    A clock that can't be set counts the minutes. The daily time follows the wall clock: if the
    clock is set forward past it, the run is due at once. If the clock is set back, the run is due
    the next time the clock shows that time.
    """

    def __init__(
        self,
        *,
        at: time_of_day | None,
        every_minutes: int | None,
        monotonic: Callable[[], float] = time.monotonic,
        now: datetime | None = None,
    ) -> None:
        self._at = at
        self._every = every_minutes or 0
        self._monotonic = monotonic
        self._due_monotonic = monotonic()
        self._due = self._next_after(now or datetime.now().astimezone())

    def in_words(self) -> str:
        """`daily at 07:00`, or `every 15 minutes`."""
        if self._at is not None:
            return f"daily at {self._at:%H:%M}"
        return "every minute" if self._every == 1 else f"every {self._every:,} minutes"

    def is_due(self, now: datetime) -> bool:
        """Whether to run now. After a yes, it waits for the next time."""
        if self._at is None:
            return self._is_due_by_minutes()
        self._due = min(self._due, self._next_after(now))
        if now < self._due:
            return False
        self._due = self._next_after(now)
        return True

    def wait_s(self, now: datetime) -> float:
        """Seconds until the next time; 0 when it is overdue."""
        if self._at is None:
            return max(0.0, self._due_monotonic - self._monotonic())
        return max(0.0, (self._due - now).total_seconds())

    def _is_due_by_minutes(self) -> bool:
        if self._monotonic() < self._due_monotonic:
            return False
        self._due_monotonic = self._monotonic() + self._every * 60.0
        return True

    def _next_after(self, now: datetime) -> datetime:
        if self._at is None:
            return now
        today = now.replace(hour=self._at.hour, minute=self._at.minute, second=0, microsecond=0)
        return today if today > now else today + timedelta(days=1)
