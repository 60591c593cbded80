"""A stored connection: whether it works and what to fix, beside its schedule and its alerts."""

import streamlit as st

from lib.services.connections import stored
from lib.services.connections.chosen import ENVIRONMENT
from lib.services.log import Log
from lib.settings import names_salesforce
from lib.store import connections
from lib.store.connections import ConnectionState
from lib.ui import session
from lib.ui.connection.alerts import draw_alerts
from lib.ui.connection.answer import Shown, draw_connection_answer
from lib.ui.connection.checks import draw_checks, unchecked
from lib.ui.connection.domains import draw_domains
from lib.ui.connection.facts import draw_facts
from lib.ui.connection.life import draw_halt, draw_life
from lib.ui.connection.other_org import draw_other_org
from lib.ui.connection.others import draw_connections
from lib.ui.connection.own_settings import draw_settings
from lib.ui.connection.permissions import draw_note, draw_permissions, draw_said, is_asking
from lib.ui.connection.remedies import told_for
from lib.ui.connection.schedule import draw_schedule
from lib.ui.connection.waiting import draw_waiting
from lib.ui.times import day_and_time, distance
from lib.values import Check, Level, Stops
from lib.words import SIGN_IN


def draw_view(log: Log, name: str) -> None:
    """The page of a connection; without credentials, only what the log knows."""
    shown = _shown(log, name)
    has_primary = draw_connection_answer(log, shown)
    draw_other_org(log, name, shown.state)
    draw_halt(log, name, shown.state)
    left, right = st.columns([3, 2], gap="small")
    checks = shown.state.checks if shown.state else []
    is_long = any(check.level in (Level.FAILED, Level.WARNING) for check in checks)
    with left:
        _draw_state(log, shown, has_primary=has_primary)
        draw_domains(log, name)
        if not is_long:  # where there's room
            _draw_facts(log, shown)
        if shown.can_test and not checks:
            draw_settings(log, name)
    with right:
        if shown.can_test:
            draw_schedule(log, name)
        if shown.can_test and checks:
            draw_settings(log, name)
        draw_alerts(log, name)
        if is_long:
            _draw_facts(log, shown)
    draw_connections(log)


def _draw_facts(log: Log, shown: Shown) -> None:
    with draw_facts(log, shown.name, shown.state, can_test=shown.can_test):
        draw_life(log, shown.name, shown.state)


def _shown(log: Log, name: str) -> Shown:
    state = connections.state(log.store, name)
    is_stored = name in connections.names(log.store)
    return Shown(
        name,
        state,
        can_test=is_stored or (name == ENVIRONMENT and names_salesforce(session.environment())),
        has_runs=stored.has_runs(log, name),
        is_asked=bool(state and state.other) or is_asking(name),
    )


def _draw_state(log: Log, shown: Shown, *, has_primary: bool) -> None:
    """What can be done about missing permissions, and the last test."""
    state = shown.state
    if state is None or state.checked_at is None:
        return
    if shown.can_test:
        _draw_actions(log, shown.name, state)
    checks, note = _still_true(state), ""
    if state.paused_at is not None:  # the answer is about the pause
        at = f"Last test: {day_and_time(state.checked_at)}, {distance(state.checked_at)}."
        note = f"{at}{unchecked(state.checks)}"
    told = told_for(
        checks,
        state.org,
        state.instance_url or "",
        state.checked_at,
        remedy=state.paused_remedy,
        has_primary=has_primary,
    )
    draw_checks(checks, told, note)


def _still_true(state: ConnectionState) -> list[Check]:
    """Without the sign-in that was fine in a test before Salesforce refused it."""
    if state.paused_at is None or any(not one.ok and one.name == SIGN_IN for one in state.checks):
        return state.checks
    return [one for one in state.checks if one.stops != Stops.EVERYTHING]


def _draw_actions(log: Log, name: str, state: ConnectionState) -> None:
    """By Optback, or by waiting."""
    has_said = draw_said(name)
    draw_permissions(log, name, state)
    draw_waiting(log, name, state, tells_end=not has_said)
    draw_note(log, name, state)
