"""The figures of a period, for one connection or all: what the charts of History show."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo

from lib.services.log import Log
from lib.store import figures, people, waits
from lib.store.figures import Day, DayFigures, DayRead, Operation, Totals, days_between
from lib.store.run_lists import RunFilter
from lib.store.waits import DelaySummary, RunDelay
from lib.values import RunStatus

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row, or weeks, in the viewer's time zone; `source` None means all."""

    days: tuple[Day, ...]
    connection: str | None
    source: str | None = None

    def runs(self, statuses: tuple[RunStatus, ...] = ()) -> RunFilter:
        """The runs that started in this period."""
        since, until = self.days[0].start, self.days[-1].end
        return RunFilter(since, until, self.connection, statuses, source=self.source)

    def by_week(self) -> "Period":
        """The same period, as weeks that end today; the first may be shorter."""
        last = len(self.days) - 1
        starts = range(last % _WEEK - _WEEK + 1, len(self.days), _WEEK)
        weeks = (
            replace(self.days[max(0, start)], end=self.days[start + _WEEK - 1].end)
            for start in starts
        )
        return replace(self, days=tuple(weeks))


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the charts of a period need.

    `still_refused` counts the records that are refused now, since whenever.
    """

    totals: Totals
    per_day: tuple[DayFigures, ...]
    read: tuple[DayRead, ...]
    delays: tuple[RunDelay, ...]
    delay_summary: DelaySummary | None
    operations: tuple[Operation, ...]
    still_refused: int


def period_to_today(
    log: Log, days: int, zone: tzinfo, connection: str | None, source: str | None = None
) -> Period:
    """The last `days` days, including today."""
    today: date = log.store.now().astimezone(zone).date()
    between = days_between(today - timedelta(days - 1), today, zone)
    return Period(tuple(between), connection, source)


def figures_of(log: Log, period: Period) -> Figures:
    """Counted in SQL; a year with a million records takes a few seconds, a month a fraction."""
    store, connection, source = log.store, period.connection, period.source
    since, until = period.days[0].start, period.days[-1].end
    per_run, summary = waits.of_period(store, since, until, connection=connection, source=source)
    return Figures(
        totals=figures.totals(store, since, until, connection=connection, source=source),
        per_day=tuple(figures.per_day(store, period.days, connection=connection, source=source)),
        read=tuple(figures.read_per_day(store, period.days, connection=connection, source=source)),
        delays=tuple(per_run),
        delay_summary=summary,
        operations=tuple(
            figures.operations(store, since, until, connection=connection, source=source)
        ),
        still_refused=sum(
            len(people.refused_now(store, scope))
            for scope in json.loads(figures.scopes_of(store, connection))
        ),
    )
