"""Counts the API calls of the last 24 hours, as an org's daily limit does."""

from collections import Counter
from datetime import datetime, timedelta

from lib.clock import Clock

_HOUR = timedelta(hours=1)
_DAY_IN_HOURS = 24


class Meter:
    """Calls by the hour; the window rolls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_hour: Counter[int] = Counter()

    def count(self) -> None:
        """One more call."""
        self._by_hour[self._hour()] += 1

    @property
    def used(self) -> int:
        """Calls within the last 24 hours."""
        oldest = self._hour() - _DAY_IN_HOURS
        return sum(number for hour, number in self._by_hour.items() if hour > oldest)

    @used.setter
    def used(self, number: int) -> None:
        self._by_hour = Counter({self._hour(): number})

    def _hour(self) -> int:
        return (self._clock() - datetime.fromtimestamp(0, self._clock().tzinfo)) // _HOUR
