"""The result of a run is closed: the page goes back to who is waiting."""

import streamlit as st

_CLOSED = "closed_result"


def closed_run() -> str:
    """The ID of the run whose result was closed in this session."""
    return str(st.session_state.get(_CLOSED, ""))


def draw_close(run_id: str) -> None:
    """The button."""
    st.button("Close", key="close_result", on_click=_close, args=(run_id,))


def _close(run_id: str) -> None:
    st.session_state[_CLOSED] = run_id
