"""Which saved list or pull the page is about, and starting a pull, which the page then shows.

The address bar keeps it, so a reload shows the same list. Opening a list puts its query into the
*Who* part before that is drawn.
"""

import streamlit as st

from lib.lists.values import Options
from lib.services.lists import pulls as pull_service
from lib.services.lists.pulls import PullOrder
from lib.services.lists.saved import ListsNow, options_of
from lib.services.log import Log
from lib.services.started_by import user
from lib.soql.builder.templates import Template
from lib.store import lists, pulls
from lib.store.lists import SavedList
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.builder.state import open_query, open_template

KEY = "lists"  # of the *Who* part
_LIST, _PULL = "list", "pull"
_OPENED = "lists_opened"  # connection, what was opened there


def settle(log: Log, connection: str) -> SavedList | None:
    """Open what the address bar names, at the first run of a tab; the list that is open, if any.

    After a visit to another page, what was open before is open again.
    """
    wanted = (connection, st.query_params.get(_LIST, ""), st.query_params.get(_PULL, ""))
    known = st.session_state.get(_OPENED, ("", "", ""))
    if known[0] == connection and not any(wanted[1:]):
        _remember(*known)
        wanted = known
    if known != wanted:
        _open(log, wanted)
    saved = lists.get(log.store, wanted[1]) if wanted[1] else None
    is_there = saved is not None and saved.connection == connection and not saved.deleted_at
    return saved if is_there else None


def opened_id(connection: str) -> str:
    """The id of the list that is open; "" for none."""
    known = st.session_state.get(_OPENED, ("", "", ""))
    return str(known[1]) if known[0] == connection else ""


def open_list(connection: str, saved: SavedList) -> None:
    """Show a saved list; for callbacks."""
    open_query(KEY, saved.soql, options_of(saved.options))
    _remember(connection, saved.id, "")


def start_pull(log: Log, connection: str, soql: str, options: Options, list_id: str | None) -> None:
    """Pull a query in a separate process; from then on, the page shows this pull."""
    order = PullOrder(connection, soql, options, pulled_by=user(), list_id=list_id)
    pull_id = pull_service.start_pull(log, session.environment(), order)
    _remember(connection, opened_id(connection), pull_id)


def pull_list(log: Log, now: ListsNow, saved: SavedList) -> None:
    """Open a saved list and pull it, unless another pull is running."""
    open_list(now.connection, saved)
    if now.is_paused:
        st.toast("Lists are paused. Enter new credentials first.")
    elif now.pulling is not None:
        st.toast("Another list is being pulled. Pull this list when that's done.")
    else:
        start_pull(log, now.connection, saved.soql, options_of(saved.options), saved.id)


def became_list(connection: str, list_id: str) -> None:
    """The query that is shown is a saved list now."""
    _remember(connection, list_id, "")


def begin(connection: str, template: Template) -> None:
    """Begin with a template, which is no saved list; for callbacks."""
    open_template(KEY, template)
    _remember(connection, "", "")


def forget_opened(connection: str, list_id: str) -> None:
    """A deleted list is no longer open; its query stays in the editor."""
    if opened_id(connection) == list_id:
        _remember(connection, "", "")


def _open(log: Log, wanted: tuple[str, str, str]) -> None:
    connection, list_id, pull_id = wanted
    saved = lists.get(log.store, list_id) if list_id else None
    pull = pulls.get(log.store, pull_id) if pull_id else None
    found: SavedList | Pull | None = pull or saved
    if found is not None and found.connection == connection:
        open_query(KEY, found.soql, options_of(found.options))
    st.session_state[_OPENED] = wanted


def _remember(connection: str, list_id: str, pull_id: str) -> None:
    for name, value in ((_LIST, list_id), (_PULL, pull_id)):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    st.session_state[_OPENED] = (connection, list_id, pull_id)
