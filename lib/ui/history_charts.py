"""A chart on a page, and the figures of a period in sentences."""

from collections.abc import Callable

import altair as alt
import streamlit as st

from lib.services.runs.periods import Figures
from lib.store.waits import DelaySummary
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


def draw_chart(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart,
    key: str,
    words: str,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """A chart with `words` in its place for a screen reader, instead of every single bar."""
    quiet = chart.configure_mark(aria=False)
    st.altair_chart(quiet, key=key, alt=words, on_select=on_pick or "ignore")


def waits_in_words(waits: DelaySummary) -> str:
    """How long people waited, as upper bounds (rules.md, 8)."""
    ended = exact(waits.slowest_ended_at)
    median, slowest = lasting(waits.median_at_most_s), lasting(waits.slowest_at_most_s)
    return by_count(
        waits.records,
        "",
        f"Time from unsubscribe to opt-out: at most {median} for 1 record, until {ended}.",
        f"Time from unsubscribe to opt-out: at most {median} (median of {{n}} records). The "
        f"slowest took at most {slowest}, until {ended}.",
    )


def lasting(seconds: float) -> str:
    """`8 minutes`, `26 hours`, `3 days`; rounded up, because it's an upper bound."""
    if seconds < _HOUR:
        return counted(max(1, -int(-seconds // _MINUTE)), "minute", "minutes")
    if seconds < 2 * _DAY:
        return counted(-int(-seconds // _HOUR), "hour", "hours")
    return counted(-int(-seconds // _DAY), "day", "days")
