"""The parts of the Practice page about time: a month that passes, and a fresh start."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections.offered import PRACTICE
from lib.services.log import Log
from lib.services.practice import month_process, process
from lib.services.practice.month_process import DAYS, Rehearsal
from lib.store import runs
from lib.ui import session
from lib.ui.errors import show_error, show_trouble
from lib.ui.links import want
from lib.ui.practice.outside import forget_told, row
from lib.words import counted


def draw_time(log: Log) -> None:
    """A month that passes, and a fresh start."""
    st.subheader("Time")
    if row(
        "A month of daily runs, played in about a minute, ending now.",
        f"Let {DAYS} days pass",
        "month",
    ):
        confirm(log)
    if row("Other made-up people, and an empty log.", "Start afresh", "afresh"):
        _confirm_afresh(_count_runs(log))


def confirm(log: Log) -> None:
    """Ask whether the month shall pass, since it begins with an empty log."""
    _confirm_month(_count_runs(log))


@st.dialog("Let 30 days pass?")
def _confirm_month(known_runs: str) -> None:
    """Say what is forgotten, then start."""
    st.markdown(
        f"The month begins with a new practice org, as it was {DAYS} days ago. The practice "
        f"connection's log is forgotten before: {known_runs}. Other connections are not touched."
    )
    if st.button(f"Let {DAYS} days pass", type="primary", key="confirm_month"):
        _start_month()


def _start_month() -> None:
    try:
        with session.opened() as log:
            month_process.start(log, session.environment())
    except OptbackError as error:
        show_error(error)
        return
    forget_told()
    st.rerun()


@st.dialog("Start afresh?")
def _confirm_afresh(known_runs: str) -> None:
    """Say what is forgotten, then do it."""
    st.markdown(
        "Other made-up people take the place of these, and the practice connection's log is "
        f"forgotten: {known_runs}. Other connections are not touched."
    )
    if st.button("Start afresh", type="primary", key="confirm_afresh"):
        _start_afresh()


def _start_afresh() -> None:
    try:
        with session.opened() as log:
            month_process.refuse_while_busy(log)
            process.start_afresh(log, process.ensure(log, session.environment()))
            month_process.forget(log.store.home)
    except OptbackError as error:
        show_error(error)
        return
    forget_told()
    st.rerun()


def draw_month(month: Rehearsal | None) -> None:
    """The month as it passes, or why it stopped before its end."""
    if month is None or month.is_complete:
        return
    if month.is_running:
        _follow_month()
        st.stop()
    show_trouble(
        f"The month ended on day {month.day + 1}: {month.trouble or 'its process was stopped'}.",
        "Start afresh, or let the 30 days pass again.",
    )


@st.fragment(run_every=1)
def _follow_month() -> None:
    month = month_process.progress(session.home())
    if month is None or not month.is_running:
        want(PRACTICE)
        st.rerun()
    st.subheader(f"{DAYS} days are passing")
    st.progress(month.day / DAYS, text=f"Day {min(month.day + 1, DAYS)} of {DAYS}: {month.doing}")
    st.caption("It goes on when you leave this page. The other pages show the runs as they come.")


def _count_runs(log: Log) -> str:
    found = runs.latest(log.store, connection=PRACTICE, last=1000)
    return counted(len(found), "run", "runs")
