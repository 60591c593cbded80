"""Other connections: cards for those that need someone, and at the end a line for each."""

from collections.abc import Mapping

import streamlit as st

from lib.services.alerts.overview import view
from lib.services.connections.chosen import PRACTICE, connection_names, is_deleted
from lib.services.log import Log
from lib.services.runs.overview import glance
from lib.store import connections
from lib.ui.cached import everyone_of
from lib.ui.errors import plain
from lib.ui.frame.card_title import draw_card_title
from lib.ui.frame.environment_marks import badge_of, label_of
from lib.ui.links import OVERVIEW, go
from lib.ui.needs.condition import Condition, Kind, condition_of
from lib.ui.needs.need import Need
from lib.ui.needs.of_connection import needs_of
from lib.words import by_count

_NAME_WIDTH, _KIND_WIDTH, _STATE_WIDTH = 190, 120, 650  # pixels; wraps on a phone
_ICONS: Mapping[Kind, str] = {
    Kind.FINE: ":material/check:",
    Kind.RUNNING: ":material/sync:",
    Kind.UNKNOWN: ":material/help:",
    Kind.HALTED: ":material/pause_circle:",
    Kind.WAITING: ":material/schedule:",
    Kind.NEEDS_YOU: ":material/front_hand:",
    Kind.STOPPED: ":material/cancel:",
}


def others_needing(log: Log, environment: Mapping[str, str], chosen: str) -> list[Need]:
    """A card for each other connection that needs someone; not for made-up people."""
    names = [name for name in connection_names(log, environment) if name not in (chosen, PRACTICE)]
    return [need for name in names for need in _of_other(log, environment, name)]


def _of_other(log: Log, environment: Mapping[str, str], name: str) -> list[Need]:
    now, people_now = glance(log, environment, name), everyone_of(log, name)
    needs = needs_of(now, people_now, view(log, name))
    if not needs or is_deleted(log, name):
        return []
    more = by_count(len(needs) - 1, "", " 1 more thing needs you there.", " {n} more there.")
    return [
        Need(
            f"other_{name}",
            f"{label_of(name)}: {needs[0].what}",
            f"This is another connection.{more}",
            "Open it",
            needs[0].mark,
            connection=name,
        )
    ]


def draw_connections(log: Log, environment: Mapping[str, str], chosen: str) -> None:
    """A line for each connection; nothing where there's only one."""
    names = connection_names(log, environment)
    if len(names) < 2:
        return
    with st.container(border=True, key="connections", gap="small"):
        draw_card_title("All connections")
        for name in names:
            _draw_line(log, environment, name, is_chosen=name == chosen)


def _draw_line(log: Log, environment: Mapping[str, str], name: str, *, is_chosen: bool) -> None:
    found = condition_of(log, environment, name)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"connection_line_{name}"
    ):
        label = f"**{plain(label_of(name))}**" if is_chosen else plain(label_of(name))
        with st.container(width=_NAME_WIDTH):
            opened = st.button(label, type="tertiary", key=f"open_{name}", wrap=True)
        with st.container(width=_KIND_WIDTH):
            words, icon, color = badge_of(name, connections.state(log.store, name))
            st.badge(words, icon=icon, color=color)
        st.caption(in_words(found), width=_STATE_WIDTH)
        if opened:
            go(OVERVIEW, connection=name)


def in_words(found: Condition) -> str:
    """How it is, in detail, and the last good run."""
    parts = (found.words, found.more, found.last_good)
    return f"{_ICONS[found.kind]} {' · '.join(part for part in parts if part)}"
