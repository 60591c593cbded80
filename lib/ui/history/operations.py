"""Operations, a view of History: calls by day against the limit, and each run's steps."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from lib import charts
from lib.call_words import IN_SHORT, STEPS, calls
from lib.services.connections.own_settings import call_cap
from lib.services.log import Log
from lib.services.runs.periods import Period, period_to_today
from lib.store import operations, run_lists
from lib.store.day_calls import DayCalls, per_day
from lib.store.operations import Operation
from lib.store.run import Run
from lib.ui.cached import period_figures
from lib.ui.columns import chips, height_of
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.history.charts import NARROWEST, draw_card
from lib.ui.history.filters import Filters, draw_filters
from lib.ui.history.run_filters import draw_status
from lib.ui.history_charts import draw_chart
from lib.ui.links import SYNC, go
from lib.ui.runs.status_marks import badge_of_run, status_colors
from lib.ui.times import exact, viewer_zone
from lib.words import by_count

VIEW = "operations"
_LAST = 50
_MOST_HEIGHT = 520  # pixels
_NEAR = 0.1  # from this share of the limit on, the chart goes up to the cap
_WIDTHS = {"Started": 160, "Status": 95, "Calls": 60, "Estimate": 75, "Seconds": 75}
_STEP = 90


def draw_operations_view(log: Log, name: str) -> None:
    """The whole view, from its filters to its table."""
    filters = draw_filters(name, with_source=False)
    zone = viewer_zone()
    period = period_to_today(log, filters.days, zone, filters.connection)
    found = period_figures(log, period)
    if not found.operations:
        _draw_nothing(filters)
        return
    days = per_day(found.operations, [day.day for day in found.per_day], zone)
    cap = call_cap(log, name).a_day
    told = share(days, cap)
    draw_answer(
        Mark.UNKNOWN if not _has_limits(days) else Mark.WELL, summary(days, filters.period), told
    )
    shown = _shown_cap(days, cap)
    with st.grid(2, min_column_width=NARROWEST, key="call_charts"):
        with draw_card("API calls per day", "line: the cap" if shown else "", "calls"):
            chart = charts.api_calls(days, found.per_day, shown)
            draw_chart(chart, "chart_calls", f"Salesforce API calls per day. {told}")
        with draw_card("Seconds per run", "", "durations"):
            points = charts.durations(found.operations, found.per_day, zone)
            draw_chart(points, "chart_durations", "Seconds per run")
    _draw_table(log, period)


def summary(days: Sequence[DayCalls], period: str) -> str:
    """How many calls the runs of a period took."""
    total, most = sum(day.ours for day in days), max(day.ours for day in days)
    return by_count(
        total,
        f"No API calls in the last {period}.",
        f"1 API call in the last {period}.",
        f"{{n}} API calls in the last {period}, at most {most:,} in a day.",
    )


def share(days: Sequence[DayCalls], cap: int) -> str:
    """How near the org came to its limit, by everyone's calls."""
    told = [day for day in days if day.limit and day.used is not None]
    if not _has_limits(days):
        return "Salesforce didn't say how many API calls the org has."
    fullest = max(told, key=lambda day: (day.used or 0) / (day.limit or 1))
    used, limit = fullest.used or 0, fullest.limit or 1
    percent = 100 * used / limit
    of = f"{percent:.0f}%" if percent >= 1 else "less than 1%"
    return (
        f"All programs together used at most {used:,} of the org's {calls(limit)} in 24 hours "
        f"({of}). From {cap}% on, runs make no more."
    )


def _has_limits(days: Sequence[DayCalls]) -> bool:
    return any(day.limit and day.used is not None for day in days)


def _shown_cap(days: Sequence[DayCalls], percent: int) -> int | None:
    """The cap in calls, unless the bars would vanish below it."""
    told = [day for day in days if day.limit and day.used]
    if not told or all((day.used or 0) < _NEAR * (day.limit or 0) for day in told):
        return None
    return (told[-1].limit or 0) * percent // 100


def _draw_nothing(filters: Filters) -> None:
    longer = "" if filters.is_longest else ", or choose a longer period"
    place = draw_answer(
        Mark.FIRST,
        f"No runs in the last {filters.period}",
        "After the next one, this page shows how many Salesforce API calls each day and each run "
        f"took, by step, against your org's limit. Preview a run{longer}.",
    )
    if place.button("Preview a run", type="primary", key="to_sync"):
        go(SYNC)


def _draw_table(log: Log, period: Period) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", key="steps_head"):
        st.subheader("Steps of the last runs", anchor=False, width="content")
        statuses = draw_status()
    runs = run_lists.newest(log.store, period.runs(statuses), limit=_LAST)
    if not runs:
        st.caption("No runs with this status.")
        return
    st.caption(
        "API calls by step. The estimate was made before the first write. That of a preview is for "
        "the run itself."
    )
    steps = operations.of_runs(log.store, [run.id for run in runs])
    frame = _frame(runs, steps)
    st.dataframe(
        frame,
        hide_index=True,
        height=height_of(len(frame), _MOST_HEIGHT),
        key="operations_table",
        column_config={name: _column(name) for name in frame.columns},
        alt="API calls of the last runs, by step",
    )


def _column(name: str) -> ColumnConfig:
    if name == "Status":
        return chips(name, status_colors(), width=_WIDTHS[name])
    alignment: Literal["left", "right"] = "left" if name == "Started" else "right"
    return st.column_config.TextColumn(width=_WIDTHS.get(name, _STEP), alignment=alignment)


def _frame(runs: Sequence[Run], steps: Mapping[str, Sequence[Operation]]) -> pd.DataFrame:
    used = {each.step for run in runs for each in steps.get(run.id, ())}
    columns = [step for step in STEPS if step in used]
    return pd.DataFrame([_row(run, steps.get(run.id, ()), columns) for run in runs])


def _row(
    run: Run, steps: Sequence[Operation], columns: Sequence[str]
) -> dict[str, str | list[str]]:
    calls_of: dict[str, int] = {}
    for each in steps:
        calls_of[each.step] = calls_of.get(each.step, 0) + each.calls
    expected = run.forecast
    return {
        "Started": exact(run.started_at),
        "Status": [badge_of_run(run)[0]],
        "Calls": f"{run.api_calls:,}",
        "Estimate": f"{expected.so_far + expected.to_come:,}" if expected else "–",
        "Seconds": f"{run.duration_s:,.1f}",
        **{IN_SHORT[step]: f"{calls_of[step]:,}" if step in calls_of else "–" for step in columns},
    }
