"""The charts of a period, their figures in sentences, and as a table."""

from datetime import tzinfo

import altair as alt
import pandas as pd
import streamlit as st

from lib import charts
from lib.services.runs.periods import Figures
from lib.store.delays import DelaySummary
from lib.ui.links import HISTORY, go
from lib.ui.times import exact
from lib.values import RunStatus
from lib.words import by_count, counted, records

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def summary(figures: Figures, period: str) -> str:
    """The period in a sentence."""
    totals = figures.totals
    carried_out = totals.runs - totals.runs_by_status.get(RunStatus.DRY_RUN, 0)
    counts = f"{records(totals.records)} in {counted(carried_out, 'run', 'runs')}"
    return by_count(
        totals.people,
        f"No one was opted out in the last {period}.",
        f"1 person was opted out in the last {period}: {counts}.",
        f"{{n}} people were opted out in the last {period}: {counts}.",
    )


def draw_charts(figures: Figures, zone: tzinfo) -> None:
    """Opted out, refused, read, waiting times, and where the operations are."""
    days = [day.day for day in figures.per_day]
    dark = charts.dark_days(figures.operations, days, zone)
    st.caption(bars_in_words(len(dark)))
    draw_chart(
        charts.opted_out_per_day(figures.per_day, dark),
        "chart_opted_out",
        "Records opted out per day",
    )
    _draw_unwritten(figures)
    if figures.read:
        chart = charts.read_per_day(figures.read, figures.per_day)
        draw_chart(chart, "chart_read", "New unsubscribes read per day, by source")
    _draw_waits(figures, zone)
    _draw_table(figures)
    if st.button("Operations: API calls and steps", icon=":material/speed:", key="to_operations"):
        go(HISTORY, view="operations")


def bars_in_words(dark: int) -> str:
    """How to read the first chart."""
    gray = by_count(
        dark, "", " Gray: 1 day without a good run.", " Gray: {n} days without a good run."
    )
    return f"Bars show records, each counted once. The line across a bar shows people.{gray}"


def draw_chart(chart: alt.Chart | alt.LayerChart | alt.FacetChart, key: str, words: str) -> None:
    """A chart with `words` in its place for a screen reader, instead of every single bar."""
    st.altair_chart(chart.configure_mark(aria=False), key=key, alt=words)


def _draw_unwritten(figures: Figures) -> None:
    refused = sum(day.refused for day in figures.per_day)
    waiting = sum(day.not_written for day in figures.per_day)
    still = by_count(
        figures.still_refused,
        "",
        "Salesforce still refuses 1 record.",
        "Salesforce still refuses {n} records.",
    )
    if still:
        first = " The bars show each record on the day it was first refused." if refused else ""
        st.markdown(f"{still}{first}")
    if not refused and not waiting:
        return
    sentence = f"{records(refused)} newly refused, {records(waiting)} not written yet"
    draw_chart(charts.unwritten_per_day(figures.per_day), "chart_unwritten", sentence)


def _draw_waits(figures: Figures, zone: tzinfo) -> None:
    if figures.delay_summary is None:
        return
    sentence = waits_in_words(figures.delay_summary)
    st.markdown(sentence)
    draw_chart(charts.waits(figures.delays, figures.per_day, zone), "chart_waits", sentence)


def waits_in_words(waits: DelaySummary) -> str:
    """How long people waited, as upper bounds (rules.md, 8)."""
    ended = exact(waits.slowest_ended_at)
    median, slowest = lasting(waits.median_at_most_s), lasting(waits.slowest_at_most_s)
    return by_count(
        waits.records,
        "",
        f"Time from unsubscribe to opt-out: at most {median} for 1 record, until {ended}.",
        f"Time from unsubscribe to opt-out: at most {median} (median of {{n}} records). The "
        f"slowest took at most {slowest}, until {ended}. Each dot is the median of a run, and "
        "its line goes up to the slowest record.",
    )


def lasting(seconds: float) -> str:
    """`8 minutes`, `26 hours`, `3 days`; rounded up, because it's an upper bound."""
    if seconds < _HOUR:
        return counted(max(1, -int(-seconds // _MINUTE)), "minute", "minutes")
    if seconds < 2 * _DAY:
        return counted(-int(-seconds // _HOUR), "hour", "hours")
    return counted(-int(-seconds // _DAY), "day", "days")


def _draw_table(figures: Figures) -> None:
    with st.expander("Show as a table", key="figures_table"):
        frame = pd.DataFrame(
            [
                {
                    "Day": day.day,
                    "Records opted out": day.records,
                    "People": day.people,
                    "Newly refused": day.refused,
                    "Not written yet": day.not_written,
                }
                for day in reversed(figures.per_day)
            ]
        )
        st.dataframe(frame, hide_index=True, key="day_table", alt="The figures for each day")
