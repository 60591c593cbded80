"""A pull, or a list being sent to JangoMail: its progress, read from the log."""

import streamlit as st

from lib.services.lists.saved import live_hand_over
from lib.store import hand_overs, pulls
from lib.store.hand_overs import HandOver
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.errors import plain
from lib.ui.lists.words import PHASES
from lib.ui.times import when
from lib.words import people

_EVERY_S = 1
_PLACE = 72  # pixels


def watch_pull(live: Pull | None, key: str, *, reserve: bool = True) -> None:
    """The progress of the pull; its space is kept while nothing is pulled, if `reserve`."""
    if live is None and not reserve:
        return
    with st.container(height=_PLACE, border=False, key=key):
        if live is not None:
            st.fragment(_watch_pull, run_every=_EVERY_S)(live.id)


def watch_hand_over(live: HandOver) -> None:
    """The progress of the list being sent."""
    with st.container(height=_PLACE, border=False, key="hand_over_place"):
        st.fragment(_watch_hand_over, run_every=_EVERY_S)(live.connection, live.id)


def _watch_pull(pull_id: str) -> None:
    with session.opened() as log:
        pull = pulls.get(log.store, pull_id)
    if pull is None or pull.is_finished:
        st.rerun()
    words = PHASES.get(pull.phase, pull.phase.capitalize())
    if pull.phase_total:
        words = f"{words}: {pull.phase_done:,} of {pull.phase_total:,}"
    elif pull.phase_done:
        words = f"{words}: {pull.phase_done:,}"
    share = pull.phase_done / pull.phase_total if pull.phase_total else 0.0
    _draw(share, words, f"Started {when(pull.started_at)} by {plain(pull.pulled_by)}")


def _watch_hand_over(connection: str, hand_over_id: str) -> None:
    with session.opened() as log:
        order = hand_overs.get(log.store, hand_over_id)
        live = live_hand_over(log, connection)
    if order is None or live is None or live.id != order.id:
        st.rerun()
    words = "Checking again who has opted out"
    if order.total:
        words = f"Sent {order.done:,} of {people(order.total)}"
    share = order.done / order.total if order.total else 0.0
    _draw(share, words, f"Started {when(order.started_at)} by {plain(order.handed_by)}")


def _draw(share: float, words: str, caption: str) -> None:
    st.progress(min(share, 1.0), text=words)
    st.caption(caption)
