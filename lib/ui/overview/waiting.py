"""That Optback keeps checking for missing permissions: what it found, and the button to stop it."""

import streamlit as st

from lib.alerts.waiting_words import became_in_words
from lib.services.connections import waiting
from lib.services.log import Log
from lib.store.waiting import Waiting
from lib.ui.errors import plain
from lib.ui.links import CONNECT, go
from lib.ui.times import day_and_time, exact
from lib.words import by_count


def is_waiting(log: Log, name: str) -> bool:
    """Whether Optback looks again by itself."""
    now = waiting.of(log, name)
    return now is not None and now.is_on


def draw_waiting(log: Log, name: str) -> None:
    """A card while it's on. Nothing when no one waits."""
    now = waiting.of(log, name)
    if now is None or not now.is_on:
        return
    with st.container(border=True, key="waiting"):
        st.markdown(f"**{_sentence(now)}**  \n{plain(_more(now))}")
        with st.container(horizontal=True, key="waiting_buttons"):
            if st.button("See what is missing", key="waiting_details"):
                go(CONNECT)
            if st.button("Stop checking", key="stop_checking"):
                waiting.stop(log, name)
                st.rerun()


def _sentence(now: Waiting) -> str:
    return by_count(
        len(now.missing),
        "Optback keeps checking the permissions in Salesforce",
        "1 permission is missing in Salesforce, and Optback keeps checking",
        "{n} permissions are missing in Salesforce, and Optback keeps checking",
    )


def _more(now: Waiting) -> str:
    found = [f"{became_in_words(one.name)} at {exact(one.at)}." for one in now.became]
    if now.next_look_at is not None:
        found.append(
            f"Next check {day_and_time(now.next_look_at)}, if this dashboard or sync.py schedule "
            "is running."
        )
    return " ".join(found)
