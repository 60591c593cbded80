"""A run: its result, the sum of its records, what went wrong with the remedy, its records."""

import streamlit as st

from lib.errors import WhoAskedUnclear
from lib.services.log import Log
from lib.services.started_by import DASHBOARD
from lib.store.changes import people_late
from lib.store.run import Run
from lib.ui.errors import plain, show_trouble
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.runs.balance import draw_run_balance
from lib.ui.runs.operations import draw_operations
from lib.ui.runs.records import draw_records
from lib.ui.runs.undo import draw_groups, draw_undo
from lib.ui.runs.words import compared, headline, late, limit, origin, read
from lib.ui.times import when
from lib.values import Fault, RunStatus
from lib.words import ABOUT_LINES, balance, counted, who_asked

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
    draw_run_balance(run, key=key, can_pick=False)
    draw_undo(log, run, key=key)
    draw_outcome(log, run, key=key)
    draw_operations(log, run, key=key)
    st.caption(f"Run {run.id}")


def mark_of(run: Run) -> Mark:
    """A preview is told from a run, and one that failed from one that was done."""
    if not run.is_finished:
        return Mark.RUNNING
    if run.status == RunStatus.DRY_RUN:
        return Mark.PREVIEW
    return _MARKS.get(run.status, Mark.WELL)


def draw_outcome(log: Log, run: Run, *, key: str) -> None:
    """The numbers, the causes of what failed, and the records."""
    if run.is_undo:
        draw_groups(log, run)
        draw_faults(run)
        draw_records(log, run, key=key)
        return
    came_back = late(run, people_late(log.store, run.id))
    lines = [read(run), compared(run), who_asked(run), came_back, balance(run), limit(run)]
    st.markdown("  \n".join(plain(line) for line in lines if line))
    draw_faults(run)
    draw_records(log, run, key=key)


def draw_faults(run: Run) -> None:
    """What went wrong, each cause once, with what to do."""
    for fault in run.errors:
        if (
            fault.code == RunStatus.OVER_LIMIT
        ):  # its remedy is for the command line; Sync has the button
            continue
        of_records = fault.count > 1 and fault.code not in ABOUT_LINES  # their message counts lines
        many = f" ({counted(fault.count, 'record', 'records')})" if of_records else ""
        show_trouble(f"{fault.message}{many}", remedy_of(run, fault))


def remedy_of(run: Run, fault: Fault) -> str:
    """What to do next; for a run started here, without options of the command line."""
    if fault.code == WhoAskedUnclear.code and run.started_by == DASHBOARD:
        return "Upload the file again on Sync, and say there who in it asked."
    return fault.remedy
