"""Pause and resume, rename, and delete a connection."""

import streamlit as st

from lib.errors import OptbackError
from lib.services import lifecycle
from lib.services.connections.chosen import ENVIRONMENT, PRACTICE
from lib.services.log import Log
from lib.services.started_by import in_words, user
from lib.store import connections
from lib.store.connections import ConnectionState, History
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.links import CONNECT, OVERVIEW, go
from lib.ui.times import when

_KEEP, _ALL = "Keep the history", "Delete everything"


def draw_halt(log: Log, name: str, state: ConnectionState | None) -> None:
    """That a person paused the connection, where the answer is about something else."""
    if state is None or state.halted_at is None or not (state.paused_at or state.other):
        return
    with st.container(border=True, key="halted"):
        st.markdown(
            f":material/pause_circle: **Paused {plain(in_words(state.halted_by))}**, "
            f"{when(state.halted_at)}. Scheduled runs leave this connection out. Previews, lists, "
            "and tests still work."
        )
        if st.button("Resume", key="resume_connection"):
            lifecycle.resume(log, name)
            st.rerun()


def draw_life(log: Log, name: str, state: ConnectionState | None) -> None:
    """The quiet buttons below: pause, rename, delete."""
    known = connections.all_names(log.store)
    if name not in known:
        return
    is_ours = name not in (ENVIRONMENT, PRACTICE)
    is_halted = state is not None and state.halted_at is not None
    with st.container(horizontal=True, key="connection_life"):
        if not is_halted and st.button("Pause", key="pause_connection", type="tertiary"):
            lifecycle.pause(log, name, f"{user()} on the dashboard")
            st.rerun()
        if is_ours:
            with st.popover("Rename", type="tertiary", key="rename_connection"):
                _rename(name)
            with st.popover("Delete", type="tertiary", key="delete_connection"):
                is_stored = name in connections.names(log.store)
                _delete(name, connections.history(log.store, name), is_stored=is_stored)


def _rename(name: str) -> None:
    wanted = st.text_input("New name", value=name, key="renamed_to", max_chars=100)
    st.caption(
        "Runs, lists, and everything else it knows go along. Scripts and schedules that say "
        f"`--connection {plain(name)}` need the new name too."
        if name != "default"
        else "Scripts that name no connection use the one called default, so they'll no longer "
        "find this one."
    )
    if st.button("Rename", type="primary", key="confirm_rename", disabled=wanted in ("", name)):
        try:
            with session.opened() as log:
                new = lifecycle.rename(log, name, wanted)
        except OptbackError as error:
            show_error(error)
            return
        go(CONNECT, connection=new)


def _delete(name: str, history: History, *, is_stored: bool) -> None:
    everything = history.is_empty or not is_stored
    if not everything:
        choice = st.radio("What to delete", [_KEEP, _ALL], key="delete_what", captions=_CAPTIONS)
        everything = choice == _ALL
    st.markdown(_consequence(name, history, everything=everything))
    label = f"Delete {history.amount}" if everything else f"Delete the credentials of {plain(name)}"
    if history.is_empty:
        label = f"Delete {plain(name)}"
    if st.button(label, type="primary", key="confirm_delete"):
        _carry_out(name, history, everything=everything)


_CAPTIONS = (
    "Only the stored credentials and the schedule go. You can enter them again later.",
    "Runs, lists, and who unsubscribed go too. There's no way back.",
)


def _consequence(name: str, history: History, *, everything: bool) -> str:
    if history.is_empty:
        return f"This deletes the stored credentials of **{plain(name)}**. It has no history."
    if not everything:
        return f"The log keeps {history.amount}."
    return (
        f"**{plain(name)}** has {history.amount}. If you connect this org again, Optback starts "
        "over: boxes that colleagues cleared are set again. Boxes in Salesforce don't change now."
    )


def _carry_out(name: str, history: History, *, everything: bool) -> None:
    try:
        with session.opened() as log:
            if everything:
                lifecycle.delete_everything(log, name, history)
            else:
                lifecycle.delete_credentials(log, name)
    except OptbackError as error:
        show_error(error)
        return
    if everything:
        go(OVERVIEW)
    st.rerun()
