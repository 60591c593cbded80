"""Save the query under a name, over the opened list, or as another list."""

import streamlit as st

from lib.errors import OptbackError
from lib.lists.values import Options
from lib.services.lists import saved as service
from lib.services.log import Log
from lib.store.lists import LONGEST_NAME, SavedList
from lib.ui.errors import plain, show_error
from lib.ui.lists.actions import draw_actions
from lib.ui.lists.opened import became_list


def draw_saving(
    log: Log, connection: str, soql: str, options: Options, opened: SavedList | None
) -> None:
    """The buttons for it, and what else is done with an opened list."""
    if opened is None:
        _draw_new(log, connection, soql, options, "Save")
    elif opened.soql != soql or service.options_of(opened.options) != options:
        if st.button(f"Save changes to {plain(opened.name)}", key="save_changes"):
            service.save_over(log, opened.id, soql, options)
            st.rerun()
        _draw_new(log, connection, soql, options, "Save as another list")
    if opened is not None:
        draw_actions(log, opened)


def _draw_new(log: Log, connection: str, soql: str, options: Options, label: str) -> None:
    with (
        st.popover(label, icon=":material/bookmark:", key="save_place"),
        st.form("save_list", border=False),
    ):
        name = st.text_input(
            "Name", max_chars=LONGEST_NAME, key="save_name", placeholder="Spring newsletter"
        )
        st.caption("Saves the query and its options, so you can pull the list again at any time.")
        if st.form_submit_button("Save list", key="save_now"):
            try:
                list_id = service.save(log, connection, name or "", soql, options)
            except OptbackError as error:
                show_error(error)
                return
            became_list(connection, list_id)
            st.rerun()
