"""The saved lists, each with its size, age, and freshness, and the templates for a new list."""

from contextlib import AbstractContextManager

import streamlit as st

from lib.errors import OptbackError
from lib.services.lists.saved import Kept, ListsNow
from lib.services.log import Log
from lib.services.started_by import user
from lib.soql.builder.templates import TEMPLATES
from lib.store import lists
from lib.store.lists import SavedList
from lib.ui.errors import plain, show_error
from lib.ui.lists.opened import begin, forget_opened, open_list, opened_id, pull_list
from lib.ui.lists.words import about, fresh, shortened
from lib.words import counted

_NEW_HERE = "lists_new_here"
_RENAMING = "list_renaming"
_FAILED = "list_failed"
_SHOWN = 8
_ACTIONS = ("Pull again", "Rename", "Copy", "Delete")


def draw_saved(log: Log, now: ListsNow) -> None:
    """The lists by name, the rest folded; and what was deleted recently, to restore it."""
    _draw_trouble()
    _draw_deleted(log, now)
    if not now.kept:
        return
    st.header("Saved lists", anchor=False)
    for kept in now.kept[:_SHOWN]:
        _draw_one(log, now, kept)
    if len(now.kept) > _SHOWN:
        more = counted(len(now.kept) - _SHOWN, "more list", "more lists")
        with st.expander(more, key="more_lists"):
            for kept in now.kept[_SHOWN:]:
                _draw_one(log, now, kept)


def draw_place_of_who(opened: SavedList | None) -> AbstractContextManager[object]:
    """The place for *Who*: open for a new list, collapsed for a saved list."""
    if opened is None:
        st.header("Who", anchor=False)
        return st.container(key="who")
    st.header(plain(opened.name), anchor=False)
    return st.expander("Who is on it, and who is left out", key=f"who_{opened.id}")


def _draw_one(log: Log, now: ListsNow, kept: Kept) -> None:
    saved = kept.saved
    with st.container(key=f"list_{saved.id}", gap=None):
        if st.session_state.get(_RENAMING) == saved.id:
            _draw_renaming(log, kept)
        else:
            _draw_title(log, now, kept)
        out = ""
        if kept.fresh is not None:
            words = fresh(kept.fresh)
            out = f" · **{words}**" if kept.fresh.people_out else f" · {words}"
        st.caption(f"{plain(about(kept))}{out}")


def _draw_title(log: Log, now: ListsNow, kept: Kept) -> None:
    saved = kept.saved
    is_open = opened_id(now.connection) == saved.id
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        short = plain(shortened(saved.name))
        st.button(
            f"**{short}**" if is_open else short,
            type="tertiary",
            key=f"open_{saved.id}",
            icon=":material/arrow_right:" if is_open else None,
            help=saved.name if shortened(saved.name) != saved.name else None,
            on_click=open_list,
            args=(now.connection, saved),
        )
        chosen = st.menu_button(
            "More",
            _ACTIONS,
            key=f"more_{saved.id}",
            type="tertiary",
            help=f"Pull again, rename, copy, or delete {plain(saved.name)}",
        )
    if chosen:
        _act(log, now, kept, chosen)


def _act(log: Log, now: ListsNow, kept: Kept, chosen: str) -> None:
    saved = kept.saved
    if chosen == "Pull again":
        pull_list(log, now, saved)
    elif chosen == "Rename":
        st.session_state[_RENAMING] = saved.id
    elif chosen == "Copy":
        lists.copy(log.store, saved.id, by=user())
    else:
        lists.delete(log.store, saved.id)
        forget_opened(now.connection, saved.id)
    st.rerun()


def _draw_renaming(log: Log, kept: Kept) -> None:
    saved = kept.saved
    with (
        st.form(f"rename_{saved.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(
            "New name", saved.name, max_chars=lists.LONGEST_NAME, key=f"name_{saved.id}"
        )
        is_wanted = st.form_submit_button("Rename", key=f"rename_now_{saved.id}")
        is_left = st.form_submit_button("Cancel", key=f"rename_not_{saved.id}")
    if is_left:
        st.session_state.pop(_RENAMING)
        st.rerun()
    if is_wanted:
        try:
            lists.rename(log.store, saved.id, name or "")
        except OptbackError as error:
            show_error(error)
            return
        st.session_state.pop(_RENAMING)
        st.rerun()


def _draw_deleted(log: Log, now: ListsNow) -> None:
    """The list that was deleted last, for as long as it can be restored."""
    if not now.deleted:
        return
    last = now.deleted[0]
    with st.container(horizontal=True, vertical_alignment="center", key="deleted_list"):
        st.markdown(f"{plain(last.name)} was deleted. Its pulls stay in the log.", width="content")
        if st.button("Restore", key="restore_list"):
            try:
                lists.restore(log.store, last.id)
            except OptbackError as error:
                st.session_state[_FAILED] = (error.message, error.remedy)
            st.rerun()


def _draw_trouble() -> None:
    trouble = st.session_state.pop(_FAILED, None)
    if trouble is not None:
        message, remedy = trouble
        show_error(OptbackError(message, remedy=remedy))


def draw_templates(now: ListsNow) -> None:
    """A button each; open as long as the tab of the first visit is open."""
    is_new = st.session_state.setdefault(_NEW_HERE, {})
    if not is_new.setdefault(now.connection, not now.kept and not now.has_pulled):
        with st.expander("Start a new list", key="templates"):
            _draw_template_grid(now)
        return
    st.header("Start with one of these", anchor=False)
    with st.container(key="templates"):
        _draw_template_grid(now)


def _draw_template_grid(now: ListsNow) -> None:
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
