"""The figures of a period, for one connection or all: what the charts of History show."""

import json
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from lib.services.log import Log
from lib.store import delays, figures, people
from lib.store.delays import DelaySummary, RunDelay
from lib.store.figures import Day, DayFigures, DayRead, Operation, Totals, days_between
from lib.store.run_lists import RunFilter
from lib.values import RunStatus


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row, in the viewer's time zone."""

    days: tuple[Day, ...]
    connection: str | None

    def runs(self, statuses: tuple[RunStatus, ...] = ()) -> RunFilter:
        """The runs that started in this period."""
        return RunFilter(self.days[0].start, self.days[-1].end, self.connection, statuses)


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


def period_to_today(log: Log, days: int, zone: tzinfo, connection: str | None) -> Period:
    """The last `days` days, including today."""
    today: date = log.store.now().astimezone(zone).date()
    return Period(tuple(days_between(today - timedelta(days - 1), today, zone)), connection)


def figures_of(log: Log, period: Period) -> Figures:
    """Counted in SQL; a year with a million records takes a few seconds, a month a fraction."""
    store, connection = log.store, period.connection
    since, until = period.days[0].start, period.days[-1].end
    per_run, summary = delays.delays(store, since, until, connection=connection)
    return Figures(
        totals=figures.totals(store, since, until, connection=connection),
        per_day=tuple(figures.per_day(store, period.days, connection=connection)),
        read=tuple(figures.read_per_day(store, period.days, connection=connection)),
        delays=tuple(per_run),
        delay_summary=summary,
        operations=tuple(figures.operations(store, since, until, connection=connection)),
        still_refused=sum(
            len(people.refused_now(store, scope))
            for scope in json.loads(figures.scopes_of(store, connection))
        ),
    )
