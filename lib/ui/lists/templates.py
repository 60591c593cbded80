"""Queries to begin with: open on the first visit, folded for who knows the page."""

import streamlit as st

from lib.services.lists.saved import ListsNow
from lib.soql.builder.templates import TEMPLATES
from lib.ui.lists.opened import begin

_NEW_HERE = "lists_new_here"


def draw_templates(now: ListsNow) -> None:
    """One button each; open for as long as the tab of a first visit is."""
    is_new = st.session_state.setdefault(_NEW_HERE, {})
    if not is_new.setdefault(now.connection, not now.kept and not now.has_pulled):
        with st.expander("Start a new list", key="templates"):
            _draw(now)
        return
    st.subheader("Start with one of these", anchor=False)
    with st.container(key="templates"):
        _draw(now)


def _draw(now: ListsNow) -> None:
    with st.grid(min_column_width=180, key="template_grid"):
        for one in TEMPLATES:
            with st.container(key=f"template_{one.key}", gap="xsmall"):
                st.button(
                    one.title,
                    key=f"begin_{one.key}",
                    width="stretch",
                    on_click=begin,
                    args=(now.connection, one),
                )
                st.caption(one.words)
