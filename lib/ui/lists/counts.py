"""How many people are on a pull, counted once for each pull: a finished pull never changes."""

from pathlib import Path

import streamlit as st

from lib.services.log import Log, open_log
from lib.store import hand_overs
from lib.store.pulls import Pull
from lib.ui import session


def people_on(log: Log, pull: Pull) -> int | None:
    """The people, each address once; None for figures, which name no one."""
    return _people(log.store.home, pull.id) or (None if pull.rows else 0)


@st.cache_data(max_entries=500, show_spinner=False)
def _people(home: Path, pull_id: str) -> int:
    with open_log(home, session.environment()) as log:
        return hand_overs.people_of(log.store, pull_id, [])
