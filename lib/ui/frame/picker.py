"""The chosen connection: the picker in the head of every page, kept in the address bar."""

import streamlit as st

from lib.services.connections.chosen import connection_names
from lib.services.log import Log
from lib.store import connection_keys
from lib.ui import session
from lib.ui.errors import plain
from lib.ui.frame.environment_marks import label_of
from lib.ui.links import CONNECTION, KEY, OVERVIEW, WANTED, go, want

_WIDTH = 120  # pixels, on a phone; elsewhere, styles.css has it wider


def connection_name() -> str | None:
    """The connection a page is about; None if there is no connection."""
    chosen: str | None = st.session_state.get(CONNECTION)
    return chosen


def settle(log: Log) -> list[str]:
    """Choose the connection before anything is drawn; the names to choose from.

    Ends the page if the address bar names a connection that isn't there.
    """
    names = connection_names(log, session.environment())
    if not names:
        st.session_state.pop(CONNECTION, None)
        return names
    _follow_key(log, names)
    _refuse_unknown(names)
    _choose(names)
    return names


def draw_picker(names: list[str]) -> None:
    """The picker; nothing while there is no connection."""
    if not names:
        return
    name = st.selectbox(
        "Connection",
        names,
        index=None,  # without a default of the widget's own, the address bar always has it
        required=True,
        label_visibility="collapsed",
        width=_WIDTH,
        key=CONNECTION,
        bind="query-params",
    )
    if name is None:  # the address bar names an unknown connection
        want(names[0])
        st.rerun()


def _follow_key(log: Log, names: list[str]) -> None:
    """A link in an alert leads to its connection, even if that was renamed since then."""
    key = st.query_params.get(KEY)
    if key is None:
        return
    name = connection_keys.name_of(log.store, key)
    del st.query_params[KEY]  # from here on, the selector says which connection
    if name not in names:
        return
    if CONNECTION in st.session_state:
        want(name)
        return
    st.query_params[CONNECTION] = name
    st.rerun()  # the selector takes its first value from the address bar


def _refuse_unknown(names: list[str]) -> None:
    """End the page if the address bar names a connection that isn't there: no other is shown."""
    name = st.query_params.get(CONNECTION, "")
    if not name or name in names or st.session_state.get(WANTED) in names:
        return
    st.session_state.pop(CONNECTION, None)
    st.title("Unknown connection", anchor=False)
    st.markdown(
        f"There's no connection named **{plain(name)}**. It may have been renamed or deleted. "
        "Choose another one:"
    )
    with st.container(horizontal=True, key="known_connections"):
        for known in names:
            if st.button(plain(label_of(known)), key=f"known_{known}"):
                go(OVERVIEW, connection=known)
    st.stop()


def _choose(names: list[str]) -> None:
    """Choose what was requested, else keep what was chosen, else take what the address bar says."""
    state = st.session_state
    known = (state.pop(WANTED, None), state.get(CONNECTION), st.query_params.get(CONNECTION))
    chosen = next((name for name in known if name in names), names[0])
    if CONNECTION not in state and CONNECTION not in st.query_params:
        st.query_params[CONNECTION] = chosen  # later on, the selector alone may set it
    # Set even if nothing changes: after a page switch it is gone from the address.
    if state.get(CONNECTION) != chosen or CONNECTION not in st.query_params:
        state[CONNECTION] = chosen
