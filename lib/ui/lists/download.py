"""Download: first a check who has opted out since, then a link that works once."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.lists.download import Form, Ready, make_ready
from lib.services.lists.saved import ListsNow
from lib.services.log import Log
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.focus import move_focus
from lib.ui.frame.menu import draw_menu
from lib.ui.lists.download_route import path_of
from lib.ui.lists.numbers import draw_warnings
from lib.ui.times import exact, viewer_zone
from lib.words import records

_READY = "list_ready"


def draw_download(log: Log, now: ListsNow, pull: Pull, title: str) -> None:
    """The page's primary button, with the file formats of a list."""
    chosen = draw_menu(
        "Download",
        list(Form),
        key="download",
        kind="primary",
        icon=":material/download:",
        disabled=now.is_paused,
        help="Leaves out anyone who has opted out since",
    )
    if not chosen:
        return
    found: Ready | OptbackError
    with st.spinner("Checking who has opted out since"):
        try:
            environment = session.environment()
            found = make_ready(log, environment, pull, Form(chosen), title, viewer_zone())
        except OptbackError as error:
            found = error
    st.session_state[_READY] = (pull.id, found)
    st.rerun()


def draw_ready(pull: Pull) -> None:
    """The link to the prepared file, until it is used."""
    known = st.session_state.get(_READY)
    if known is None or known[0] != pull.id:
        return
    ready: Ready | OptbackError = known[1]
    with st.container(border=True, key="ready"):
        if isinstance(ready, OptbackError):
            show_error(ready)
            return
        st.markdown(_in_words(ready))
        draw_warnings(ready.warnings)
        st.link_button(
            f"Save {plain(ready.name)}",
            path_of(ready.token),
            key="save_file",
            icon=":material/save:",
            on_click=_forget,
            wrap=True,
        )
        st.caption("The link works once, for ten minutes.")
        move_focus("save_file", ready.token)


def _in_words(ready: Ready) -> str:
    as_of = f" Unsubscribes as of {exact(ready.as_of)}." if ready.as_of else ""
    without = (
        f", without {ready.left_out:,} that opted out since the pull" if ready.left_out else ""
    )
    are = "is" if ready.rows == 1 else "are"
    return f"**{records(ready.rows).capitalize()} {are} ready{without}.**{as_of}"


def _forget() -> None:
    st.session_state.pop(_READY, None)
