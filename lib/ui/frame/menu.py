"""A menu as buttons: the keyboard reaches them, unlike the entries of Streamlit's own menu."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st


def draw_menu(
    label: str,
    choices: Iterable[str],
    *,
    key: str,
    help: str,
    kind: Literal["primary", "secondary"] = "secondary",
    icon: str | None = None,
    disabled: bool = False,
) -> str | None:
    """What was just chosen. The menu closes then."""
    with st.popover(
        label, key=key, help=help, type=kind, icon=icon, disabled=disabled, on_change="rerun"
    ):
        for choice in choices:
            st.button(
                choice,
                key=f"{key}_{choice}",
                type="tertiary",
                on_click=_choose,
                args=(key, choice),
            )
    chosen: str | None = st.session_state.pop(_chosen(key), None)
    return chosen


def _choose(key: str, choice: str) -> None:
    st.session_state[_chosen(key)] = choice
    st.session_state[key] = False


def _chosen(key: str) -> str:
    return f"{key}_chosen"
