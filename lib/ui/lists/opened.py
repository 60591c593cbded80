"""Whether the page shows all lists or one of them, and starting a pull, which it then shows.

The address bar keeps it, so a reload shows the same list, and Back goes back to all. Opening a
list puts its query into the builder before that is drawn.
"""

from dataclasses import dataclass

import streamlit as st

from lib.lists.values import Options
from lib.services.lists import pulls as pull_service
from lib.services.lists.pulls import PullOrder
from lib.services.lists.saved import options_of
from lib.services.log import Log
from lib.services.started_by import user
from lib.soql.builder.templates import Template
from lib.store import lists, pulls
from lib.store.lists import SavedList
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.arrival import came_from_elsewhere
from lib.ui.builder.state import open_first, open_query, open_template

KEY = "lists"  # of the builder
_LIST, _PULL = "list", "pull"
_NEW = "new"  # instead of the ID of a saved list
_OPENED = "lists_opened"  # connection, what was opened there
_STARTED = "lists_started"  # the ID of a pull
_NOTHING = ("", "", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows: all lists, or one, which is `saved` or not.

    `is_unknown`: the address names a list or a pull that isn't there.
    """

    is_one: bool = False
    saved: SavedList | None = None
    is_unknown: bool = False


def settle(log: Log, connection: str) -> Shown:
    """Open what the address bar names. After a visit to another page, what was open is again."""
    wanted = (connection, st.query_params.get(_LIST, ""), st.query_params.get(_PULL, ""))
    known = st.session_state.get(_OPENED, _NOTHING)
    if known[0] == connection and not any(wanted[1:]) and came_from_elsewhere():
        _remember(*known)
        wanted = known
    if known[0] not in ("", connection) and known[1:] == wanted[1:]:
        _remember(connection, "", "")  # another connection was chosen: its lists are others
        return Shown()
    saved, pull = _found(log, wanted)
    if not any(wanted[1:]) or (saved is None and pull is None and wanted[1] != _NEW):
        st.session_state[_OPENED] = (connection, "", "")
        return Shown(is_unknown=any(wanted[1:]))
    if known != wanted:
        _open(pull or saved)
        st.session_state[_OPENED] = wanted
    return Shown(is_one=True, saved=saved)


def _found(log: Log, wanted: tuple[str, str, str]) -> tuple[SavedList | None, Pull | None]:
    """The list and the pull of this connection with these IDs, if they're there."""
    connection, list_id, pull_id = wanted
    saved = lists.get(log.store, list_id) if list_id else None
    if saved is not None and (saved.connection != connection or saved.deleted_at):
        saved = None
    pull = pulls.get(log.store, pull_id) if pull_id else None
    return saved, pull if pull is not None and pull.connection == connection else None


def open_list(connection: str, saved: SavedList) -> None:
    """Show a saved list; for callbacks."""
    open_query(KEY, saved.soql, options_of(saved.options))
    _remember(connection, saved.id, "")


def open_pull(connection: str, pull: Pull) -> None:
    """Show a pull, with the list it is of; for callbacks."""
    open_query(KEY, pull.soql, options_of(pull.options))
    _remember(connection, pull.list_id or _NEW, pull.id)


def show_all(connection: str) -> None:
    """Leave the list that is open; for callbacks."""
    _remember(connection, "", "")


def start_pull(log: Log, connection: str, soql: str, options: Options, list_id: str | None) -> None:
    """Pull a query in a separate process; from then on, the page shows this pull."""
    order = PullOrder(connection, soql, options, pulled_by=user(), list_id=list_id)
    pull_id = pull_service.start_pull(log, session.environment(), order)
    st.session_state[_STARTED] = pull_id
    known = st.session_state.get(_OPENED, _NOTHING)
    _remember(connection, known[1] or _NEW, pull_id)


def was_started_here(pull: Pull) -> bool:
    """Whether it's the last pull that was started in this tab."""
    return bool(st.session_state.get(_STARTED) == pull.id)


def became_list(connection: str, list_id: str) -> None:
    """The query that is shown is a saved list now."""
    _remember(connection, list_id, "")


def begin(connection: str, template: Template | None = None) -> None:
    """Begin a new list, with a template or with all Contacts; for callbacks."""
    if template is None:
        open_first(KEY)
    else:
        open_template(KEY, template)
    _remember(connection, _NEW, "")


def _open(found: SavedList | Pull | None) -> None:
    if found is not None:
        open_query(KEY, found.soql, options_of(found.options))


def _remember(connection: str, list_id: str, pull_id: str) -> None:
    for name, value in ((_LIST, list_id), (_PULL, pull_id)):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    st.session_state[_OPENED] = (connection, list_id, pull_id)
