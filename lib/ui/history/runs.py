"""The runs of a period as a table: status, when, result, and who started it; each opens."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from lib.services.log import Log
from lib.services.runs.periods import Period
from lib.store import run_lists, undos
from lib.store.run import Run
from lib.store.run_lists import RunCounts, RunFilter
from lib.ui.columns import chips, cut, height_of, opening
from lib.ui.history.run_filters import draw_run_filters, starter_in_words
from lib.ui.links import HISTORY, go
from lib.ui.runs.status_marks import badge_of_run, status_colors
from lib.ui.runs.words import short_result, taken_back
from lib.ui.times import exact, viewer_zone
from lib.values import RunStatus
from lib.words import JANGOMAIL, by_count, capital, counted, listed

PAGE = 100
_OPEN, _OPENED = "runs_open", "runs_opened"
_MOST_HEIGHT = 520  # pixels
_LONGEST = 44  # letters of a result
_TEXTS = {"By": 160, "Source": 105}
_LETTERS = {"By": 24, "Source": 15}
_NUMBERS = {"Read": 60, "Opted out": 80, "Refused": 70, "API calls": 75}


def show_all_runs() -> None:
    """Leave the run or the view that is open; for callbacks."""
    for name in ("run", "view"):
        st.query_params.pop(name, None)


def draw_runs(log: Log, period: Period) -> None:
    """Its filters beside its heading; runs that found nothing are there on request."""
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="runs_head",
    ):
        place = st.empty()
        with st.container(horizontal=True, width="content", key="run_filters"):
            wanted = draw_run_filters(log, period)
    counts = run_lists.count(log.store, wanted)
    quiet = _draw_quiet(counts)
    total = counts.notable + (counts.quiet if quiet else 0)
    place.subheader(_heading(counts), anchor=False, width="content")
    if not total:
        st.caption(_nothing(counts))
        return
    _draw_page(log, wanted, total, both=None if quiet else False)


def _draw_page(log: Log, wanted: RunFilter, total: int, *, both: bool | None) -> None:
    """A page of runs, and below it the way to the others. A run that is chosen opens."""
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="under_runs"):
        offset = _offset(total)
        found = run_lists.listed(log.store, wanted, quiet=both, limit=PAGE, offset=offset)
        opened = _draw_opener(found)
    with place:
        clicked = _draw_table(log, found, with_connection=wanted.connection is None)
    chosen = opened if clicked is None else clicked
    if chosen is not None:
        st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1  # forgets the choice
        go(HISTORY, run=found[chosen].id, connection=found[chosen].connection)


def _heading(counts: RunCounts) -> str:
    """`30 runs and 2 previews`: as many as the figure above says. The toggle below has the rest."""
    ran = counted(counts.runs, "run", "runs") if counts.runs or not counts.previews else ""
    previewed = by_count(counts.previews, "", "1 preview", "{n} previews")
    return capital(listed([part for part in (ran, previewed) if part]))


def _nothing(counts: RunCounts) -> str:
    if counts.quiet:
        return "No run here found anything to do."
    return "No runs here. Choose all days, any status, or anyone."


def _draw_quiet(counts: RunCounts) -> bool:
    """The choice is there if there are such runs."""
    if not counts.quiet:
        return False
    words = by_count(
        counts.quiet,
        "",
        "Also show 1 that found nothing to do",
        "Also show {n} that found nothing to do",
    )
    return st.toggle(words, key="quiet", persist_state="session")


def _draw_table(log: Log, found: Sequence[Run], *, with_connection: bool) -> int | None:
    """Its runs, and which of them was clicked."""
    undone = undos.undos_of(log.store, [run.id for run in found])
    rows = [_row(run, undone.get(run.id, ()), with_connection) for run in found]
    st.dataframe(
        pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, "Int64")),
        hide_index=True,
        height=height_of(len(rows), _MOST_HEIGHT),
        key="runs",
        placeholder="–",
        column_config=_columns(),
        alt="Runs, newest first. The result of a run opens it",
    )
    clicked = st.session_state.get(_OPEN)
    return clicked["row"] if clicked else None


def _draw_opener(found: Sequence[Run]) -> int | None:
    """For the keyboard, which can't press what a table draws."""
    return st.selectbox(
        "Open a run",
        range(len(found)),
        index=None,
        format_func=lambda place: f"{exact(found[place].started_at)}: {_result(found[place])}",
        placeholder="Open a run",
        label_visibility="collapsed",
        key=f"open_run_{st.session_state.get(_OPENED, 0)}",
        width=330,
    )


def _columns() -> Mapping[str, ColumnConfig | Any]:
    texts = {name: st.column_config.TextColumn(width=width) for name, width in _TEXTS.items()}
    took = st.column_config.TextColumn(width=70, alignment="right")
    numbers = {
        name: st.column_config.NumberColumn(width=width, format="localized")
        for name, width in _NUMBERS.items()
    }
    return {
        "Status": chips("Status", status_colors(), width=95),
        "Result": opening(width=275, key=_OPEN),
        "Started": st.column_config.DatetimeColumn(width=135, format="MMM D, h:mm A"),
        "Connection": st.column_config.TextColumn(width=130),
        **numbers,
        **texts,
        "Took": took,
    }


def _row(run: Run, undone: Sequence[Run], with_connection: bool) -> dict[str, object]:
    """A preview opted no one out: it has no such number."""
    text = f"{_result(run)}, {taken_back(undone[0])}" if undone else _result(run)
    return {
        "Status": [badge_of_run(run)[0]],
        "Result": cut(text, _LONGEST),
        "Started": run.started_at.astimezone(viewer_zone()).replace(tzinfo=None),
        **({"Connection": run.connection} if with_connection else {}),
        "Read": None if run.is_undo else run.events_read,
        "Opted out": None if run.dry_run or run.is_undo else run.updated,
        "Refused": None if run.dry_run else run.failed,
        "By": cut(starter_in_words(run.started_by), _LETTERS["By"]),
        "Source": cut(run.file_name or JANGOMAIL, _LETTERS["Source"]),
        "Took": _took(run),
        "API calls": run.api_calls,
    }


def _result(run: Run) -> str:
    return capital(short_result(run))


def _took(run: Run) -> str:
    """`8 s`, `3 min`, `2 h`; a dash for a run that hasn't ended or ended badly."""
    seconds = run.duration_s
    if not seconds:
        return "–" if run.status == RunStatus.FAILED or not run.is_finished else "< 1 s"
    if seconds < 1:
        return "< 1 s"
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.0f} h"


def _offset(total: int) -> int:
    last = (total - 1) // PAGE
    if not last:
        return 0
    words = f"Page (1 to {last + 1:,}, {counted(total, 'run', 'runs')}, newest first)"
    page: int = st.number_input(
        words, min_value=1, max_value=last + 1, key=f"runs_page_{total}", width=260
    )
    return PAGE * (page - 1)
