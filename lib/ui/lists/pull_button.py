"""Start a pull, as a process of its own, and follow it."""

import streamlit as st

from lib.lists.values import Options
from lib.services.lists import pulls
from lib.services.lists.pulls import PullOrder
from lib.services.lists.saved import ListsNow, options_of, somebody
from lib.services.log import Log
from lib.store.lists import SavedList
from lib.ui import session
from lib.ui.lists.opened import follow_pull, open_list


def start_pull(log: Log, connection: str, soql: str, options: Options, list_id: str | None) -> None:
    """Pull a query; the page is about this pull from then on."""
    order = PullOrder(connection, soql, options, pulled_by=somebody(), list_id=list_id)
    follow_pull(connection, pulls.start_pull(log, session.environment(), order))


def pull_list(log: Log, now: ListsNow, saved: SavedList) -> None:
    """Open a saved list and pull it, unless another pull is under way."""
    open_list(now.connection, saved)
    if now.pulling is None and not now.is_paused:
        start_pull(log, now.connection, saved.soql, options_of(saved.options), saved.id)
    else:
        st.toast(
            "Lists are paused. Enter new credentials first."
            if now.is_paused
            else "Another list is being pulled. Pull this list when that's done."
        )
