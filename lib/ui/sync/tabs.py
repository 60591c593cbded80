"""The two ways to opt people out: those of JangoMail, and those that a file names."""

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from lib.clock import utc_now
from lib.services.log import Log
from lib.services.runs import proposal, uploads
from lib.services.runs.overview import Glance
from lib.services.started_by import DASHBOARD
from lib.store.run import Run
from lib.ui.sync.answer import RECENT

JANGOMAIL, FILE = "From JangoMail", "From a file"
KEY = "last"
"""The keys of what came of a run begin with it, in both."""
_FIRST = "first_way"


def draw_tabs(log: Log, now: Glance) -> tuple[TabContainer, TabContainer]:
    """A visit begins with the way that something is going on in; after that, a person chooses."""
    key = f"way_{now.connection}"
    if key not in st.session_state:  # Streamlit forgets it when the page is left
        st.session_state[_FIRST] = FILE if _is_about_file(log, now) else JANGOMAIL
    first = st.session_state.get(_FIRST, JANGOMAIL)  # another default would be another widget
    jangomail, file = st.tabs([JANGOMAIL, FILE], default=first, key=key, on_change="rerun")
    return jangomail, file


def _is_about_file(log: Log, now: Glance) -> bool:
    if now.live is not None:
        return is_files(now.live)
    plan = proposal.proposal(log, now)
    if plan is not None and plan.upload is not None:
        return True
    if uploads.waiting(log, now.connection) is not None:
        return True
    return now.latest is not None and is_files(now.latest) and _is_recent(now.latest)


def is_files(run: Run) -> bool:
    """Whether the run is of a file that was given here."""
    return run.source == "file" and run.started_by == DASHBOARD


def _is_recent(run: Run) -> bool:
    return utc_now() - (run.finished_at or run.started_at) < RECENT
