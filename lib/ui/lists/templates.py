"""Queries to start with: open on the first visit, folded later."""

import streamlit as st

from lib.services.lists.saved import ListsNow
from lib.soql.builder.templates import TEMPLATES
from lib.ui.lists.opened import begin

_NEW_HERE = "lists_new_here"


def draw_templates(now: ListsNow) -> None:
    """A button each; open as long as the tab of the first visit is open."""
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
        for template in TEMPLATES:
            with st.container(key=f"template_{template.key}", gap="xsmall"):
                st.button(
                    template.title,
                    key=f"begin_{template.key}",
                    width="stretch",
                    on_click=begin,
                    args=(now.connection, template),
                )
                st.caption(template.words)
