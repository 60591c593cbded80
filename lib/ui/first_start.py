"""The page before there is a connection: look around, or connect Salesforce."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.services.alerts.overview import view
from lib.services.connections.chosen import PRACTICE
from lib.services.practice.process import ensure_and_preview
from lib.ui import session
from lib.ui.errors import plain, stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.links import CONNECT, SYNC, go
from lib.ui.state_words import what_leaves


def draw_first_start() -> None:
    """The choice, as a whole page."""
    draw_head("Stop emailing people who unsubscribed")
    st.markdown(
        "Optback reads who unsubscribed in JangoMail and sets **Email Opt Out** on their Contacts "
        "and Leads in Salesforce. Nothing is connected yet."
    )
    practice, salesforce = st.columns(2, gap="medium")
    with practice.container(border=True, height="stretch"):
        st.header("Look around first", anchor=False)
        st.markdown(look_around_in_words())
        draw_look_around()
    with salesforce.container(border=True, height="stretch"):
        st.header("Connect Salesforce", anchor=False)
        _draw_salesforce()


def look_around_in_words() -> str:
    """What the practice org is."""
    with session.opened() as log:
        leaves = what_leaves(view(log, PRACTICE, last=0))
    return (
        "A practice org on this computer with about 3,000 made-up people. "
        f"It's ready in seconds. {plain(leaves)}"
    )


def draw_look_around(place: DeltaGenerator | None = None) -> None:
    """The button that starts the practice org and previews its first run; below, how it goes."""
    if (place or st.container()).button("Try the practice org", type="primary", key="look_around"):
        with (
            stops_on_error(),
            st.status("Getting the practice org ready", expanded=True),
            session.opened() as log,
        ):
            ensure_and_preview(log, session.environment(), st.write)
        go(SYNC, connection=PRACTICE)


def _draw_salesforce() -> None:
    st.markdown(
        "You need a Salesforce user who can edit Contacts and Leads, and your JangoMail account. "
        "The first step is only a preview. Nothing changes until you say so."
    )
    if st.button("Connect Salesforce", key="connect_salesforce"):
        go(CONNECT, new="1")
