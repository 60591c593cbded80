"""The look-up of Overview: the input, and the answer once there is an address."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.runs.lookup import AddressHistory, look_up
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.frame.answer import draw_answer
from lib.ui.lookup.moments import moments_of
from lib.ui.lookup.story import sentences
from lib.ui.lookup.tables import draw_log, draw_records
from lib.ui.lookup.verdict import verdict_of
from lib.ui.marks.timeline import draw_timeline

_ADDRESS = "address"


def ask_for(address: str) -> None:
    """Look up this address from the next page run on; for callbacks only."""
    st.session_state[_ADDRESS] = address


def draw_lookup(log: Log, connection: str) -> None:
    """The input, and the answer once there is an address; the address bar keeps it."""
    text = st.text_input(
        "Look up a person by email address",
        key=_ADDRESS,
        bind="query-params",
        placeholder="Look up a person by email address",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    if not (text or "").strip():
        return
    try:
        with st.spinner("Checking Salesforce"):
            story = look_up(log, session.environment(), connection, text.strip())
    except OptbackError as error:
        show_error(error)
        return
    with st.container(border=True, key="story"):
        _draw_story(log, story)


def _draw_story(log: Log, story: AddressHistory) -> None:
    verdict, moments = verdict_of(story), moments_of(log, story)
    left, right = st.columns([6, 5], gap="medium") if moments else (st.container(), None)
    with left:
        rest = " ".join([verdict.rest, *sentences(story)])
        draw_answer(verdict.mark, verdict.sentence, plain(rest.strip()), key="verdict")
        if story.trouble is not None:
            show_error(story.trouble)
        if story.records:
            draw_records(story)
    if right is not None:
        with right:
            draw_timeline(moments, key="person")
    draw_log(log, story)
