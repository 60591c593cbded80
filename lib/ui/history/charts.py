"""The charts of a period, beside each other, and the same figures as a table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo

import pandas as pd
import streamlit as st

from lib import charts
from lib.services.runs.periods import Figures, Period
from lib.ui.history.run_filters import chosen_day, pick_day
from lib.ui.history_charts import draw_chart, waits_in_words
from lib.words import records

NARROWEST = 340  # pixels; below each other on a phone
_NO_WAITS = "How long people waited isn't known yet: only unsubscribes after the first run count."
_HEIGHT = charts.LOW + 8  # pixels, reserved while the library of the charts loads
_MOST_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class _Panel:
    """A chart with its title; or why there's nothing to show yet, instead of it."""

    key: str
    title: str
    note: str
    draw: Callable[[], None]
    has_data: bool = True
    instead: str = ""


def draw_charts(figures: Figures, period: Period, zone: tzinfo) -> None:
    """Opted out, how long it took, refused, and read; what has nothing to show is a line below."""
    per = f"per {'week' if charts.is_weekly(figures.per_day) else 'day'}"
    panels = (
        _opted_out(figures, period, zone, per),
        _waits(figures, zone),
        _unwritten(figures, per),
        _read(figures, per),
    )
    shown = [panel for panel in panels if panel.has_data]
    in_a_row = len(shown) if len(shown) <= _MOST_IN_A_ROW else 2
    if shown:
        with st.grid(in_a_row, min_column_width=NARROWEST, key="period_charts"):
            for panel in shown:
                with draw_card(panel.title, panel.note, panel.key):
                    panel.draw()
    if empty := [panel.instead for panel in panels if not panel.has_data and panel.instead]:
        st.caption(" ".join(empty))
    _draw_table(figures)


@contextmanager
def draw_card(title: str, note: str, key: str) -> Iterator[None]:
    """A chart with its title; what it shows is said behind the title."""
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card_{key}"):
        more = f" :gray[· {note}]" if note else ""
        st.subheader(f"{title}{more}", anchor=False)
        with st.container(height=_HEIGHT, border=False, gap=None):
            yield


def _opted_out(figures: Figures, period: Period, zone: tzinfo, per: str) -> _Panel:
    dark = charts.dark_days(figures.operations, [day.day for day in figures.per_day], zone)
    note = f"click a bar for its runs{'; dotted: no good run' if dark else ''}"
    title = f"Records opted out {per}"

    def draw() -> None:
        chosen = chosen_day(period)
        chart = charts.opted_out(figures.per_day, dark, chosen=chosen, can_pick=True)
        key = f"chart_opted_out_{chosen or 'all'}"
        draw_chart(chart, key, title, lambda: _pick(key, period))

    return _Panel("opted_out", title, note, draw, bool(figures.totals.records))


def _pick(key: str, period: Period) -> None:
    points = st.session_state[key].selection.get(charts.PICK) or []
    if points:
        pick_day(points[0]["key"], period)


def _waits(figures: Figures, zone: tzinfo) -> _Panel:
    found = figures.delay_summary

    def draw() -> None:
        if found is not None:
            chart = charts.waits(figures.delays, figures.per_day, zone)
            draw_chart(chart, "chart_waits", waits_in_words(found))

    note = "dot: median, line: up to the slowest"
    title = "Hours to opt-out, at most"
    return _Panel("waits", title, note, draw, found is not None, _NO_WAITS)


def _unwritten(figures: Figures, per: str) -> _Panel:
    """Each record on the day it was first refused; what is still refused is said beside it."""
    refused = sum(day.refused for day in figures.per_day)
    waiting = sum(day.not_written for day in figures.per_day)

    def draw() -> None:
        words = f"{records(refused)} newly refused, {records(waiting)} not written yet"
        draw_chart(charts.unwritten_per_day(figures.per_day), "chart_unwritten", words)

    title = f"Newly refused or not written yet {per}"
    nothing = "" if figures.still_refused else "Salesforce refused nothing, and nothing is open."
    return _Panel("unwritten", title, "records", draw, bool(refused or waiting), nothing)


def _read(figures: Figures, per: str) -> _Panel:
    title = f"New unsubscribes read {per}"

    def draw() -> None:
        chart = charts.read_per_day(figures.read, figures.per_day)
        draw_chart(chart, "chart_read", f"{title}, by source")

    nothing = "No new unsubscribes were read."
    return _Panel("read", title, "by source", draw, bool(figures.read), nothing)


def _draw_table(figures: Figures) -> None:
    with st.expander("Show as a table", key="figures_table"):
        first = "Week from" if charts.is_weekly(figures.per_day) else "Day"
        frame = pd.DataFrame(
            [
                {
                    first: day.day,
                    "Records opted out": day.records,
                    "People": day.people,
                    "Newly refused": day.refused,
                    "Not written yet": day.not_written,
                }
                for day in reversed(figures.per_day)
            ]
        )
        st.dataframe(frame, hide_index=True, key="day_table", alt=f"The figures for each {first}")
