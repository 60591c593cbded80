"""What came of a run or a preview: its balance, what was refused and why, and its records."""

import streamlit as st

from lib.services.log import Log
from lib.store.changes import people_late
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.links import HISTORY, link
from lib.ui.runs.balance import draw_run_balance
from lib.ui.runs.causes import draw_causes
from lib.ui.runs.operations import draw_forecast, forecast_in_full
from lib.ui.runs.records import draw_records
from lib.ui.runs.undo import draw_groups, draw_undo
from lib.ui.runs.words import compared, late, limit, read
from lib.words import balance, by_count, outcome_counts, who_asked

_PARTS_IN_A_LINE = 2  # on a phone


def draw_outcome(log: Log, run: Run, *, key: str, is_open: bool = False) -> None:
    """All of it, without the sentence, which the page's answer or a heading above has.

    `is_open`: it's the page of this run, so nothing leads there.
    """
    with st.container(key=f"{key}_run"):
        parts = len(outcome_counts(run))
        with st.container(key="bar_of_many" if parts > _PARTS_IN_A_LINE else "bar"):
            picked = draw_run_balance(run, key=f"{key}_{run.id}")
        _draw_notes(log, run)
        draw_undo(log, run, key=key)
        cause = draw_causes(log, run)
        under = draw_records(log, run, picked, cause, key=key)
        if under is not None and not is_open:
            with under:
                link(HISTORY, "Open in History", key="to_run", run=run.id)
        if not run.is_undo:
            _draw_details(run, key)


def draw_records_alone(log: Log, run: Run, *, key: str) -> None:
    """While a plan is carried out, or a run taken back, the records stay where they are."""
    with st.container(key=f"{key}_run"):
        if run.planned is not None:
            draw_forecast(run)
        draw_records(log, run, None, None, key=key)


def _draw_notes(log: Log, run: Run) -> None:
    """What the bar doesn't show."""
    if run.is_undo:
        draw_groups(log, run)
        return
    if run.planned is not None:
        draw_forecast(run)
    lines = [who_asked(run), compared(run), late(run, people_late(log.store, run.id))]
    if said := [plain(line) for line in lines if line]:
        st.markdown("  \n".join(said))


def _draw_details(run: Run, key: str) -> None:
    """How the numbers came about, folded."""
    took = by_count(int(run.duration_s), "less than a second", "1 second", "{n} seconds")
    calls = by_count(run.api_calls, "no API calls", "1 API call", "{n} API calls")
    ahead = forecast_in_full(run) if run.planned is not None else ""
    lines = [read(run), balance(run), limit(run), f"Took {took} and used {calls}.", ahead]
    with st.expander("How the numbers add up", key=f"{key}_details"):
        st.markdown("  \n".join(plain(line) for line in lines if line))
