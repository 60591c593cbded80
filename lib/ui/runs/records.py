"""The records of a run as a table, page by page: what needs attention comes first."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib import undo_words
from lib.services.log import Log
from lib.services.runs.record_results import csv_of_run, why_of
from lib.store.changes import page_of_run
from lib.store.run import Run
from lib.ui import session
from lib.ui.times import viewer_zone
from lib.values import Change, Outcome
from lib.words import OUTCOMES, object_in_words, outcome_counts, records

PAGE = 100

_BOX = {
    Outcome.UPDATED: "no → yes",
    Outcome.PLANNED: "no → yes",
    Outcome.ALREADY: "yes",
    Outcome.KEPT: "no",
    Outcome.FAILED: "no",
    Outcome.PENDING: "no",
}
_BOX_OF_UNDO = {
    Outcome.UPDATED: "yes → no",
    Outcome.PLANNED: "yes → no",
    Outcome.FAILED: "yes",
    Outcome.PENDING: "yes",
}
_COLUMNS = {
    "address": st.column_config.TextColumn("Email", width=240),
    "outcome": st.column_config.TextColumn("Result", width=230),
    "box": st.column_config.TextColumn("Email Opt Out", width=120),
    "why": st.column_config.TextColumn("Why", width=420),
    "object": st.column_config.TextColumn("Object", width=90),
    "record": st.column_config.TextColumn("Record ID", width=190),
}


def draw_records(log: Log, run: Run, *, key: str) -> None:
    """A filter by outcome, a page of records, paging, and all records as CSV."""
    counts = outcome_counts(run)
    if not counts:
        return
    outcomes = undo_words.OUTCOMES if run.is_undo else OUTCOMES
    shown = _filtered(counts, key, outcomes)
    total = sum(count for _, count in shown)
    page = _page(total, key, run.id)
    rows = page_of_run(log.store, run.id, shown, limit=PAGE, offset=PAGE * page)
    st.dataframe(
        _frame(rows, outcomes, _BOX_OF_UNDO if run.is_undo else _BOX),
        column_config=_COLUMNS,
        hide_index=True,
        key=f"{key}_table",
        alt=f"{records(total)} of this run, with result and reason",
    )
    _draw_export(run, key)


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


def _page(total: int, key: str, run_id: str) -> int:
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


def _frame(
    rows: Sequence[Change], outcomes: Mapping[str, str], boxes: Mapping[Outcome, str]
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "address": row.address,
                "outcome": outcomes[row.outcome],
                "box": boxes.get(row.outcome, "–"),
                "why": " ".join(part for part in why_of(row, viewer_zone()) if part) or "–",
                "object": object_in_words(row.sobject),
                "record": row.record_id,
            }
            for row in rows
        ],
        columns=list(_COLUMNS),
    )


def _draw_export(run: Run, key: str) -> None:
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
