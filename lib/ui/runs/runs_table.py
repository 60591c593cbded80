"""A list of runs, each opens on a click; runs that found nothing are folded."""

from collections.abc import Sequence

import streamlit as st

from lib.services.log import Log
from lib.store import run_lists, undos
from lib.store.run import Run
from lib.store.run_lists import RunFilter
from lib.ui.errors import plain
from lib.ui.links import HISTORY, go
from lib.ui.runs.words import headline, origin, taken_back
from lib.ui.times import when
from lib.values import RunStatus
from lib.words import cause, counted, failed

PAGE = 20


def draw_runs(log: Log, found: Sequence[Run], *, key: str, with_connection: bool = False) -> None:
    """A run per line: its result (a link to its records), when, and from where."""
    undone = undos.undos_of(log.store, [run.id for run in found])
    for run in found:
        with st.container(key=f"{key}_{run.id}", gap=None):
            if st.button(_label(run), type="tertiary", key=f"{key}_open_{run.id}", wrap=True):
                go(HISTORY, run=run.id, connection=run.connection)
            of = f" · {plain(run.connection)}" if with_connection else ""
            why = f" · {plain(cause(run))}" if run.status == RunStatus.FAILED else ""
            back = f" · {taken_back(undone[run.id][0])}" if run.id in undone else ""
            st.caption(f"{when(run.started_at)} · {plain(origin(run))}{of}{why}{back}")


def _label(run: Run) -> str:
    """Short enough for a line on a phone: a button centers a second line."""
    if run.status == RunStatus.FAILED and not run.is_undo:
        return failed(run)
    return plain(headline(run))


def draw_quiet(count: int) -> None:
    """`287 runs found nothing to do`, as a quiet line."""
    if count:
        st.caption(f"{counted(count, 'run', 'runs').capitalize()} found nothing to do.")


def draw_run_pages(log: Log, wanted: RunFilter) -> None:
    """All runs that match a filter, page by page; runs that found nothing are folded."""
    counts = run_lists.count(log.store, wanted)
    multiple = wanted.connection is None
    if counts.notable:
        offset = _offset(counts.notable, "runs")
        found = run_lists.listed(log.store, wanted, limit=PAGE, offset=offset)
        draw_runs(log, found, key="runs", with_connection=multiple)
    elif not counts.quiet:
        st.caption("No runs with this status.")
    if counts.quiet:
        words = f"{counted(counts.quiet, 'run', 'runs')} found nothing to do"
        with st.expander(words, key="quiet_runs"):
            offset = _offset(counts.quiet, "quiet")
            found = run_lists.listed(log.store, wanted, quiet=True, limit=PAGE, offset=offset)
            draw_runs(log, found, key="quiet", with_connection=multiple)


def _offset(total: int, key: str) -> int:
    last = (total - 1) // PAGE
    if not last:
        return 0
    words = f"Page (1 to {last + 1:,}, {counted(total, 'run', 'runs')}, newest first)"
    page: int = st.number_input(
        words, min_value=1, max_value=last + 1, key=f"{key}_page_{total}", width=260
    )
    return PAGE * (page - 1)
