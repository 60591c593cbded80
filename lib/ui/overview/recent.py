"""The lower parts of Overview: the last good run, 30 days as a chart, and the last runs."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from lib import charts
from lib.clock import utc_now
from lib.services.alerts.overview import AlertsView
from lib.services.log import Log
from lib.services.runs.overview import Glance
from lib.services.runs.periods import period_to_today
from lib.services.schedules.setting import Upcoming, upcoming
from lib.store import run_lists
from lib.store.run_lists import RunFilter
from lib.ui import session
from lib.ui.cached import period_figures
from lib.ui.errors import plain
from lib.ui.history_charts import bars_in_words, draw_chart
from lib.ui.links import HISTORY, SYNC, link
from lib.ui.runs.runs_table import draw_quiet, draw_runs
from lib.ui.state_words import who_is_told
from lib.ui.times import day_and_time, viewer_zone, when
from lib.words import by_count, closed, records

_DAYS = 30
_RUNS = 5


def rhythm(now: Glance, upcoming: Upcoming | None, alerts: AlertsView) -> Sequence[str]:
    """The last good run, the next run, and alerts, a sentence each."""
    last = now.last_good
    return (
        f"Last good run: {when(last.finished_at or last.started_at)}."
        if last
        else "No good run yet.",
        _next_run(now, upcoming),
        plain(who_is_told(alerts)),
    )


def draw_rhythm(log: Log, now: Glance, alerts: AlertsView) -> None:
    """The three sentences."""
    found = upcoming(log, session.environment(), now.connection)
    with st.container(key="rhythm"):
        st.markdown("  \n".join(rhythm(now, found, alerts)))


def _next_run(now: Glance, found: Upcoming | None) -> str:
    if found is not None and found.at is not None:
        is_due = found.at <= utc_now()
        return f"Next run: {'within a minute' if is_due else day_and_time(found.at)}."
    if found is not None:
        return closed(f"Next run: none. {plain(found.why_not or '')}")
    if now.next_expected:
        return f"Next run: expected {when(now.next_expected)}, going by earlier runs."
    return "Next run: none. Turn on the schedule on the Connection page."


def draw_month(log: Log, connection: str) -> None:
    """30 days of people opted out."""
    zone = viewer_zone()
    figures = period_figures(log, period_to_today(log, _DAYS, zone, connection))
    totals = figures.totals
    if not totals.runs:
        return
    counts = f"in the last {_DAYS} days ({records(totals.records)})"
    words = by_count(
        totals.people,
        f"No one was opted out in the last {_DAYS} days",
        f"1 person was opted out {counts}",
        f"{{n}} people were opted out {counts}",
    )
    st.header(words, anchor=False)
    dark = charts.dark_days(figures.operations, [day.day for day in figures.per_day], zone)
    chart = charts.opted_out_per_day(figures.per_day, dark)
    draw_chart(chart, "month", words)
    st.caption(bars_in_words(len(dark)))


def draw_last_runs(log: Log, connection: str) -> None:
    """The last five runs that did something; how many found nothing."""
    st.header("Last runs", anchor=False)
    wanted = RunFilter(
        datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), connection
    )
    counts = run_lists.count(log.store, wanted)
    if not counts.notable and not counts.quiet:
        st.markdown("No runs yet. Preview the first run. It changes nothing.")
        link(SYNC, "Go to Sync", key="to_sync")
        return
    draw_runs(log, run_lists.listed(log.store, wanted, limit=_RUNS), key="last_runs")
    draw_quiet(counts.quiet)
    link(HISTORY, "All runs", key="to_history")
