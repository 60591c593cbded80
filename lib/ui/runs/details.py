"""A run: its result, the sum of its records, what went wrong with the remedy, its records."""

import streamlit as st

from lib.services.log import Log
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.runs.operations import draw_operations
from lib.ui.runs.outcome import draw_outcome
from lib.ui.runs.words import headline, origin
from lib.ui.times import when
from lib.values import RunStatus
from lib.words import counted

_MARKS = {
    RunStatus.PARTIAL: Mark.REFUSED,
    RunStatus.FAILED: Mark.FAILED,
    RunStatus.OVER_LIMIT: Mark.STOPPED,
    RunStatus.BUSY: Mark.UNKNOWN,
}


def draw_run(log: Log, run: Run, *, key: str) -> None:
    """The whole run, from its headline to its records, with the way to take it back."""
    took = f"{run.duration_s:,.1f} seconds" if run.duration_s else "less than a second"
    calls = counted(run.api_calls, "API call", "API calls")
    quiet = f"{when(run.started_at)} · {plain(origin(run))} · took {took}, {calls}"
    draw_answer(mark_of(run), headline(run), quiet)
    draw_outcome(log, run, key=key, is_open=True)
    draw_operations(log, run, key=key)
    st.caption(f"Run {run.id}")


def mark_of(run: Run) -> Mark:
    """A preview is told from a run, and one that failed from one that was done."""
    if not run.is_finished:
        return Mark.RUNNING
    if run.status == RunStatus.DRY_RUN:
        return Mark.PREVIEW
    return _MARKS.get(run.status, Mark.WELL)
