"""A clock for tests that only moves when a test moves it."""

from datetime import datetime, timedelta


class HandClock:
    """A clock that only moves when a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> datetime:
        """Move the clock (`days=1`, `seconds=-5`). Returns the new time."""
        self.now += timedelta(**by)
        return self.now
