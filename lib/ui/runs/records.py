"""The records of a run as a table, page by page: what needs attention comes first."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.services.log import Log
from lib.store import connections, ledger
from lib.store.changes import page_of_run
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.runs.causes import MOST, records_of, show_all
from lib.ui.runs.download_route import address_of_run
from lib.ui.runs.names import draw_names_button, names_known
from lib.ui.runs.table import draw_table
from lib.values import Change, Fault, Outcome
from lib.words import closed, outcome_counts, records

_PAGE = 100


@dataclass(frozen=True, slots=True)
class _Records:
    """What the table shows: some records of so many, and what they have in common."""

    rows: Sequence[Change]
    total: int
    what: str = ""


def draw_records(
    log: Log, run: Run, picked: Outcome | None, cause: Fault | None, *, key: str
) -> DeltaGenerator | None:
    """The records of one outcome, of one cause, or all; returns the row of buttons below them."""
    if not outcome_counts(run):
        return None
    place = st.container(gap="xsmall", key="records")
    under = st.container(horizontal=True, vertical_alignment="center", key="under_records")
    chosen = cause if picked in (None, Outcome.FAILED) else None
    with under:
        shown = _page(log, run, picked, key) if chosen is None else _of_cause(log, run, chosen)
    with place:
        _draw_table(log, run, shown, key)
    with under:
        draw_names_button(log, run, shown.rows)
        _draw_export(run, key)
    return under


def _draw_table(log: Log, run: Run, shown: _Records, key: str) -> None:
    if shown.what:
        with st.container(horizontal=True, vertical_alignment="center", key="shown"):
            st.markdown(plain(shown.what), width="content")
            st.button("Show all records", key="show_all", type="tertiary", on_click=show_all)
    draw_table(
        run,
        shown.rows,
        key=f"{key}_table",
        alt=f"{records(shown.total)} of this run, with result and reason",
        instance_url=_instance_url_of(log, run),
        names=names_known(run),
        sources=_sources_of(log, run, shown.rows),
    )


def _page(log: Log, run: Run, picked: Outcome | None, key: str) -> _Records:
    """A page of all records, or of those of one outcome; what needs someone comes first."""
    counts = [(one, count) for one, count in outcome_counts(run) if picked in (None, one)]
    total = sum(count for _, count in counts)
    offset = _PAGE * _page_of(total, key, run.id)
    return _Records(page_of_run(log.store, run.id, counts, limit=_PAGE, offset=offset), total)


def _of_cause(log: Log, run: Run, cause: Fault) -> _Records:
    rows = records_of(log, run, cause)
    first = f"The first {MOST:,} of " if len(rows) < cause.count else ""
    what = closed(f"{first}{records(cause.count)}: {cause.message}")
    return _Records(rows, cause.count, what)


def _page_of(total: int, key: str, run_id: str) -> int:
    last = (total - 1) // _PAGE
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


def _instance_url_of(log: Log, run: Run) -> str:
    """Where the run's org opens in a browser; empty if the connection leads elsewhere now."""
    state = connections.state(log.store, run.connection)
    is_same = state is not None and state.scope == run.scope
    return (state.instance_url or "") if state is not None and is_same else ""


def _sources_of(log: Log, run: Run, rows: Sequence[Change]) -> dict[str, str]:
    """By address, the source that named it last."""
    if run.scope is None:
        return {}
    found = ledger.events_of(log.store, run.scope, [row.address for row in rows])
    return {address: events[-1].source for address, events in found.items()}


def _draw_export(run: Run, key: str) -> None:
    st.link_button(
        "Download all records (CSV)",
        address_of_run(run.id),
        icon=":material/download:",
        key=f"{key}_csv",
    )
