"""What stands beside every page: the chosen connection, kept in the address bar, and its mark."""

import streamlit as st

from lib.services.offering import PRACTICE, offered
from lib.services.opening import Log
from lib.store import connections
from lib.ui import surroundings
from lib.ui.failures import plain
from lib.ui.marks import label_of, mark_of
from lib.ui.places import CONNECTION

_WANTED = "connection_wanted"


def connection_name() -> str | None:
    """The connection a page is about; None while there is none at all."""
    chosen: str | None = st.session_state.get(CONNECTION)
    return chosen


def want(name: str) -> None:
    """Choose a connection from the next page run on, also one that was just made."""
    st.session_state[_WANTED] = name


def draw(log: Log) -> None:
    """The selector and the mark; nothing while there is no connection."""
    names = offered(log, surroundings.environment())
    _take_wish(names)
    if not names:
        st.session_state.pop(CONNECTION, None)
        return
    with st.sidebar:
        name = st.selectbox(
            "Connection", names, format_func=label_of, key=CONNECTION, bind="query-params"
        )
        _draw_mark(log, str(name))


def draw_banner() -> None:
    """While the practice org is chosen, every page says so."""
    if connection_name() == PRACTICE:
        st.info(
            "**Practice org.** Made-up people; nothing leaves this computer.",
            icon=":material/science:",
        )


def _take_wish(names: list[str]) -> None:
    wanted = st.session_state.pop(_WANTED, None)
    if wanted in names:
        st.session_state[CONNECTION] = wanted
    elif st.session_state.get(CONNECTION) not in (None, *names):
        del st.session_state[CONNECTION]


def _draw_mark(log: Log, name: str) -> None:
    state = connections.state(log.store, name)
    icon, words = mark_of(name, state)
    org = f"  \n{plain(state.org.name)}" if state and state.org and name != PRACTICE else ""
    with st.container(key="mark"):
        st.markdown(f"{icon} **{words}**{org}")
