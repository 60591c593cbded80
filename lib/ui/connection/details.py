"""A stored connection: which org it is, what the last test said, and what can be done with it."""

import streamlit as st

from lib.errors import OptbackError
from lib.salesforce.setup_steps import edition_in_words
from lib.services.connections import checks, retirement, stored
from lib.services.connections.chosen import ENVIRONMENT, choose
from lib.services.log import Log
from lib.settings import names_salesforce
from lib.store import connections
from lib.store.connections import ConnectionState
from lib.ui import session
from lib.ui.connection.alerts import draw_alerts
from lib.ui.connection.checks import draw_checks
from lib.ui.connection.domains import draw_domains
from lib.ui.connection.editor import forget_trial
from lib.ui.connection.life import draw_halt, draw_life
from lib.ui.connection.opt_out_field import in_words
from lib.ui.connection.other_org import draw_other_org
from lib.ui.connection.own_settings import draw_settings
from lib.ui.connection.permissions import draw_permissions, is_asking
from lib.ui.connection.schedule import draw_schedule
from lib.ui.connection.waiting import draw_waiting
from lib.ui.errors import plain, show_error
from lib.ui.frame.environment_marks import mark_of
from lib.ui.links import CONNECT, SYNC, go, link
from lib.ui.times import when


def draw_view(log: Log, name: str) -> None:
    """The page of a connection; without credentials, only what the log knows."""
    state = connections.state(log.store, name)
    is_stored = name in connections.names(log.store)
    can_test = is_stored or (name == ENVIRONMENT and names_salesforce(session.environment()))
    _draw_org(log, name, state)
    if name == ENVIRONMENT:
        st.markdown(_WORDS_ENVIRONMENT)
    elif not is_stored:
        st.markdown("Its credentials were deleted. Its runs are still in History.")
    _draw_pause(state)
    draw_halt(log, name, state)
    draw_other_org(log, name, state)
    if can_test and not (state and state.checked_at):  # a check says it from then on
        _draw_retirement(log, name)
    is_asked = bool(state and (state.other or state.halted_at)) or is_asking(
        name
    )  # a primary button is above
    _draw_buttons(
        log,
        name,
        can_test=can_test,
        is_paused=bool(state and state.paused_at),
        is_asked=is_asked,
    )
    if can_test and state and state.org and not stored.has_runs(log, name):
        icon = ":material/arrow_forward:"
        link(SYNC, "Preview the first run", key="to_first_preview", icon=icon)
    if state and state.checked_at:
        draw_checks(
            state.checks,
            state.checked_at,
            org=state.org,
            instance_url=state.instance_url or "",
            told=state.paused_remedy,
            draw_actions=(lambda: _draw_actions(log, name, state)) if can_test else None,
        )
    if can_test:
        draw_schedule(log, name)
        draw_settings(log, name)
    draw_domains(log, name)
    draw_life(log, name, state)
    draw_alerts(log, name)


def _draw_actions(log: Log, name: str, state: ConnectionState) -> None:
    """What can be done about missing permissions: by Optback, or by waiting."""
    has_said = draw_permissions(log, name, state)
    draw_waiting(log, name, state, tells_end=not has_said)


_WORDS_ENVIRONMENT = (
    "Its credentials come from environment variables, either of this dashboard or of the program "
    "that runs `sync.py`, such as cron. Change them there."
)


def _draw_org(log: Log, name: str, state: ConnectionState | None) -> None:
    icon, mark = mark_of(name, state)
    org = state.org if state else None
    public = connections.public(log.store, name)
    facts = {
        "Org": f"{plain(org.name)} ({plain(org.org_id)})" if org else "unknown until you test",
        "Environment": f"{icon} {mark}",
        "Edition": plain(edition_in_words(org.edition) or "–") if org else "–",
        "Salesforce user": plain(org.username if org else str(public.get("username") or "–")),
        "JangoMail user": plain(str(public.get("jangomail_username") or "–")),
    }
    own = str(public.get("opt_out_field") or "")
    facts |= {"Opt-out field": plain(in_words(own, {}))} if own else {}
    st.markdown("\n".join(f"- {label}: **{value}**" for label, value in facts.items()))


def _draw_retirement(log: Log, name: str) -> None:
    try:
        credentials = choose(log, session.environment(), name).credentials
    except OptbackError:
        return  # why they can't be read is shown where they are used
    note = retirement.note_of(credentials.salesforce)
    if note:
        st.caption(f":material/event_busy: {plain(note)}.")


def _draw_pause(state: ConnectionState | None) -> None:
    if state is None or state.paused_at is None:
        return
    st.error(
        f"**Paused {when(state.paused_at)}: {plain(state.paused_message or '')}**\n\n"
        f"{plain(state.paused_remedy or '')} No run uses these credentials again until you "
        "change them or a test succeeds, so that Salesforce doesn't lock the user.",
        icon=":material/pause_circle:",
    )


def _draw_buttons(log: Log, name: str, *, can_test: bool, is_paused: bool, is_asked: bool) -> None:
    change = "Enter new credentials" if is_paused else "Edit"
    with st.container(horizontal=True, key="connection_actions"):
        if can_test and st.button(
            "Test", type="secondary" if is_paused or is_asked else "primary", key="test_connection"
        ):
            _test(log, name)
        if name != ENVIRONMENT and st.button(
            change,
            type="primary" if is_paused or not can_test else "secondary",
            key="change_connection",
        ):
            forget_trial()
            go(CONNECT, edit="1")
        if st.button("Connect another org", key="new_connection"):
            forget_trial()
            go(CONNECT, new="1")


def _test(log: Log, name: str) -> None:
    try:
        with st.spinner("Signing in to Salesforce, then checking JangoMail"):
            checks.test_connection(log, choose(log, session.environment(), name))
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()
