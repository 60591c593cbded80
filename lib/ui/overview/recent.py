"""The lowest row of Overview: 30 days as a chart, and beside it the last runs."""

from datetime import UTC, datetime

import streamlit as st

from lib import charts
from lib.services.log import Log
from lib.services.runs.periods import Figures
from lib.store import run_lists, undos
from lib.store.run import Run
from lib.store.run_lists import RunFilter
from lib.ui.errors import plain
from lib.ui.frame.card_title import draw_card_title
from lib.ui.history_charts import draw_chart
from lib.ui.links import HISTORY, go, link
from lib.ui.marks.component import Color
from lib.ui.marks.days import DayMark, draw_days
from lib.ui.overview.figures import has_run
from lib.ui.runs.status_marks import badge_of_run
from lib.ui.runs.words import short_result, taken_back
from lib.ui.times import day, time_or_day, viewer_zone
from lib.values import CARRIED_OUT, RunStatus
from lib.words import by_count, capital, counted, people, records

_RUNS = 5
_CHART_HEIGHT = 288  # pixels, reserved while the library of the charts loads
_STRIP = 30
_STATUS_WIDTH, _WHEN_WIDTH = 82, 62  # pixels


def draw_recent(log: Log, connection: str, month: Figures) -> None:
    """The chart takes three fifths."""
    left, right = st.columns([3, 2])
    with left.container(border=True, height="stretch", key="card_month"):
        _draw_month(month)
    with right.container(border=True, height="stretch", key="card_runs"):
        _draw_runs(log, connection, month)


def _draw_month(month: Figures) -> None:
    dark = charts.dark_days(month.operations, [one.day for one in month.per_day], viewer_zone())
    note = " :gray[· dotted: no good run]" if dark else ""
    draw_card_title(f"Records opted out per day{note}")
    if not has_run(month):
        st.caption("A bar for each day shows up here after the first run.")
        return
    if not month.totals.records:
        st.caption("No one was opted out in the last 30 days.")
        return
    who, what = people(month.totals.people), records(month.totals.records)
    words = f"In the last 30 days, {who} opted out ({what})"
    with st.container(height=_CHART_HEIGHT, border=False, gap=None, key="month_place"):
        chart = charts.opted_out(month.per_day, dark, height=charts.MONTH)
        draw_chart(chart, "month", words)


def _draw_runs(log: Log, connection: str, month: Figures) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader("Last runs", anchor=False, width="content")
        link(HISTORY, "All runs", key="to_history")
    wanted = RunFilter(
        datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), connection
    )
    counts = run_lists.count(log.store, wanted)
    if not counts.notable and not counts.quiet:
        st.caption("No runs yet.")
        return
    found = run_lists.listed(log.store, wanted, limit=_RUNS)
    undone = undos.undos_of(log.store, [run.id for run in found])
    with st.container(gap="xsmall", key="last_runs"):
        for run in found:
            _draw_run(run, undone.get(run.id, ()))
    quiet = by_count(
        counts.quiet, "", "1 run found nothing to do.", "{n} runs found nothing to do."
    )
    _draw_strip(month, quiet)


def _draw_run(run: Run, taken: tuple[Run, ...] | list[Run]) -> None:
    """A line: status, when, and the result, which opens the run."""
    words, color = badge_of_run(run)
    back = f", {taken_back(taken[0])}" if taken else ""
    result = f"{short_result(run)}{back}"
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", key=f"last_runs_{run.id}"
    ):
        with st.container(width=_STATUS_WIDTH):
            st.badge(words, color=color)
        with st.container(width=_WHEN_WIDTH):
            st.caption(time_or_day(run.started_at))
        label = plain(capital(result))
        with st.container():
            opened = st.button(label, type="tertiary", key=f"last_runs_open_{run.id}", wrap=True)
        if opened:
            go(HISTORY, run=run.id, connection=run.connection)


def _draw_strip(month: Figures, quiet: str) -> None:
    """A mark for each of the last runs that wasn't a preview; those above aren't all of them."""
    done = [run for run in month.operations if run.status != RunStatus.DRY_RUN][-_STRIP:]
    if len(done) < 2:
        if quiet:
            st.caption(quiet)
        return
    good = sum(run.status == RunStatus.SUCCEEDED for run in done)
    part = sum(run.status == RunStatus.PARTIAL for run in done)
    rest = len(done) - good - part
    parts = ((good, "done"), (part, "partly done"), (rest, "failed or stopped"))
    each = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    words = f"{counted(len(done), 'run', 'runs')} in 30 days: {each}"
    draw_days([_mark(run.status, day(run.started_at)) for run in done], words, key="strip")
    st.caption(f"{words}. {quiet}".strip())


def _mark(status: RunStatus, when: str) -> DayMark:
    if status == RunStatus.SUCCEEDED:
        return DayMark(f"{when}: done", Color.OPTED_OUT)
    if status in CARRIED_OUT:
        return DayMark(f"{when}: partly done", Color.PENDING)
    return DayMark(f"{when}: failed or stopped", Color.REFUSED, "low")
