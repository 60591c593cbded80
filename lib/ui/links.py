"""The pages, their titles and how one leads to another."""

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_PAGES = Path(__file__).resolve().parents[2] / "pages"
CONNECTION = "connection"  # the name of the chosen connection in the address bar
WANTED = "connection_wanted"  # the one to be chosen at the next page run


Words = str | list[str]  # one value of a query parameter, or several


@dataclass(frozen=True, slots=True)
class Place:
    """One page: its file in pages/ without the ending, its title in the menu, its icon there."""

    file: str
    title: str
    icon: str
    address: str

    @property
    def path(self) -> Path:
        """The page's file; absolute, since relative paths count from lib/ui."""
        return _PAGES / f"{self.file}.py"


OVERVIEW = Place("overview", "Overview", ":material/home:", "overview")
SYNC = Place("synchronise", "Sync", ":material/sync:", "sync")
LISTS = Place("lists", "Lists", ":material/group:", "lists")
HISTORY = Place("history", "History", ":material/bar_chart:", "history")
CONNECT = Place("connection", "Connection", ":material/link:", "connection")
PRACTICE = Place("practice", "Practice", ":material/science:", "practice")

PLACES = (OVERVIEW, SYNC, LISTS, HISTORY, CONNECT, PRACTICE)


def pages() -> list[StreamlitPage]:
    """All pages for `st.navigation`, the Overview being the one without an address of its own."""
    return [
        st.Page(
            place.path,
            title=place.title,
            icon=place.icon,
            url_path=place.address,
            default=place is OVERVIEW,
        )
        for place in PLACES
    ]


def go(place: Place, *, connection: str | None = None, **query: str) -> NoReturn:
    """Show another page, of the same connection unless `connection=` names another."""
    if connection is not None:
        want(connection)
        if CONNECTION not in st.session_state:  # else the parameter belongs to the selector
            query[CONNECTION] = connection
    st.switch_page(place.path, query_params=query)


def want(name: str) -> None:
    """Choose a connection from the next page run on, also one that was just made."""
    st.session_state[WANTED] = name


def link(place: Place, label: str, *, key: str, icon: str | None = None, **query: Words) -> None:
    """A link to another page, of the same connection unless `connection=` names another."""
    chosen = st.session_state.get(CONNECTION)
    wanted = query.pop(CONNECTION, chosen)
    with st.container(key=key):
        if wanted == chosen:
            st.page_link(place.path, label=label, icon=icon, query_params=query)
        # The selector alone may set its parameter, so another connection takes a step of ours.
        elif st.button(label, key=f"{key}_button", icon=icon, type="tertiary"):
            want(str(wanted))
            st.switch_page(place.path, query_params=query)
