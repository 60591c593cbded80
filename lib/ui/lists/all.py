"""All lists: the answer, the saved lists as a table, and the templates for a new list."""

import streamlit as st

from lib.services.lists.saved import ListsNow
from lib.services.log import Log
from lib.ui.frame.answer import draw_answer
from lib.ui.frame.head import draw_head
from lib.ui.links import CONNECT, go
from lib.ui.lists.freshness import draw_age, draw_check
from lib.ui.lists.opened import begin
from lib.ui.lists.saved import draw_choice, draw_saved, draw_templates
from lib.ui.lists.state_words import state_of_lists

_FIT = 12  # lists in sight: above them, one is found by its name


def draw_all(log: Log, now: ListsNow, *, is_unknown: bool) -> None:
    """The page as the menu opens it; `is_unknown`: the address names a list that isn't there."""
    draw_head("Lists")
    with draw_answer(*state_of_lists(now)):
        if now.is_paused and st.button(
            "Enter new credentials", type="primary", key="to_connection"
        ):
            go(CONNECT)
        st.button(
            "New list",
            type="secondary" if now.is_paused else "primary",
            key="new_list",
            on_click=begin,
            args=(now.connection,),
        )
    if is_unknown:
        st.info("That list isn't here. It was deleted, or it belongs to another connection.")
    draw_age(log, now)
    is_long = len(now.kept) > _FIT
    if is_long:
        draw_choice(now)
    draw_saved(log, now)
    with st.container(horizontal=True, vertical_alignment="center", key="below_lists"):
        if not is_long:
            draw_choice(now)
        draw_check(log, now)
    draw_templates(now)
