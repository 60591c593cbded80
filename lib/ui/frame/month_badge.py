"""While 30 days are played in the practice org, the head of every page says so."""

import streamlit as st

from lib.services.practice import month_process
from lib.services.practice.month_process import DAYS, Rehearsal
from lib.ui import session

_LOOK_EVERY_S = 2


def draw_month_badge() -> None:
    """The badge, kept up to date; the page is drawn again when the month is over."""
    if _playing() is not None:
        st.fragment(_follow, run_every=_LOOK_EVERY_S)()


def _follow() -> None:
    month = _playing()
    if month is None:
        st.rerun()
    words = f"Playing {DAYS} days in practice: day {min(month.day + 1, DAYS)}"
    st.badge(words, icon=":material/fast_forward:", color="blue")


def _playing() -> Rehearsal | None:
    month = month_process.progress(session.home())
    return month if month is not None and month.is_running else None
