"""The saved lists as a table, what was deleted last, and the templates for a new list."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.errors import OptbackError
from lib.services.lists.saved import Kept, ListsNow
from lib.services.log import Log
from lib.soql.builder.templates import TEMPLATES
from lib.store import lists
from lib.ui.columns import (
    ChipColor,
    chips,
    cut,
    height_of,
    opening,
    prose_letters,
    prose_width,
)
from lib.ui.errors import plain, show_error
from lib.ui.lists.counts import people_on
from lib.ui.lists.opened import begin, open_list, open_pull
from lib.ui.lists.state_words import NOT_CHECKED, NOT_PULLED, UP_TO_DATE, state_of
from lib.ui.lists.who_words import who_in_words
from lib.ui.times import time_or_day

_FAILED = "list_failed"
_OPEN, _CHOSEN = "open_list", "choose_list"
_BOTH_TEXTS, _NAME = 540, 195  # pixels: names and who is on them share it; names have this at least
_MOST = 520  # pixels of the table; then it scrolls


def draw_saved(log: Log, now: ListsNow) -> None:
    """The table; lists that are out of date come first."""
    _draw_trouble()
    _draw_deleted(log, now)
    if now.pulling is not None:
        st.button(
            "Show the list that's being pulled",
            key="show_pulling",
            icon=":material/sync:",
            on_click=open_pull,
            args=(now.connection, now.pulling),
        )
    if not now.kept:
        return
    kept = sorted(now.kept, key=lambda one: -(one.fresh.people_out if one.fresh else 0))
    states = [state_of(now, one) for one in kept]
    name_width = _name_width(kept)
    who_width = _BOTH_TEXTS - name_width
    lines = [_line(log, one, state) for one, state in zip(kept, states, strict=True)]
    for line in lines:
        line["Name"] = cut(str(line["Name"]), prose_letters(name_width))
        line["Who is on it"] = cut(str(line["Who is on it"]), prose_letters(who_width))
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        key="saved_lists",
        height=height_of(len(kept), _MOST),
        alt="Saved lists. A press on a name opens the list",
        column_config={
            "State": chips("State", _colors(states), width=150),
            "Name": opening(
                width=name_width, key=_OPEN, on_click=partial(_open, now.connection, kept)
            ),
            "People": st.column_config.TextColumn(width=75, alignment="right"),
            "Who is on it": st.column_config.TextColumn(width=who_width),
            "Pulled": st.column_config.TextColumn(width=95),
            "By": st.column_config.TextColumn(width=105),
            "Sent to JangoMail": st.column_config.TextColumn(width=140),
        },
    )


def draw_choice(now: ListsNow) -> None:
    """The same by keyboard, which can't press a name in the table, and with whole names."""
    by_id = {one.saved.id: one.saved for one in now.kept}
    if not by_id:
        return

    def choose() -> None:
        open_list(now.connection, by_id[st.session_state[_CHOSEN]])

    st.selectbox(
        "Open a list",
        list(by_id),
        index=None,
        format_func=lambda list_id: by_id[list_id].name,
        key=_CHOSEN,
        placeholder="Open a list",
        label_visibility="collapsed",
        on_change=choose,
        width=320,
    )


def _line(log: Log, kept: Kept, state: str) -> dict[str, object]:
    return {
        "State": [state],
        "Name": f"› {kept.saved.name}",
        "People": _count(people_on(log, kept.last) if kept.last else None),
        "Who is on it": who_in_words(kept.saved.soql),
        "Pulled": time_or_day(kept.last.started_at) if kept.last else "–",
        "By": (kept.last.pulled_by if kept.last else kept.saved.saved_by) or "–",
        "Sent to JangoMail": time_or_day(kept.sent_at) if kept.sent_at else "–",
    }


def _name_width(kept: Sequence[Kept]) -> int:
    """As wide as the longest name, as far as who is on the lists leaves room."""
    name = max(prose_width(len(f"› {one.saved.name}")) for one in kept)
    who = max(prose_width(len(who_in_words(one.saved.soql))) for one in kept)
    return max(_NAME, min(name, _BOTH_TEXTS - who))


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _colors(states: Sequence[str]) -> dict[str, ChipColor]:
    quiet: dict[str, ChipColor] = {UP_TO_DATE: "green", NOT_CHECKED: "gray", NOT_PULLED: "gray"}
    return {state: quiet.get(state, "orange") for state in dict.fromkeys(states)}


def _open(connection: str, kept: Sequence[Kept]) -> None:
    open_list(connection, kept[st.session_state[_OPEN].row].saved)


def _draw_deleted(log: Log, now: ListsNow) -> None:
    """The list that was deleted last, for as long as it can be restored."""
    if not now.deleted:
        return
    last = now.deleted[0]
    with st.container(horizontal=True, vertical_alignment="center", key="deleted_list"):
        st.markdown(f"{plain(last.name)} was deleted. Its pulls stay in the log.", width="content")
        if st.button("Restore", key="restore_list"):
            try:
                lists.restore(log.store, last.id)
            except OptbackError as error:
                st.session_state[_FAILED] = (error.message, error.remedy)
            st.rerun()


def _draw_trouble() -> None:
    trouble = st.session_state.pop(_FAILED, None)
    if trouble is not None:
        message, remedy = trouble
        show_error(OptbackError(message, remedy=remedy))


def draw_templates(now: ListsNow) -> None:
    """A card each."""
    st.subheader("Start from a template", anchor=False)
    with st.grid(min_column_width=240, key="templates"):
        for template in TEMPLATES:
            with st.container(
                border=True, height="stretch", gap="xsmall", key=f"template_{template.key}"
            ):
                st.markdown(f"**{template.title}**")
                st.caption(template.words)
                st.space("stretch")
                st.button(
                    "Use",
                    key=f"begin_{template.key}",
                    help=f"Starts a new list: {template.title}",
                    on_click=begin,
                    args=(now.connection, template),
                )
