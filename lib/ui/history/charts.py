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
_HEIGHT = charts.LOW + 8  # pixels, reserved while the library of the charts loads


def draw_charts(figures: Figures, period: Period, zone: tzinfo) -> None:
    """Opted out, how long it took, refused, and read."""
    each = "week" if charts.is_weekly(figures.per_day) else "day"
    with st.grid(2, min_column_width=NARROWEST, key="period_charts"):
        _draw_opted_out(figures, period, zone, f"per {each}")
        with draw_card(
            "Hours to opt-out, at most", "dot: median, line: up to the slowest", "waits"
        ):
            _draw_waits(figures, zone)
        with draw_card(f"Newly refused or not written yet per {each}", "records", "unwritten"):
            _draw_unwritten(figures)
        with draw_card(f"New unsubscribes read per {each}", "by source", "read"):
            if figures.read:
                chart = charts.read_per_day(figures.read, figures.per_day)
                draw_chart(chart, "chart_read", f"New unsubscribes read per {each}, by source")
            else:
                st.caption("No new unsubscribes were read.")
    _draw_table(figures)


@contextmanager
def draw_card(title: str, note: str, key: str) -> Iterator[None]:
    """A chart with its title; what it shows is said behind the title."""
    with st.container(border=True, gap="xsmall", key=f"card_{key}"):
        more = f" :gray[· {note}]" if note else ""
        st.subheader(f"{title}{more}", anchor=False)
        with st.container(height=_HEIGHT, border=False, gap=None):
            yield


def _draw_opted_out(figures: Figures, period: Period, zone: tzinfo, per: str) -> None:
    dark = charts.dark_days(figures.operations, [day.day for day in figures.per_day], zone)
    dotted = "; dotted: no good run" if dark else ""
    with draw_card(f"Records opted out {per}", f"click a bar for its runs{dotted}", "opted_out"):
        if not figures.totals.records:
            st.caption("No one was opted out.")
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
    if figures.delay_summary is None:
        st.caption(
            "How long people waited isn't known yet: only unsubscribes after the first run count."
        )
        return
    chart = charts.waits(figures.delays, figures.per_day, zone)
    draw_chart(chart, "chart_waits", waits_in_words(figures.delay_summary))


def _draw_unwritten(figures: Figures) -> None:
    """Each record on the day it was first refused; what is still refused is said beside it."""
    refused = sum(day.refused for day in figures.per_day)
    waiting = sum(day.not_written for day in figures.per_day)
    if not refused and not waiting:
        st.caption(still_refused(figures) or "Salesforce refused nothing, and nothing is open.")
        return
    words = f"{records(refused)} newly refused, {records(waiting)} not written yet"
    draw_chart(charts.unwritten_per_day(figures.per_day), "chart_unwritten", words)


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
