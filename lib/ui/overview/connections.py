"""Other connections: cards for those that need someone, and at the end a line for each."""

from collections.abc import Mapping

import streamlit as st

from lib.services.alerts.overview import view
from lib.services.connections.chosen import PRACTICE, connection_names, is_deleted
from lib.services.log import Log
from lib.services.runs.overview import Glance, glance
from lib.ui.cached import everyone_of
from lib.ui.errors import plain
from lib.ui.frame.environment_marks import badge_of, label_of
from lib.ui.links import OVERVIEW, go
from lib.ui.overview.need import Need
from lib.ui.overview.needs import needs_of
from lib.ui.times import is_old, when
from lib.words import by_count, counted, people, records


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
    with st.container(border=True, key="connections", gap="xsmall"):
        st.subheader("All connections", anchor=False)
        for name in names:
            _draw_line(log, environment, name, is_chosen=name == chosen)


def _draw_line(log: Log, environment: Mapping[str, str], name: str, *, is_chosen: bool) -> None:
    now, people_now = glance(log, environment, name), everyone_of(log, name)
    needs = len(needs_of(now, people_now, view(log, name)))
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"connection_line_{name}"
    ):
        label = f"**{plain(label_of(name))}**" if is_chosen else plain(label_of(name))
        if st.button(label, type="tertiary", key=f"open_{name}"):
            go(OVERVIEW, connection=name)
        words, icon, color = badge_of(name, now.state)
        st.badge(words, icon=icon, color=color)
        st.caption(in_words(now, needs, people_now.mailable))


def in_words(now: Glance, needs: int, mailable: int) -> str:
    """What needs attention, or that nothing does, and the last good run."""
    state = _state(now, needs, mailable)
    last = now.last_good
    if last is not None:
        return f"{state} · last good run {when(last.finished_at or last.started_at)}"
    return state if now.latest is None else f"{state} · no good run yet"


def _state(now: Glance, needs: int, mailable: int) -> str:
    if now.state is not None and now.state.halted_at is not None:
        return ":material/pause_circle: Paused by a person"
    if not now.copies_unsubscribes:
        return ":material/pause_circle: Copying is off"
    if needs:
        return f":material/front_hand: {counted(needs, 'thing needs', 'things need')} you"
    if now.live is not None:
        return ":material/sync: A run is in progress"
    if now.latest is None:
        return ":material/help: No runs yet"
    return _state_of_people(now, mailable)


def _state_of_people(now: Glance, mailable: int) -> str:
    if now.last_good is None:
        planned = now.latest.planned if now.latest is not None else None
        ready = f"Preview ready: {records(planned)} would be opted out" if planned else "Not synced"
        return f":material/visibility: {ready}"
    if mailable:
        return f":material/schedule: {people(mailable)} can still be emailed"
    if is_old(now.last_good.finished_at or now.last_good.started_at):
        return ":material/help: Not known since then"
    return ":material/check: Fine"
