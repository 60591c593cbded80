"""What a page says while it has nothing to show: the next thing to do."""

import streamlit as st

from lib.services.log import Log
from lib.store import runs
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.frame.picker import connection_name
from lib.ui.links import OVERVIEW, SYNC, go


def need_connection() -> str:
    """The chosen connection; if there is none, the page ends with the way to Overview."""
    name = connection_name()
    if name is None:
        words = "Connect Salesforce, or look around with made-up people first."
        place = draw_answer(Mark.FIRST, "Nothing is connected yet", words)
        if place.button("Go to Overview", type="primary", key="to_overview"):
            go(OVERVIEW)
        st.stop()
    return name


def draw_no_runs(log: Log, connection: str | None, period: str, remedy: str) -> None:
    """No run in this period, or none at all."""
    if runs.latest(log.store, connection=connection, limit=1):
        draw_answer(Mark.UNKNOWN, f"No runs in the last {period}", remedy)
        return
    place = draw_answer(
        Mark.FIRST,
        "No runs yet. Preview the first run",
        "It changes nothing. After that, this page shows who was opted out each day, what was "
        "refused, how long people waited, and every run.",
    )
    if place.button("Preview the first run", type="primary", key="to_sync"):
        go(SYNC)
