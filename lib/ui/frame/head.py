"""The head of every page: title, kind of org, and at its right the connection picker.

The shell draws the row and the picker, because a page needs the chosen connection before it can
say its title. The page fills in the left part.
"""

from collections.abc import Callable
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.errors import OptbackError
from lib.services.alerts.overview import view
from lib.services.connections.chosen import ENVIRONMENT, PRACTICE, is_deleted
from lib.services.log import Log
from lib.store import connections
from lib.ui.errors import plain
from lib.ui.frame.environment_marks import badge_of
from lib.ui.frame.month_badge import draw_month_badge
from lib.ui.frame.picker import connection_name, draw_picker
from lib.ui.links import NEW
from lib.ui.session import opened
from lib.ui.state_words import what_leaves

_LEFT: ContextVar[DeltaGenerator] = ContextVar("left part of the head")

APP = "Optback"


def draw_row(names: list[str]) -> None:
    """The row, for the shell: a place for the title, and the picker."""
    row = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="page_head",
    )
    left = row.container(
        horizontal=True, vertical_alignment="center", gap=10, width="content", key="page_title"
    )
    _LEFT.set(left)
    with row:
        draw_picker(names)


def draw_head(
    text: str, *, about: str | None = None, tab: str = "", back: Callable[[], None] | None = None
) -> None:
    """The title, and the badge of the chosen connection or of the connection `about`.

    The form of a new connection has no badge: it's about none of those that are there. `text` is
    Markdown; `tab` is what the browser's tab says instead. `back` leads to what the
    page shows otherwise.
    """
    name = about or connection_name()
    is_new = NEW in st.query_params
    st.set_page_config(page_title=_in_the_browser(tab or text, None if is_new else name))
    with _LEFT.get():
        if back is not None:
            icon = ":material/arrow_back:"
            st.button("", icon=icon, help="Back", type="tertiary", key="back", on_click=back)
        st.title(text, width="content", anchor=False)
        if name is not None and not is_new:
            _draw_badges(name, text)
        draw_month_badge()


def _in_the_browser(title: str, name: str | None) -> str:
    """`History · acme · Optback`, so that tabs and bookmarks can be told apart."""
    return " · ".join([title, *([name] if name else []), APP])


def _draw_badges(name: str, title: str) -> None:
    """The kind of org, unless the title says it, and whether only the history is left."""
    try:
        with opened() as log:
            state = connections.state(log.store, name)
            words, icon, color = badge_of(name, state)
            more = _more(log, name, state.org.name if state and state.org else "")
            deleted = name in connections.all_names(log.store) and is_deleted(log, name)
    except OptbackError:
        return  # the page itself says what is wrong with the log
    if words != title:
        st.badge(words, icon=icon, color=color, help=more or None)
    if deleted:
        st.badge("Deleted. Only its history is left.", icon=":material/delete:", color="gray")


def _more(log: Log, name: str, org: str) -> str:
    """What the badge says when it's pointed at."""
    if name == PRACTICE:
        return f"Made-up people. {plain(what_leaves(view(log, name, last=0)))}"
    source = "The connection is set in environment variables." if name == ENVIRONMENT else ""
    return " ".join(part for part in (plain(org) and f"{plain(org)}.", source) if part)
