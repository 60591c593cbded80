"""The title of a page, and beside it whether this is production, a sandbox, or practice.

The sidebar says it too, but it's folded on a phone.
"""

import streamlit as st

from lib.errors import OptbackError
from lib.store import connections
from lib.ui.environment_marks import badge_of
from lib.ui.session import opened
from lib.ui.sidebar import connection_name


def draw_title(text: str, *, about: str | None = None) -> None:
    """The title and the badge of the chosen connection, or of the connection `about`."""
    name = about or connection_name()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="page_head"):
        st.title(text, width="content", anchor=False)
        if name is not None:
            _draw_badge(name)


def _draw_badge(name: str) -> None:
    try:
        with opened() as log:
            words, icon, color = badge_of(name, connections.state(log.store, name))
    except OptbackError:
        return  # the page itself says what is wrong with the log
    st.badge(words, icon=icon, color=color)
