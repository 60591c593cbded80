"""All connections in a table: which org, whether it's well, its last run, and its schedule."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.services.connections.chosen import connection_names, is_deleted
from lib.services.log import Log
from lib.services.schedules.setting import setting_of
from lib.services.schedules.timetable import in_words
from lib.store import connections, runs
from lib.store.connections import ConnectionState
from lib.store.runs import Run
from lib.ui import session
from lib.ui.columns import ChipColor, chips, cut, height_of, opening
from lib.ui.frame.environment_marks import badge_of, label_of
from lib.ui.links import want
from lib.ui.times import time_or_day
from lib.values import RunStatus
from lib.words import by_count, capital

_OPEN = "open_connection"
_MOST = 440  # pixels; then it scrolls
_NAME_WIDTH, _NAME_LETTERS = 170, 23
_ORG_WIDTH, _ORG_LETTERS = 305, 48
_FINE = "✓ Fine"
_STOPPED = {
    RunStatus.FAILED: "! Last run failed",
    RunStatus.OVER_LIMIT: "! At its safety limit",
}
_QUIET = "Paused by a person", "Not tested yet", "No credentials"
_BAD = "✕ Sign-in refused", "✕ Another org"


def draw_connections(log: Log) -> None:
    """The table; nothing where there's only one connection."""
    names = connection_names(log, session.environment())
    if len(names) < 2:
        return
    lines = [_line(log, name) for name in names]
    states = [str(line["State"][0]) for line in lines]
    with st.container(border=True, gap="xsmall", key="connections"):
        st.subheader("All connections", anchor=False)
        st.dataframe(
            pd.DataFrame(lines),
            hide_index=True,
            key="all_connections",
            height=height_of(len(lines), _MOST),
            alt="All connections. A press on a name opens it, as the picker at the top does",
            column_config={
                "Name": opening(width=_NAME_WIDTH, key=_OPEN, on_click=partial(_open, names)),
                "State": chips("State", {one: _color(one) for one in states}, width=155),
                "Org": st.column_config.TextColumn(width=_ORG_WIDTH),
                "Kind": st.column_config.TextColumn(width=100),
                "Last run": st.column_config.TextColumn(width=100),
                "Schedule": st.column_config.TextColumn(width=240),
            },
        )


def _line(log: Log, name: str) -> dict[str, list[str] | str]:
    state = connections.state(log.store, name)
    found = runs.latest(log.store, connection=name, limit=1)
    schedule = setting_of(log, name)
    return {
        "Name": f"› {cut(label_of(name), _NAME_LETTERS)}",
        "State": [_state(log, name, state, found)],
        "Org": cut(state.org.name, _ORG_LETTERS) if state and state.org else "–",
        "Kind": badge_of(name, state)[0] if state and state.org else "–",
        "Last run": time_or_day(found[0].started_at) if found else "–",
        "Schedule": capital(in_words(schedule.schedule))
        if schedule is not None and schedule.is_on
        else "Off",
    }


def _state(log: Log, name: str, state: ConnectionState | None, found: Sequence[Run]) -> str:
    """The most urgent first."""
    if is_deleted(log, name):
        return "No credentials"
    if state is None:
        return "Not tested yet"
    if state.other is not None:
        return "✕ Another org"
    if state.paused_at is not None:
        return "✕ Sign-in refused"
    if state.halted_at is not None:
        return "Paused by a person"
    failed = sum(not check.ok and check.because is None for check in state.checks)
    if failed:
        return by_count(failed, "", "! 1 check needs you", "! {n} checks need you")
    if found and found[0].status in _STOPPED:
        return _STOPPED[found[0].status]
    return _FINE if state.checked_at or found else "Not tested yet"


def _color(state: str) -> ChipColor:
    if state in _BAD:
        return "red"
    if state in _QUIET:
        return "gray"
    return "green" if state == _FINE else "orange"


def _open(names: Sequence[str]) -> None:
    want(names[st.session_state[_OPEN].row])
