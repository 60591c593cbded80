"""All connections in a table: which org, whether it's well, its last run, and its schedule."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.services.connections.chosen import connection_names
from lib.services.log import Log
from lib.services.schedules.setting import setting_of
from lib.services.schedules.timetable import in_words
from lib.store import connections, runs
from lib.ui import session
from lib.ui.columns import ChipColor, chips, cut, height_of, opening
from lib.ui.frame.card_title import draw_card_title
from lib.ui.frame.environment_marks import badge_of, label_of
from lib.ui.links import want
from lib.ui.needs.condition import Condition, Kind, condition_of
from lib.ui.times import time_or_day
from lib.words import capital

_OPEN = "open_connection"
_MOST = 440  # pixels; then it scrolls
_NAME_WIDTH, _NAME_LETTERS = 170, 23
_ORG_WIDTH, _ORG_LETTERS = 305, 48
_LOOKS: Mapping[Kind, tuple[str, ChipColor]] = {
    Kind.FINE: ("✓ ", "green"),
    Kind.RUNNING: ("", "blue"),
    Kind.UNKNOWN: ("", "gray"),
    Kind.HALTED: ("", "gray"),
    Kind.WAITING: ("! ", "orange"),
    Kind.NEEDS_YOU: ("! ", "orange"),
    Kind.STOPPED: ("✕ ", "red"),
}


def draw_connections(log: Log) -> None:
    """The table; nothing where there's only one connection."""
    names = connection_names(log, session.environment())
    if len(names) < 2:
        return
    found = [condition_of(log, session.environment(), name) for name in names]
    lines = [_line(log, name, condition) for name, condition in zip(names, found, strict=True)]
    colors = {_chip(condition): _LOOKS[condition.kind][1] for condition in found}
    with st.container(border=True, gap="xsmall", key="connections"):
        draw_card_title("All connections")
        st.dataframe(
            pd.DataFrame(lines),
            hide_index=True,
            key="all_connections",
            height=height_of(len(lines), _MOST),
            alt="All connections. A press on a name opens it, as the picker at the top does",
            column_config={
                "Name": opening(width=_NAME_WIDTH, key=_OPEN, on_click=partial(_open, names)),
                "State": chips("State", colors, width=170),
                "Org": st.column_config.TextColumn(width=_ORG_WIDTH),
                "Kind": st.column_config.TextColumn(width=100),
                "Last run": st.column_config.TextColumn(width=100),
                "Schedule": st.column_config.TextColumn(width=225),
            },
        )


def _chip(condition: Condition) -> str:
    return f"{_LOOKS[condition.kind][0]}{condition.words}"


def _line(log: Log, name: str, condition: Condition) -> dict[str, list[str] | str]:
    state = connections.state(log.store, name)
    found = runs.latest(log.store, connection=name, limit=1)
    schedule = setting_of(log, name)
    return {
        "Name": f"› {cut(label_of(name), _NAME_LETTERS)}",
        "State": [_chip(condition)],
        "Org": cut(state.org.name, _ORG_LETTERS) if state and state.org else "–",
        "Kind": badge_of(name, state)[0] if state and state.org else "–",
        "Last run": time_or_day(found[0].started_at) if found else "–",
        "Schedule": capital(in_words(schedule.schedule))
        if schedule is not None and schedule.is_on
        else "Off",
    }


def _open(names: Sequence[str]) -> None:
    want(names[st.session_state[_OPEN].row])
