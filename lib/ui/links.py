"""The pages, their titles, and how to go from page to page."""

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_FOLDER = Path(__file__).resolve().parents[2] / "pages"
CONNECTION = "connection"  # the name of the chosen connection in the address bar
KEY = "key"  # in links of alerts: the connection's key, which outlives a renaming
NEW = "new"  # in the address of the Connection page: the form of a new connection
WANTED = "connection_wanted"  # the connection to choose at the next page run


Words = str | list[str]  # a value of a query parameter, or several


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file in pages/ without .py, and its title, icon, and address in the menu."""

    file: str
    title: str
    icon: str
    address: str

    @property
    def path(self) -> Path:
        """The page's file; absolute, since relative paths count from lib/ui."""
        return _FOLDER / f"{self.file}.py"


OVERVIEW = Page("overview", "Overview", ":material/home:", "overview")
SYNC = Page("synchronise", "Sync", ":material/sync:", "sync")
LISTS = Page("lists", "Lists", ":material/group:", "lists")
HISTORY = Page("history", "History", ":material/bar_chart:", "history")
CONNECT = Page("connection", "Connection", ":material/link:", "connection")
PRACTICE = Page("practice", "Practice", ":material/science:", "practice")

PAGES = (OVERVIEW, SYNC, LISTS, HISTORY, CONNECT, PRACTICE)


def pages() -> list[StreamlitPage]:
    """All pages for `st.navigation`; Overview is the default, without an address of its own."""
    return [
        st.Page(
            page.path,
            title=page.title,
            icon=page.icon,
            url_path=page.address,
            default=page is OVERVIEW,
        )
        for page in PAGES
    ]


def go(page: Page, *, connection: str | None = None, **query: str) -> NoReturn:
    """Show another page, for the same connection unless `connection=` names another."""
    if connection is not None:
        want(connection)
        if CONNECTION not in st.session_state:  # otherwise the selector owns the parameter
            query[CONNECTION] = connection
    st.switch_page(page.path, query_params=query)


def want(name: str) -> None:
    """Choose a connection from the next page run on, even if it was just made."""
    st.session_state[WANTED] = name


def link(page: Page, label: str, *, key: str, icon: str | None = None, **query: Words) -> None:
    """A link to another page, for the same connection unless `connection=` names another."""
    chosen = st.session_state.get(CONNECTION)
    wanted = query.pop(CONNECTION, chosen)
    with st.container(key=key, width="content"):
        if wanted == chosen:
            st.page_link(page.path, label=label, icon=icon, query_params=query)
        # Only the selector may set its parameter, so another connection takes an extra step.
        elif st.button(label, key=f"{key}_button", icon=icon, type="tertiary"):
            want(str(wanted))
            st.switch_page(page.path, query_params=query)
