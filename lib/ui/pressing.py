"""A button that does only what its label said when the person pressed it."""

from typing import Literal

import streamlit as st

_CHANGED = (
    "This has changed since you looked at it, so nothing was done. Check it, and press again."
)


def pressed_for(
    seen: str,
    label: str,
    *,
    key: str,
    kind: Literal["primary", "secondary"] = "secondary",
    disabled: bool = False,
) -> bool:
    """Draw a button about `seen`; whether it was pressed, and is still about the same.

    Between drawing the page and the press, a run in another tab may have changed the number in the
    label. Then the page says so, and the press doesn't count (rules.md, 4.2).
    """
    is_pressed = st.button(
        label, type=kind, key=key, disabled=disabled, on_click=_note, args=(key, seen)
    )
    if not is_pressed or st.session_state.pop(_place(key), seen) == seen:
        return is_pressed
    st.toast(_CHANGED, icon=":material/info:", duration="long")
    return False


def _note(key: str, seen: str) -> None:
    """Runs with what the button was about when it was drawn."""
    st.session_state[_place(key)] = seen


def _place(key: str) -> str:
    return f"{key}_seen"
