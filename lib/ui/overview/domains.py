"""The buttons of a domain on hold: preview opting everyone there out, or keep them mailable."""

from typing import Literal

import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.runs import domains, proposal
from lib.services.runs.overview import Glance
from lib.services.started_by import DASHBOARD
from lib.store.domains import OnHold
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.links import SYNC, go
from lib.ui.pressing import pressed_for
from lib.words import by_count


def draw_choice(
    log: Log, now: Glance, on_hold: OnHold, kind: Literal["primary", "secondary"]
) -> None:
    """Both answers. The first only previews: the page it leads to has the button that approves."""
    domain = on_hold.domain
    cannot = now.live is not None or proposal.why_not(log, session.environment(), now) is not None
    with st.container(horizontal=True, key=f"domain_{domain}"):
        wanted = st.button(
            "Preview opting them out",
            type=kind,
            key=f"hand_held_{domain}_button",
            disabled=cannot or now.is_paused,
            help="Shows which records would be opted out. It changes nothing.",
        )
        _draw_keep(log, now.connection, on_hold)
    if wanted:
        proposal.preview(log, session.environment(), now.connection, approve_domain=domain)
        go(SYNC)


def _draw_keep(log: Log, connection: str, on_hold: OnHold) -> None:
    domain = on_hold.domain
    with st.popover("Keep mailable", key=f"keep_{domain}"):
        st.markdown(
            f"Lists let people at {plain(domain)} through, and no run opts them out because of "
            "the domain. Anyone who unsubscribed with their own address stays off. You can take "
            "this back on the Connection page."
        )
        label = by_count(
            on_hold.people,
            f"Keep {domain} mailable",
            "Keep 1 person mailable",
            "Keep {n} people mailable",
        )
        if pressed_for(str(on_hold.people), label, key=f"keep_{domain}_confirm"):
            try:
                with st.spinner("Saving"):
                    domains.keep_mailable(log, connection, domain, DASHBOARD)
            except OptbackError as error:
                show_error(error)
                return
            st.rerun()
