"""Which org and accounts a connection is for, and when it last signed in."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.errors import OptbackError
from lib.salesforce.setup_steps import edition_in_words
from lib.services.connections import retirement
from lib.services.connections.chosen import ENVIRONMENT, PRACTICE, choose
from lib.services.log import Log
from lib.store import connections
from lib.store.alert_lookups import signed_in_at
from lib.store.connections import ConnectionState
from lib.ui import session
from lib.ui.connection.editor import forget_trial
from lib.ui.connection.opt_out_field import in_words
from lib.ui.errors import plain
from lib.ui.links import CONNECT, go
from lib.ui.times import distance, exact
from lib.words import SIGN_IN

_LABEL = 100  # px
_FROM_ENVIRONMENT = (
    "Its credentials come from environment variables, either of this dashboard or of the program "
    "that runs `sync.py`, such as cron. Change them there."
)


def draw_facts(
    log: Log, name: str, state: ConnectionState | None, *, can_test: bool
) -> DeltaGenerator:
    """A card with a line for each; returned for what can be done with the connection."""
    card = st.container(border=True, gap="xsmall", key="facts")
    with card:
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader("This connection", anchor=False, width="content")
            if st.button(
                "Connect another org", type="tertiary", icon=":material/add:", key="new_connection"
            ):
                forget_trial()
                go(CONNECT, new="1")
        if name == ENVIRONMENT:
            st.caption(_FROM_ENVIRONMENT)
        for label, value in _facts(log, name, state).items():
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="top", wrap=False):
                st.caption(label, width=_LABEL)
                st.markdown(plain(value))
        if can_test and not (state and state.checked_at):  # a check says it from then on
            _draw_retirement(log, name)
    return card


def _facts(log: Log, name: str, state: ConnectionState | None) -> Mapping[str, str]:
    org = state.org if state else None
    public = connections.public(log.store, name)
    own = str(public.get("opt_out_field") or "")
    edition = edition_in_words(org.edition) if org else ""
    found = {
        "Name": "" if name in (ENVIRONMENT, PRACTICE) else name,  # the picker cuts a long one
        "Org": f"{org.name} ({org.org_id})" if org else "Unknown until you test",
        "Edition": edition,
        "Salesforce user": org.username if org else str(public.get("username") or ""),
        "JangoMail user": str(public.get("jangomail_username") or ""),
        "Opt-out field": in_words(own, {}) if own else "",
        "Last sign-in": _last_sign_in(log, name, state),
    }
    return {label: value for label, value in found.items() if value}


def _last_sign_in(log: Log, name: str, state: ConnectionState | None) -> str:
    """By a run or by a test, whatever came last."""
    is_tested = state is not None and any(one.ok and one.name == SIGN_IN for one in state.checks)
    tested = state.checked_at if state is not None and is_tested else None
    moments = [moment for moment in (signed_in_at(log.store, name), tested) if moment]
    if not moments:
        return "Not yet"
    last = max(moments)
    what = "a test" if last == tested else "a run"
    return f"{exact(last)}, {distance(last)}, by {what}"


def _draw_retirement(log: Log, name: str) -> None:
    try:
        credentials = choose(log, session.environment(), name).credentials
    except OptbackError:
        return  # why they can't be read is shown where they are used
    note = retirement.note_of(credentials.salesforce)
    if note:
        st.caption(f":material/event_busy: {plain(note)}.")
