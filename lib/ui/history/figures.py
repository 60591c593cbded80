"""What happened in the period: the sentence on top, and four figures."""

import streamlit as st

from lib.services.runs.periods import Figures
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.history.filters import Filters
from lib.ui.history_charts import lasting, summary
from lib.values import RunStatus
from lib.words import by_count, listed, records

_NARROWEST = 165  # pixels; two by two on a phone
_HEIGHT = 110  # pixels: known before they are drawn, so that nothing moves
_NONE = "None"
_ONCE = "Each record and each person counts once."
_NONE_ENDED = "No run has ended yet."
_ONLY_PREVIEWS = "There were only previews, which change nothing."


def draw_sentence(figures: Figures, filters: Filters) -> None:
    """Who was opted out; what Salesforce refuses now is so whatever the period."""
    still = "" if filters.source else still_refused(figures)
    mark, quiet = Mark.WELL, _ONCE
    if still:
        mark, quiet = Mark.REFUSED, still
    elif not carried_out(figures):
        mark, quiet = Mark.PREVIEW, _ONLY_PREVIEWS if figures.totals.runs else _NONE_ENDED
    elif not _got_through(figures):
        mark, quiet = Mark.NEEDS_YOU, f"No run opted anyone out: {_runs_in_words(figures)}."
    draw_answer(mark, summary(figures, filters.period), quiet)


def still_refused(figures: Figures) -> str:
    """The records that are refused now; empty if there are none."""
    return by_count(
        figures.still_refused,
        "",
        "Salesforce still refuses 1 record.",
        "Salesforce still refuses {n} records.",
    )


def draw_figures(figures: Figures) -> None:
    """In a row, or two by two."""
    totals, waits = figures.totals, figures.delay_summary
    refused = sum(day.refused for day in figures.per_day)
    with st.grid(4, min_column_width=_NARROWEST, key="period_figures"):
        _draw("People opted out", totals.people, records(totals.records))
        _draw("Runs", carried_out(figures), _runs_in_words(figures))
        _draw("Newly refused", refused, "records, by Salesforce")
        st.metric(
            "Median wait, at most",
            lasting(waits.median_at_most_s) if waits else "–",
            delta_description=f"slowest: {lasting(waits.slowest_at_most_s)}"
            if waits
            else "not known yet",
            border=True,
            height=_HEIGHT,
        )


def carried_out(figures: Figures) -> int:
    """How many runs there were; previews don't count."""
    totals = figures.totals
    return totals.runs - totals.runs_by_status.get(RunStatus.DRY_RUN, 0)


def _got_through(figures: Figures) -> int:
    """How many runs reached Salesforce's records."""
    by_status = figures.totals.runs_by_status
    return by_status.get(RunStatus.SUCCEEDED, 0) + by_status.get(RunStatus.PARTIAL, 0)


def _draw(label: str, count: int, description: str) -> None:
    value = f"{count:,}" if count else _NONE
    st.metric(label, value, delta_description=description, border=True, height=_HEIGHT)


def _runs_in_words(figures: Figures) -> str:
    """Those that need a look, and previews apart."""
    by_status = figures.totals.runs_by_status
    stopped = by_status.get(RunStatus.OVER_LIMIT, 0) + by_status.get(RunStatus.BUSY, 0)
    partial, failed = by_status.get(RunStatus.PARTIAL, 0), by_status.get(RunStatus.FAILED, 0)
    previews = by_status.get(RunStatus.DRY_RUN, 0)
    parts = [
        f"{partial:,} partly done" if partial else "",
        f"{failed:,} failed" if failed else "",
        f"{stopped:,} stopped" if stopped else "",
    ]
    ended = listed([part for part in parts if part]) or "all done"
    return ended + by_count(previews, "", "; 1 preview", "; {n} previews")
