"""The records of a run as a table, page by page: what needs attention comes first."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib import undo_words
from lib.services.log import Log
from lib.services.runs.record_results import csv_of_run
from lib.store import connections, ledger
from lib.store.changes import page_of_run
from lib.store.run import Run
from lib.ui import session
from lib.ui.runs.table import draw_table
from lib.values import Change, Outcome
from lib.words import OUTCOMES, outcome_counts, records

PAGE = 100


def draw_records(log: Log, run: Run, *, key: str) -> None:
    """A filter by outcome, a page of records, paging, and all records as CSV."""
    counts = outcome_counts(run)
    if not counts:
        return
    outcomes = undo_words.OUTCOMES if run.is_undo else OUTCOMES
    shown = _filtered(counts, key, outcomes)
    total = sum(count for _, count in shown)
    page = page_of(total, key, run.id)
    rows = page_of_run(log.store, run.id, shown, limit=PAGE, offset=PAGE * page)
    draw_table(
        run,
        rows,
        key=f"{key}_table",
        alt=f"{records(total)} of this run, with result and reason",
        instance_url=instance_url_of(log, run),
        sources=sources_of(log, run, rows),
    )
    draw_export(run, key)


def _filtered(
    counts: Sequence[tuple[Outcome, int]], key: str, outcomes: Mapping[str, str]
) -> list[tuple[Outcome, int]]:
    known = dict(counts)
    chosen = st.pills(
        "Result",
        [outcome for outcome, _ in counts],
        selection_mode="multi",
        format_func=lambda outcome: f"{outcomes[outcome]} ({known[outcome]:,})",
        label_visibility="collapsed",
        key=f"{key}_outcomes",
    )
    return [(outcome, count) for outcome, count in counts if not chosen or outcome in chosen]


def page_of(total: int, key: str, run_id: str) -> int:
    last = (total - 1) // PAGE
    if last <= 0:
        return 0
    page: int = st.number_input(
        f"Page (1 to {last + 1:,}, {records(total)})",
        min_value=1,
        max_value=last + 1,
        key=f"{key}_page_{run_id}_{total}",
        width=220,
    )
    return page - 1


def instance_url_of(log: Log, run: Run) -> str:
    """Where the run's org opens in a browser; empty if the connection leads elsewhere now."""
    state = connections.state(log.store, run.connection)
    is_same = state is not None and state.scope == run.scope
    return (state.instance_url or "") if state is not None and is_same else ""


def sources_of(log: Log, run: Run, rows: Sequence[Change]) -> dict[str, str]:
    """By address, the source that named it last."""
    if run.scope is None:
        return {}
    found = ledger.events_of(log.store, run.scope, [row.address for row in rows])
    return {address: events[-1].source for address, events in found.items()}


def draw_export(run: Run, key: str) -> None:
    """All records of the run as CSV, made when it's clicked."""

    def made() -> str:
        """Runs on another thread when it is clicked, with a log of its own."""
        with session.opened() as log:
            return csv_of_run(log, run.id)

    st.download_button(
        "Download all records of this run (CSV)",
        made,
        file_name=f"optback-run-{run.id}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"{key}_csv",
    )
