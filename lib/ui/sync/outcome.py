"""A run or a preview on Sync: its balance, what was refused and why, and its records."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.services.log import Log
from lib.store.changes import page_of_run, people_late
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.links import HISTORY, link
from lib.ui.runs.balance import draw_run_balance
from lib.ui.runs.operations import draw_forecast, forecast_in_full
from lib.ui.runs.records import PAGE, draw_export, instance_url_of, page_of, sources_of
from lib.ui.runs.table import draw_table
from lib.ui.runs.undo import draw_undo
from lib.ui.runs.words import compared, late, limit, read
from lib.ui.sync.names import draw_names_button, names_known
from lib.ui.sync.refusals import MOST, draw_causes, records_of, show_all
from lib.values import Change, Fault, Outcome
from lib.words import balance, by_count, closed, outcome_counts, records, who_asked

KEY = "last"
_PARTS_IN_A_LINE = 2  # on a phone


@dataclass(frozen=True, slots=True)
class _Records:
    """What the table shows: some records of so many, and what they have in common."""

    rows: Sequence[Change]
    total: int
    what: str = ""


def draw_outcome(log: Log, run: Run) -> None:
    """All of it, without the sentence, which the page's answer or a heading above has."""
    with st.container(key="last_run"):
        parts = len(outcome_counts(run))
        with st.container(key="bar_of_many" if parts > _PARTS_IN_A_LINE else "bar"):
            picked = draw_run_balance(run, key=f"{KEY}_{run.id}")
        if run.planned is not None:
            draw_forecast(run)
        lines = [who_asked(run), compared(run), late(run, people_late(log.store, run.id))]
        if said := [plain(line) for line in lines if line]:
            st.markdown("  \n".join(said))
        draw_undo(log, run, key=KEY)
        cause = draw_causes(log, run)
        _draw_records(log, run, picked, cause)
        _draw_details(run)


def draw_records_alone(log: Log, run: Run) -> None:
    """While a plan is carried out, or a run taken back, the records stay where they are."""
    with st.container(key="last_run"):
        if run.planned is not None:
            draw_forecast(run)
        _draw_records(log, run, None, None)


def _draw_records(log: Log, run: Run, picked: Outcome | None, cause: Fault | None) -> None:
    if not outcome_counts(run):
        return
    place = st.container(gap="xsmall", key="records")
    under = st.container(horizontal=True, vertical_alignment="center", key="under_records")
    chosen = cause if picked in (None, Outcome.FAILED) else None
    with under:
        shown = _page(log, run, picked) if chosen is None else _of_cause(log, run, chosen)
    with place:
        _draw_table(log, run, shown)
    with under:
        draw_names_button(log, run, shown.rows)
        draw_export(run, KEY)
        link(HISTORY, "Open in History", key="to_run", run=run.id)


def _draw_table(log: Log, run: Run, shown: _Records) -> None:
    if shown.what:
        with st.container(horizontal=True, vertical_alignment="center", key="shown"):
            st.markdown(plain(shown.what), width="content")
            st.button("Show all records", key="show_all", type="tertiary", on_click=show_all)
    draw_table(
        run,
        shown.rows,
        key=f"{KEY}_table",
        alt=f"{records(shown.total)} of this run, with result and reason",
        instance_url=instance_url_of(log, run),
        names=names_known(run),
        sources=sources_of(log, run, shown.rows),
    )


def _page(log: Log, run: Run, picked: Outcome | None) -> _Records:
    """A page of all records, or of those of one outcome; what needs someone comes first."""
    counts = [(one, count) for one, count in outcome_counts(run) if picked in (None, one)]
    total = sum(count for _, count in counts)
    offset = PAGE * page_of(total, KEY, run.id)
    return _Records(page_of_run(log.store, run.id, counts, limit=PAGE, offset=offset), total)


def _of_cause(log: Log, run: Run, cause: Fault) -> _Records:
    rows = records_of(log, run, cause)
    first = f"The first {MOST:,} of " if len(rows) < cause.count else ""
    what = closed(f"{first}{records(cause.count)}: {cause.message}")
    return _Records(rows, cause.count, what)


def _draw_details(run: Run) -> None:
    """How the numbers came about, folded."""
    took = by_count(int(run.duration_s), "less than a second", "1 second", "{n} seconds")
    calls = by_count(run.api_calls, "no API calls", "1 API call", "{n} API calls")
    ahead = forecast_in_full(run) if run.planned is not None else ""
    lines = [read(run), balance(run), limit(run), f"Took {took} and used {calls}.", ahead]
    with st.expander("How the numbers add up", key=f"{KEY}_details"):
        st.markdown("  \n".join(plain(line) for line in lines if line))
