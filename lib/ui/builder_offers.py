"""What the builder offers, asked of Salesforce once and kept for a while."""

import time
from pathlib import Path

import streamlit as st

from lib.errors import OptbackError
from lib.services.choosing import choose
from lib.services.describing import Offered, offered
from lib.services.opening import Log, open_log
from lib.sync import pausing
from lib.ui import surroundings

_KEPT_S = 900
_NOT_ASKED_AGAIN_S = 60


def offers_of(log: Log, connection: str) -> Offered | OptbackError:
    """What the org offers, or why it cannot be asked: not asked again then for a minute."""
    name = f"builder_trouble_{connection}"
    at, trouble = st.session_state.get(name, (0.0, None))
    if isinstance(trouble, OptbackError) and time.monotonic() - at < _NOT_ASKED_AGAIN_S:
        return trouble
    try:
        login = choose(log, surroundings.environment(), connection).credentials.salesforce
        mark = pausing.fingerprint(log.vault, login)
        found = _offers(log.store.home, connection, mark)
    except OptbackError as error:
        st.session_state[name] = (time.monotonic(), error)
        return error
    st.session_state.pop(name, None)
    return found


def ask_again(connection: str) -> None:
    """Ask Salesforce anew at the next page run."""
    st.session_state.pop(f"builder_trouble_{connection}", None)


@st.cache_data(ttl=_KEPT_S, max_entries=8, show_spinner="Asking Salesforce for its fields")
def _offers(home: Path, connection: str, mark: str) -> Offered:  # noqa: ARG001 - the key
    environment = surroundings.environment()
    with open_log(home, environment) as log:
        return offered(log, environment, connection)
