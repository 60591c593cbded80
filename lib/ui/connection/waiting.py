"""Keep checking: what is still missing, what became right when, and the button that stops it."""

from datetime import timedelta

import streamlit as st

from lib.alerts.waiting_words import became_in_words
from lib.clock import utc_now
from lib.errors import OptbackError
from lib.services.alerts.overview import view
from lib.services.connections import waiting
from lib.services.log import Log
from lib.services.started_by import user
from lib.store.connections import ConnectionState
from lib.store.waiting import Ended, Waiting
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.times import day_and_time, exact, when
from lib.words import closed

_REDRAWN_EVERY_S = 5
_SHOWN_FOR = timedelta(days=2)
_HOW_OFTEN = "Optback looks every 5 minutes in the first hour, then less often, for 7 days at most"
_WHILE_UP = (
    "No run starts because of this. It looks only while this dashboard or `sync.py schedule` is "
    "running."
)
_HOW_IT_ENDED = {
    Ended.READY: ":material/check_circle: **Every permission is there** since {when}.",
    Ended.GAVE_UP: ":material/front_hand: **Optback stopped checking** {when}, after 7 days.",
    Ended.REFUSED: ":material/front_hand: **Optback stopped checking** {when}, because Salesforce "
    "refused the credentials.",
    Ended.OTHER_ORG: ":material/front_hand: **Optback stopped checking** {when}, because the "
    "credentials lead to another org.",
}


def draw_waiting(log: Log, name: str, state: ConnectionState, *, tells_end: bool) -> None:
    """The card while Optback looks again, the offer to do so, or how it ended."""
    now = waiting.of(log, name)
    if now is not None and now.is_on:
        with st.container(border=True, key="waiting"):
            st.fragment(_watch, run_every=_REDRAWN_EVERY_S)(name)
        return
    if now is not None and tells_end:
        _draw_end(now)
    if state.paused_at is None and state.other is None and waiting.can_wait(state.checks):
        _draw_offer(log, name)


def _in_short(log: Log, name: str) -> str:
    """How often, who hears of it, and what it takes."""
    is_told = bool(view(log, name, last=1).receivers)
    told = "sends one email when all is ready" if is_told else "shows here when all is ready"
    return f"{_HOW_OFTEN}, and {told}. {_WHILE_UP}"


def _draw_offer(log: Log, name: str) -> None:
    with st.container(
        border=True, horizontal=True, wrap=False, vertical_alignment="center", key="waiting"
    ):
        with st.container(gap="xxsmall"):
            st.markdown("**Are they on their way?**")
            st.caption(
                "New permissions may take hours to show in Salesforce.", help=_in_short(log, name)
            )
        wanted = st.button("Keep checking", key="keep_checking")
    if not wanted:
        return
    try:
        waiting.begin(log, name, user())
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()


def _watch(name: str) -> None:
    """Redrawn by itself while the card is open; the whole page once it has ended."""
    with session.opened() as log:
        now = waiting.of(log, name)
        if now is None or not now.is_on:
            st.rerun()
        _draw_looking(log, now)
        if st.button("Stop checking", key="stop_checking"):
            waiting.stop(log, name)
            st.rerun()


def _draw_looking(log: Log, now: Waiting) -> None:
    st.markdown(f":material/hourglass_top: **Optback keeps checking.** {_next(now)}")
    missing = [f":material/hourglass_empty: Missing: {plain(one)}" for one in now.missing]
    st.markdown("  \n".join([*_became(now), *missing]))
    if now.trouble:
        st.caption(f"The last check found out nothing: {plain(closed(now.trouble))}")
    st.caption(_in_short(log, now.connection))


def _next(now: Waiting) -> str:
    looked = f"Last checked {when(now.looked_at)}. " if now.looked_at else ""
    if now.next_look_at is None or now.next_look_at <= utc_now():
        return f"{looked}The next check is due now."
    return f"{looked}Next check {day_and_time(now.next_look_at)}."


def _became(now: Waiting) -> list[str]:
    return [
        f":material/check: {plain(became_in_words(one.name))} at {exact(one.at)}"
        for one in now.became
    ]


def _draw_end(now: Waiting) -> None:
    is_recent = now.ended_at is not None and utc_now() - now.ended_at < _SHOWN_FOR
    if now.ended_as is None or now.ended_at is None or not is_recent:
        return
    words = _HOW_IT_ENDED.get(now.ended_as)
    if words is not None:
        lines = [words.format(when=when(now.ended_at)), "  \n".join(_became(now))]
        st.markdown("\n\n".join(filter(None, lines)))
