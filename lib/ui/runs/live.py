"""A run in progress, read from the log, so that a reload shows it too."""

import streamlit as st

from lib.services.runs.dead import notice
from lib.services.runs.overview import live_run
from lib.services.started_by import in_words
from lib.store import runs
from lib.store.run import Run
from lib.ui import session
from lib.ui.errors import plain
from lib.ui.runs.words import phase
from lib.ui.times import when
from lib.words import counted

_WHILE_RUNNING_S = 1
_WHILE_IDLE_S = 10
_ADDRESSES, _RECORDS = ("address", "addresses"), ("record", "records")
_OF_ADDRESSES = frozenset({"reading", "storing", "matching", "settling"})
_PLACE = 54  # pixels, as high as the balance that takes its place


def watch(connection: str, seen: Run | None) -> None:
    """Draw this run, and rerun the page when a run starts or ends."""
    every = _WHILE_RUNNING_S if seen else _WHILE_IDLE_S
    with st.container(border=False, key="progress_place"):
        st.fragment(_watch, run_every=every)(connection, seen.id if seen else None, with_start=True)


def draw_progress(connection: str, seen: Run) -> None:
    """How far this run is, where its balance will be; the page is drawn again when it ends."""
    with st.container(height=_PLACE, border=False, key="progress_place"):
        st.fragment(_watch, run_every=_WHILE_RUNNING_S)(connection, seen.id, with_start=False)


def _watch(connection: str, seen_id: str | None, *, with_start: bool) -> None:
    with session.opened() as log:
        was_closed = notice(log, connection)
        live = live_run(log, connection)
        newest = runs.latest(log.store, connection=connection, limit=1)
    known = st.session_state.setdefault(_key(connection), newest[0].id if newest else None)
    is_other = (live.id if live else None) != seen_id or (newest and newest[0].id != known)
    if was_closed or is_other:
        st.session_state.pop(_key(connection))
        st.rerun()
    if live is not None:
        _draw(live, with_start=with_start)


def _key(connection: str) -> str:
    return f"newest_run_{connection}"


def _draw(run: Run, *, with_start: bool) -> None:
    words = phase(run)
    share = run.phase_done / run.phase_total if run.phase_total else 0.0
    noun = _ADDRESSES if run.phase in _OF_ADDRESSES else _RECORDS
    if run.phase_total:
        words = f"{words}: {run.phase_done:,} of {counted(run.phase_total, *noun)}"
    elif run.phase_done:
        words = f"{words}: {counted(run.phase_done, *noun)}"
    with st.container(key="live_run"):
        st.progress(min(share, 1.0), text=words)
        if with_start:
            st.caption(f"Started {when(run.started_at)} {plain(in_words(run.started_by))}")
