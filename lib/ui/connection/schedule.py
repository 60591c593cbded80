"""When the connection runs by itself: the switch, the next run, and ways without the dashboard."""

from datetime import time
from zoneinfo import ZoneInfo

import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.schedules.recipes import (
    LOOK_EVERY_MINUTES,
    UNIT,
    Recipes,
    installation_of,
    recipes,
)
from lib.services.schedules.setting import (
    runs_without_dashboard,
    setting_of,
    switch_off,
    switch_on,
    upcoming,
)
from lib.services.schedules.timetable import in_words
from lib.services.schedules.zones import zone_names
from lib.store import run_lists
from lib.store.schedules import Schedule
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.frame.card_title import draw_card_title
from lib.ui.links import SYNC, link
from lib.ui.times import day_and_time, viewer_zone
from lib.words import capital, closed

_DAILY, _OFTEN = "Every day", "Several times a day"
_SEVEN = Schedule(time(7), "UTC")
_MINUTES = (5, 60, 720)  # least, default, and most
_STEP_S = 300
_WHILE_UP = "Runs only while this dashboard is up."
_ALWAYS = (
    "Runs whether or not this dashboard is up, because a timer or `sync.py schedule` looks too."
)
_OFF = "No run starts by itself. Switched on, it runs only while this dashboard is up."
_FIRST_RUN = (
    "**The first run reads everyone who ever unsubscribed**, so it can opt out many people at "
    "once. If that's more than the safety limit allows, it stops before it changes anything, and "
    "asks you. A preview shows who they are and changes nothing."
)
_KEEP_ON = (
    f"Leave the schedules on. Every {LOOK_EVERY_MINUTES} minutes, this looks which runs are due, "
    "also after a restart, and tries failed runs again. If a dashboard is up too, each scheduled "
    "time still has one run."
)


def draw_schedule(log: Log, name: str) -> None:
    """The card of a stored connection; each change of the switch or the time is kept at once."""
    stored = setting_of(log, name)
    is_on = stored is not None and stored.is_on
    with st.container(border=True, gap="xsmall", key="schedule"):
        draw_card_title("Schedule")
        st.toggle("Run by itself", value=is_on, key=_key("on", name), on_change=_save, args=(name,))
        where = _ALWAYS if runs_without_dashboard(log, name) else _WHILE_UP
        st.caption(f"{_next_in_words(log, name)} {where}" if is_on else _OFF)
        if is_on and not run_lists.has_planned(log.store, name):
            _draw_first_run()
        _draw_times(name, stored.schedule if stored else _new(), is_on=is_on)
        with st.expander("Run without the dashboard", type="compact"):
            _draw_recipes(log, name)


def _draw_times(name: str, known: Schedule, *, is_on: bool) -> None:
    """The schedule in a line, and folded below it, the widgets that change it."""
    said = in_words(_shown(name) if _key("how", name) in st.session_state else known)
    label = capital(said) if is_on else f"When it's on: {said}"
    with (
        st.expander(label, type="compact", key="schedule_fold"),
        st.container(horizontal=True, vertical_alignment="bottom", key="schedule_times"),
    ):
        how = st.selectbox(
            "How often",
            [_DAILY, _OFTEN],
            index=0 if known.at else 1,
            key=_key("how", name),
            width=200,
            on_change=_save,
            args=(name,),
        )
        if how == _DAILY:
            _draw_daily(name, known)
        else:
            least, default, most = _MINUTES
            minutes = min(max(known.every_minutes or default, least), most)
            key = _key("minutes", name)
            st.number_input(
                "Minutes between runs",
                least,
                most,
                minutes,
                step=5,
                key=key,
                width=190,
                on_change=_save,
                args=(name,),
            )


def _draw_daily(name: str, known: Schedule) -> None:
    zones = zone_names()
    st.time_input(
        "Time",
        known.at or _SEVEN.at,
        key=_key("at", name),
        step=_STEP_S,
        format="12h",
        width=130,
        on_change=_save,
        args=(name,),
    )
    options = zones if known.zone in zones else [known.zone, *zones]
    st.selectbox(
        "Time zone",
        options,
        index=options.index(known.zone),
        key=_key("zone", name),
        width=220,
        on_change=_save,
        args=(name,),
    )


def _shown(name: str) -> Schedule:
    """The schedule that the widgets show."""
    state = st.session_state
    if state[_key("how", name)] == _OFTEN:
        minutes = state.get(_key("minutes", name), _MINUTES[1])
        return Schedule(None, str(state.get(_key("zone", name), "UTC")), int(minutes))
    at = state.get(_key("at", name), _SEVEN.at)
    return Schedule(at, str(state.get(_key("zone", name), _new().zone)))


def _save(name: str) -> None:
    """Keep what the widgets show: only a person's change of a widget comes here."""
    try:
        with session.opened() as log:
            stored = setting_of(log, name)
            if not st.session_state[_key("on", name)]:
                switch_off(log, name)
            elif stored is None or not stored.is_on or stored.schedule != _shown(name):
                switch_on(log, name, _shown(name))
    except OptbackError as error:
        show_error(error)


def _next_in_words(log: Log, name: str) -> str:
    found = upcoming(log, session.environment(), name)
    if found is None or found.at is None:
        return closed(f"No run starts: {plain((found and found.why_not) or 'switched off')}")
    now = log.store.now()
    if found.at <= now:
        return "The next run starts within a minute."
    here = found.at.astimezone(viewer_zone()).utcoffset()
    there = found.at.astimezone(ZoneInfo(found.schedule.zone)).utcoffset()
    is_elsewhere = found.schedule.at is not None and here != there
    return f"Next run {day_and_time(found.at, now=now)}{' your time' if is_elsewhere else ''}."


def _draw_first_run() -> None:
    """What the first run will do, before anyone has seen a preview."""
    with st.container(key="first_run"):
        st.markdown(_FIRST_RUN)
        icon = ":material/arrow_forward:"
        link(SYNC, "See who it would be", key="preview_scheduled", icon=icon)


def _draw_recipes(log: Log, name: str) -> None:
    found = recipes(installation_of(log.store.home, session.environment(), name))
    st.markdown(
        "Any of these runs all connections by their schedules, whether or not the dashboard is "
        "up. They have the paths of this installation."
    )
    systemd, cron, command = st.tabs(["systemd", "cron", "sync.py schedule"])
    with systemd:
        _draw_systemd(found)
    with cron:
        st.markdown("Add this line with `crontab -e`:")
        st.code(found.cron, language=None, wrap_lines=True)
        st.caption(plain(f"{_KEEP_ON} {found.cron_note}".strip()))
    with command:
        st.markdown("Keep this running:")
        st.code(found.command, language=None, wrap_lines=True)
        st.caption(
            "Leave the schedules on. If a dashboard is up too, each scheduled time still has one "
            "run."
        )


def _draw_systemd(found: Recipes) -> None:
    folder = "~/.config/systemd/user"
    st.markdown(f"Save this as `{folder}/{UNIT}.service`:")
    st.code(found.service, language=None, wrap_lines=True)
    st.markdown(f"Save this as `{folder}/{UNIT}.timer`:")
    st.code(found.timer, language=None, wrap_lines=True)
    st.markdown("Then switch it on:")
    st.code(found.commands, language=None, wrap_lines=True)
    st.caption(_KEEP_ON)


def _new() -> Schedule:
    """A schedule to begin with: at seven where the viewer is."""
    zone = str(viewer_zone())
    return Schedule(_SEVEN.at, zone if zone in zone_names() else "UTC")


def _key(what: str, name: str) -> str:
    return f"schedule_{what}_{name}"
