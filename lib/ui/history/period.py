"""A period of History: filters, sentence, figures, charts, and below them its runs."""

import streamlit as st

from lib.services.log import Log
from lib.services.runs.periods import Period, period_to_today
from lib.store import run_lists
from lib.ui.cached import period_figures
from lib.ui.empty_states import draw_no_runs
from lib.ui.history.charts import draw_charts
from lib.ui.history.download import ACTION_WIDTH, draw_download
from lib.ui.history.figures import carried_out, draw_figures, draw_sentence
from lib.ui.history.filters import Filters, draw_filters
from lib.ui.history.runs import draw_runs
from lib.ui.links import HISTORY, go
from lib.ui.times import viewer_zone

_WEEKS_FROM = 100  # days: from this many bars on, they're too thin for a phone


def draw_period(log: Log, connection: str) -> None:
    """All of it, or that there is nothing."""
    bar = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="period_bar",
    )
    with bar:
        filters = draw_filters(connection)
    days = period_to_today(log, filters.days, viewer_zone(), filters.connection, filters.source)
    period = days.by_week() if filters.days > _WEEKS_FROM else days
    counts = run_lists.count(log.store, period.runs())
    if not counts.notable and not counts.quiet:
        remedy = _remedy(filters)
        draw_no_runs(log, filters.connection, filters.period, remedy)
        return
    with bar.container(horizontal=True, width="content", key="period_actions"):
        _draw_actions(period)
    with st.container(key="period_above"):
        _draw_figures(log, period, filters)
    draw_runs(log, period)


def _remedy(filters: Filters) -> str:
    """What would show runs, if there are any."""
    longer = "" if filters.is_longest else "a longer period"
    others = "all sources" if filters.source else ""
    both = " or ".join(part for part in (longer, others) if part)
    return f"Choose {both}." if both else ""


def _draw_actions(period: Period) -> None:
    if st.button(
        "API calls",
        icon=":material/speed:",
        key="to_operations",
        help=_OPERATIONS,
        width=ACTION_WIDTH,
    ):
        go(HISTORY, view="operations")
    draw_download(period)


_OPERATIONS = "The calls of each day against your org's limit, and the steps of each run"


def _draw_figures(log: Log, period: Period, filters: Filters) -> None:
    figures = period_figures(log, period)
    draw_sentence(figures, filters)
    if carried_out(figures):
        draw_figures(figures)
        draw_charts(figures, period, viewer_zone())
