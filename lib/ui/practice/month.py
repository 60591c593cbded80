"""The parts of the Practice page about time: a month that passes, and a fresh start."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.services.practice import month_process, process
from lib.services.practice.month_process import DAYS, Rehearsal
from lib.services.schedules.setting import setting_of
from lib.services.schedules.timetable import in_words
from lib.store import lists, runs
from lib.ui import session
from lib.ui.errors import plain, show_error, show_trouble
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.links import want
from lib.ui.practice.outside import draw_card, forget_act
from lib.words import counted, listed

_NARROWEST = 300  # pixels


def draw_time(log: Log) -> None:
    """A month that passes, and a fresh start."""
    what_goes = _what_goes(log)
    st.subheader("Time", anchor=False)
    st.caption(f"Both begin with a new practice org, and delete {what_goes}.")
    with st.grid(2, min_column_width=_NARROWEST, gap="xsmall"):
        if draw_card(
            f"{DAYS} days pass",
            "A month of daily runs that ends now, played in about 15 seconds.",
            f"Play {DAYS} days",
            "month",
        ):
            confirm(log)
        if draw_card(
            "Start over",
            "New made-up people, and nothing has happened yet.",
            "Start over",
            "afresh",
        ):
            _confirm_afresh(what_goes)


def confirm(log: Log) -> None:
    """Ask whether the month shall pass, since it begins with an empty log."""
    _confirm_month(_what_goes(log))


@st.dialog(f"Play {DAYS} days?")
def _confirm_month(what_goes: str) -> None:
    """Say what is forgotten, then start."""
    st.markdown(
        f"The month starts {DAYS} days ago with a new practice org. First, this deletes "
        f"{what_goes}. It doesn't touch other connections."
    )
    _draw_kept_schedule()
    if st.button(f"Play {DAYS} days", type="primary", key="confirm_month"):
        _start_month()


def _draw_kept_schedule() -> None:
    """That a schedule which is on stays on."""
    with session.opened() as log:
        stored = setting_of(log, PRACTICE)
    if stored is not None and stored.is_on:
        st.markdown(f"Its schedule stays on: {plain(in_words(stored.schedule))}.")


def _start_month() -> None:
    try:
        with session.opened() as log:
            month_process.start(log, session.environment())
    except OptbackError as error:
        show_error(error)
        return
    forget_act()
    st.rerun()


@st.dialog("Start over?")
def _confirm_afresh(what_goes: str) -> None:
    """Say what is forgotten, then do it."""
    st.markdown(
        f"New made-up people replace these. This deletes {what_goes}. It doesn't touch other "
        "connections."
    )
    _draw_kept_schedule()
    if st.button("Start over", type="primary", key="confirm_afresh"):
        _start_afresh()


def _start_afresh() -> None:
    try:
        with session.opened() as log:
            month_process.refuse_while_busy(log)
            process.start_over(log, process.ensure(log, session.environment()))
            month_process.forget(log.store.home)
    except OptbackError as error:
        show_error(error)
        return
    forget_act()
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
        f"Start over, or play the {DAYS} days again.",
    )


@st.fragment(run_every=1)
def _follow_month() -> None:
    month = month_process.progress(session.home())
    if month is None or not month.is_running:
        want(PRACTICE)
        st.rerun()
    draw_answer(
        Mark.RUNNING,
        f"Playing {DAYS} days: day {min(month.day + 1, DAYS)}.",
        "You can leave this page, and the month goes on. The other pages show the runs as they "
        "come in.",
        key="playing",
    )
    st.progress(month.day / DAYS, text=month.doing)


def _what_goes(log: Log) -> str:
    found = runs.latest(log.store, connection=PRACTICE, limit=1000)
    saved = lists.of_connection(log.store, PRACTICE)
    known = [counted(len(found), "run", "runs"), counted(len(saved), "saved list", "saved lists")]
    return f"everything in the log of the practice connection ({listed(known)})"
