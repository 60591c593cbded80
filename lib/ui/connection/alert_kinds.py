"""What a connection's alerts are about: kinds that can be switched off, and who keeps watch."""

import streamlit as st

from lib.alerts.causes import ALWAYS_TOLD, CauseKind
from lib.alerts.words import TITLES
from lib.errors import OptbackError
from lib.services.alerts import overview
from lib.services.alerts.overview import AlertsView
from lib.services.log import Log
from lib.services.schedules.setting import upcoming
from lib.ui import session
from lib.ui.errors import show_error
from lib.words import by_count


def draw_kinds(log: Log, now: AlertsView) -> None:
    """A box for each kind; those that always need someone can't be unchecked."""
    label = by_count(
        len(now.off),
        "What to tell you about: everything",
        "What to tell you about: everything but 1 kind",
        "What to tell you about: everything but {n} kinds",
    )
    with (
        st.expander(label, key=f"alert_kinds_{now.connection}", type="compact"),
        st.form(f"alert_kinds_form_{now.connection}", border=False),
    ):
        st.caption("What isn't checked sends nothing. Overview and this page show it all the same.")
        _draw_watch(log, now)
        off = [kind for kind in TITLES if not _draw_kind(now, kind)]
        is_saved = st.form_submit_button("Save", key="alert_kinds_save")
    if is_saved:
        _save(log, now.connection, off)


def _draw_kind(now: AlertsView, kind: str) -> bool:
    is_needed = kind in ALWAYS_TOLD
    return st.checkbox(
        TITLES[kind],
        value=kind not in now.off,
        key=f"alert_kind_{now.connection}_{kind}",
        disabled=is_needed,
        help="Always on: until someone acts, people aren't opted out in time."
        if is_needed
        else _HELP.get(CauseKind(kind)),
    )


_HELP = {
    CauseKind.HELD: "A whole domain on the unsubscribe list waits for your decision.",
    CauseKind.SILENCE: "No run finished for longer than the schedule allows, plus an hour.",
    CauseKind.FAILING: "A service is down: from the third failed run in a row, or after an hour.",
}


def _save(log: Log, connection: str, off: list[str]) -> None:
    try:
        with st.spinner("Saving"):
            overview.choose_kinds(log, connection, off)
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()


def _draw_watch(log: Log, now: AlertsView) -> None:
    """Says so if no one looks between runs: then some problems show only at the next run."""
    if upcoming(log, session.environment(), now.connection) is not None:
        return
    st.caption(
        "No schedule is on for this connection, so nothing looks between its runs. If cron starts "
        'them, "No run has finished" and "Runs are failing" (after an hour) are noticed at the '
        "next run at the earliest. Turn on the schedule, or set `OPTBACK_HEARTBEAT_URL`, to "
        "hear sooner."
    )
