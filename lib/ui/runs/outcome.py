"""What came of a run or a preview: its balance, what was refused and why, and its records.

The records are right below the balance, where they are while a run is in progress, so that they
don't move when it ends. What is known only then comes below them.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.services.log import Log
from lib.store.changes import people_late
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.links import HISTORY, link
from lib.ui.runs.balance import draw_run_balance
from lib.ui.runs.causes import chosen_cause, draw_causes
from lib.ui.runs.live import draw_progress
from lib.ui.runs.operations import draw_forecast, forecast_in_full
from lib.ui.runs.records import draw_records
from lib.ui.runs.undo import draw_groups, draw_undo
from lib.ui.runs.words import compared, late, limit, read
from lib.values import Outcome
from lib.words import balance, by_count, outcome_counts, who_asked

_PARTS_IN_A_LINE = 2  # on a phone


@dataclass(frozen=True, slots=True)
class _Places:
    """From top to bottom, the same while a run is in progress and once it has ended."""

    bar: DeltaGenerator
    records: DeltaGenerator
    notes: DeltaGenerator
    foot: DeltaGenerator


def _places(key: str, about: str) -> _Places:
    """`about` is the run. The next run shown gets a foot of its own, beside this one's: what is in
    the old foot then goes at once, and isn't pushed down by what comes above it.
    """
    before, is_second = st.session_state.get(f"{key}_foot", (about, False))
    is_second ^= before != about
    st.session_state[f"{key}_foot"] = (about, is_second)
    with st.container(key=f"{key}_run"):
        bar, records, notes = st.container(), st.container(), st.container()
        feet = (st.empty(), st.container()) if is_second else (st.container(), st.empty())
        return _Places(bar, records, notes, feet[is_second])


def draw_outcome(log: Log, run: Run, *, key: str, is_open: bool = False) -> None:
    """All of it, without the sentence, which the page's answer or a heading above has.

    `is_open`: it's the page of this run, so nothing leads there.
    """
    places = _places(key, run.id)
    with places.bar:
        picked = _draw_bar(run, key)
    with places.records:
        under = draw_records(log, run, picked, chosen_cause(log, run), key=key)
    if under is not None and not is_open:
        with under:
            link(HISTORY, "Open in History", key="to_run", run=run.id)
    with places.notes:
        draw_causes(log, run)
        _draw_notes(log, run)
    with places.foot:
        draw_undo(log, run, key=key)
        if run.planned is not None:
            draw_forecast(run)
        if not run.is_undo:
            _draw_details(run, key)


def draw_in_progress(log: Log, run: Run | None, live: Run, *, key: str) -> DeltaGenerator:
    """While a plan is carried out, or a run taken back, its records stay where they are.

    Returns their place, for what is there otherwise.
    """
    places = _places(key, live.id)
    with places.bar:
        draw_progress(live.connection, live)
    if run is not None:
        with places.records:
            draw_records(log, run, None, None, key=key)
        with places.foot:
            if run.planned is not None:
                draw_forecast(run)
    return places.records


def _draw_bar(run: Run, key: str) -> Outcome | None:
    parts = len(outcome_counts(run))
    with st.container(key="bar_of_many" if parts > _PARTS_IN_A_LINE else "bar"):
        return draw_run_balance(run, key=f"{key}_{run.id}")


def _draw_notes(log: Log, run: Run) -> None:
    """What the bar doesn't show."""
    if run.is_undo:
        draw_groups(log, run)
        return
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
