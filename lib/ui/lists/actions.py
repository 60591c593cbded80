"""What is done with a saved list itself, not with its people: renamed, copied, deleted."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.started_by import user
from lib.store import lists
from lib.store.lists import LONGEST_NAME, SavedList
from lib.ui.errors import plain, show_error
from lib.ui.frame.menu import draw_menu
from lib.ui.lists.opened import open_list, show_all

_RENAMING = "list_renaming"
_ACTIONS = ("Rename", "Copy", "Delete")


def draw_actions(log: Log, saved: SavedList) -> None:
    """Rename, copy, delete: in a menu."""
    chosen = draw_menu(
        "More",
        _ACTIONS,
        key=f"more_{saved.id}",
        help=f"Rename, copy, or delete {plain(saved.name)}",
    )
    if not chosen:
        return
    if chosen == "Rename":
        st.session_state[_RENAMING] = saved.id
    elif chosen == "Copy":
        copied = lists.get(log.store, lists.copy(log.store, saved.id, by=user()))
        if copied is not None:
            open_list(saved.connection, copied)
    else:
        lists.delete(log.store, saved.id)
        show_all(saved.connection)
    st.rerun()


def draw_renaming(log: Log, saved: SavedList) -> None:
    """The new name, while someone is entering it."""
    if st.session_state.get(_RENAMING) != saved.id:
        return
    with (
        st.form(f"rename_{saved.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input("New name", saved.name, max_chars=LONGEST_NAME, key=f"name_{saved.id}")
        is_wanted = st.form_submit_button("Rename", key=f"rename_now_{saved.id}")
        is_left = st.form_submit_button("Cancel", key=f"rename_not_{saved.id}")
    if is_wanted:
        try:
            lists.rename(log.store, saved.id, name or "")
        except OptbackError as error:
            show_error(error)
            return
    if is_wanted or is_left:
        st.session_state.pop(_RENAMING)
        st.rerun()
