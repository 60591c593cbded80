"""The charts of a period, two by two, and the same figures as a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo

import pandas as pd
import streamlit as st

from lib import charts
from lib.services.runs.periods import Figures, Period
from lib.ui.history.figures import still_refused
from lib.ui.history.run_filters import chosen_day, pick_day
from lib.ui.history_charts import draw_chart, waits_in_words
from lib.words import records

NARROWEST = 340  # pixels; below each other on a phone
_NO_WAITS = "How long people waited isn't known yet: only unsubscribes after the first run count."
_HEIGHT = charts.LOW + 8  # pixels, reserved while the library of the charts loads


def draw_charts(figures: Figures, period: Period, zone: tzinfo) -> None:
    """Opted out, how long it took, refused, and read."""
    each = "week" if charts.is_weekly(figures.per_day) else "day"
    with st.grid(2, min_column_width=NARROWEST, key="period_charts"):
        _draw_opted_out(figures, period, zone, f"per {each}")
        _draw_waits(figures, zone)
        _draw_unwritten(figures, f"per {each}")
        _draw_read(figures, f"per {each}")
    _draw_table(figures)


@contextmanager
def draw_card(title: str, note: str, key: str, *, instead: str = "") -> Iterator[None]:
    """A chart with its title; what it shows is said behind the title. Or a sentence instead."""
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card_{key}"):
        more = f" :gray[· {note}]" if note and not instead else ""
        st.subheader(f"{title}{more}", anchor=False)
        if instead:
            st.caption(instead)
            yield
        else:
            with st.container(height=_HEIGHT, border=False, gap=None):
                yield


def _draw_opted_out(figures: Figures, period: Period, zone: tzinfo, per: str) -> None:
    dark = charts.dark_days(figures.operations, [day.day for day in figures.per_day], zone)
    note = f"click a bar for its runs{'; dotted: no good run' if dark else ''}"
    instead = "" if figures.totals.records else "No one was opted out."
    with draw_card(f"Records opted out {per}", note, "opted_out", instead=instead):
        if instead:
            return
        chosen = chosen_day(period)
        chart = charts.opted_out(figures.per_day, dark, chosen=chosen, can_pick=True)
        key = f"chart_opted_out_{chosen or 'all'}"

        def pick() -> None:
            points = st.session_state[key].selection.get(charts.PICK) or []
            if points:
                pick_day(points[0]["key"], period)

        draw_chart(chart, key, f"Records opted out {per}", pick)


def _draw_waits(figures: Figures, zone: tzinfo) -> None:
    found = figures.delay_summary
    note = "dot: median, line: up to the slowest"
    with draw_card("Hours to opt-out, at most", note, "waits", instead="" if found else _NO_WAITS):
        if found is not None:
            chart = charts.waits(figures.delays, figures.per_day, zone)
            draw_chart(chart, "chart_waits", waits_in_words(found))


def _draw_unwritten(figures: Figures, per: str) -> None:
    """Each record on the day it was first refused; what is still refused is said beside it."""
    refused = sum(day.refused for day in figures.per_day)
    waiting = sum(day.not_written for day in figures.per_day)
    nothing = still_refused(figures) or "Salesforce refused nothing, and nothing is open."
    instead = "" if refused or waiting else nothing
    with draw_card(
        f"Newly refused or not written yet {per}", "records", "unwritten", instead=instead
    ):
        if not instead:
            words = f"{records(refused)} newly refused, {records(waiting)} not written yet"
            draw_chart(charts.unwritten_per_day(figures.per_day), "chart_unwritten", words)


def _draw_read(figures: Figures, per: str) -> None:
    title = f"New unsubscribes read {per}"
    instead = "" if figures.read else "No new unsubscribes were read."
    with draw_card(title, "by source", "read", instead=instead):
        if not instead:
            chart = charts.read_per_day(figures.read, figures.per_day)
            draw_chart(chart, "chart_read", f"{title}, by source")


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
