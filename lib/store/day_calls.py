"""A period's API calls: what runs used by day, and how much of the org's limit everyone used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from lib.store.figures import Operation


@dataclass(frozen=True, slots=True)
class DayCalls:
    """A day's calls: `ours` of runs, `used` of everyone in 24 hours at most, of the org's `limit`.

    The last two are None if Salesforce didn't say, or no run ended.
    """

    day: date
    ours: int
    used: int | None = None
    limit: int | None = None

    @property
    def others(self) -> int:
        """The calls of everything else: other programs, and our own lists, tests, and undos."""
        return max(0, (self.used or 0) - self.ours)


def per_day(operations: Sequence[Operation], days: Sequence[date], zone: tzinfo) -> list[DayCalls]:
    """The calls of each of these days, in order."""
    by_day: dict[date, list[Operation]] = {day: [] for day in days}
    for run in operations:
        by_day.setdefault(run.started_at.astimezone(zone).date(), []).append(run)
    return [_of_day(day, by_day[day]) for day in days]


def _of_day(day: date, of_day: Sequence[Operation]) -> DayCalls:
    ours = sum(run.api_calls for run in of_day)
    told = [run for run in of_day if run.used is not None and run.limit]
    if not told:
        return DayCalls(day, ours)
    most = max(told, key=lambda run: run.used or 0)
    return DayCalls(day, ours, most.used, most.limit)
