"""The result of a query: counted and previewed, then pulled, then downloaded or sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import streamlit as st

from lib.errors import OptbackError
from lib.lists.pulled_file import PulledFile
from lib.lists.values import Look, Options
from lib.services.lists import pulls
from lib.services.lists.saved import ListsNow, freshness_of, is_of, latest_of, options_of
from lib.services.log import Log
from lib.store import hand_overs
from lib.store.lists import SavedList
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.errors import plain, show_error, show_trouble
from lib.ui.lists.download import draw_download, draw_ready
from lib.ui.lists.freshness import draw_changes, draw_freshness
from lib.ui.lists.hand_over import draw_hand_button, draw_handing
from lib.ui.lists.live import watch_pull
from lib.ui.lists.numbers import (
    draw_figures_note,
    draw_look_numbers,
    draw_preview,
    draw_pull_numbers,
    draw_warnings,
)
from lib.ui.lists.opened import start_pull
from lib.ui.lists.save_form import draw_saving
from lib.ui.lists.words import (
    cost,
    first_of,
    first_of_look,
    looked,
    on_the_list,
    pull_label,
    pulled,
)

PREVIEWED = 50
_LOOK = "lists_look"

Kind = Literal["primary", "secondary"]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The query in *Who*; `opened` is the saved list that the page is about."""

    connection: str
    soql: str
    options: Options
    opened: SavedList | None = None

    @property
    def list_id(self) -> str | None:
        """The list that a pull belongs to: the opened list, as long as nothing in it is changed."""
        saved = self.opened
        if saved is None or saved.soql.strip() != self.soql.strip():
            return None
        return saved.id if options_of(saved.options) == self.options else None


@dataclass(frozen=True, slots=True)
class _Preview:
    """What *Count and preview* found for a query, and when; kept in this tab only."""

    request: tuple[str, str, Options]
    at: datetime
    found: Look | OptbackError


@dataclass(frozen=True, slots=True)
class _Pulling:
    """A pull of this query is running, and nothing else is known about it."""


_Result = Look | OptbackError | Pull | _Pulling | None
"""What is shown for a query: a preview, why it failed, a finished pull, or a pull that runs."""


def draw_list(log: Log, now: ListsNow, request: ListRequest) -> None:
    """Everything below *Who*: what can be done now, and what is known about these people."""
    pull = latest_of(log, request.connection, request.soql, request.options)
    result = _result_of(now, request, pull)
    has_result = not isinstance(result, _Pulling | None)
    with st.container(horizontal=True, key="asking"):
        _draw_look_button(log, now, request, "secondary" if has_result else "primary")
        draw_saving(log, request.connection, request.soql, request.options, request.opened)
    if pull is not None and pull.error is not None:
        show_trouble(f"The last pull failed: {pull.error.message}", pull.error.remedy)
    match result:
        case OptbackError():
            show_error(result)
        case Look():
            _draw_looked(log, now, request, result)
        case Pull():
            _draw_pulled(log, now, request, result)
        case _Pulling():
            watch_pull(now.pulling, "pull_place")


def _result_of(now: ListsNow, request: ListRequest, pull: Pull | None) -> _Result:
    """The newer of the preview and the last pull, if that pull is done."""
    preview = _preview_of(request)
    done = pull if pull is not None and pull.status == "done" else None
    if preview is not None and (done is None or done.started_at <= preview.at):
        return preview.found
    if done is not None:
        return done
    return _Pulling() if _is_live(now, request) else None


def _draw_look_button(log: Log, now: ListsNow, request: ListRequest, kind: Kind) -> None:
    pressed = st.button(
        "Count and preview",
        type=kind,
        key="look",
        disabled=now.is_paused or now.pulling is not None,
        help="Counts the records and fetches the first rows. Nothing is saved.",
    )
    if not pressed:
        return
    found: Look | OptbackError
    with st.spinner("Checking Salesforce"):
        try:
            found = pulls.look(
                log, session.environment(), request.connection, request.soql, request.options
            )
        except OptbackError as error:
            found = error
    key = (request.connection, request.soql, request.options)
    st.session_state[_LOOK] = _Preview(key, log.store.now(), found)
    st.rerun()


def _preview_of(request: ListRequest) -> _Preview | None:
    """The preview of exactly this query, if it was the last one in this tab."""
    known: _Preview | None = st.session_state.get(_LOOK)
    key = (request.connection, request.soql, request.options)
    return known if known is not None and known.request == key else None


def _draw_looked(log: Log, now: ListsNow, request: ListRequest, look: Look) -> None:
    st.header(looked(look), anchor=False)
    draw_look_numbers(look)
    draw_warnings(look.warnings)
    if look.taken_out:
        st.caption(f"Left out of the query for Salesforce: {plain(', '.join(look.taken_out))}.")
    shown = look.rows[:PREVIEWED]
    draw_preview(look.titles, shown, first_of_look(look, len(shown)))
    st.caption(cost(look))
    with st.container(horizontal=True, key="pull_controls"):
        _draw_pull_button(log, now, request, "primary", pull_label(look))
    watch_pull(now.pulling if _is_live(now, request) else None, "pull_place")


def _draw_pull_button(
    log: Log, now: ListsNow, request: ListRequest, kind: Kind, label: str
) -> None:
    busy = now.pulling is not None or now.is_paused
    if st.button(label, type=kind, key="pull", disabled=busy):
        start_pull(log, request.connection, request.soql, request.options, request.list_id)
        st.rerun()


def _draw_pulled(log: Log, now: ListsNow, request: ListRequest, pull: Pull) -> None:
    """A finished pull, with all that can be done with it."""
    are_people = hand_overs.count_rows(log.store, pull.id) > 0
    are_figures = pull.rows > 0 and not are_people
    st.header("Figures" if are_figures else on_the_list(pull), anchor=False)
    words = plain(pulled(pull))
    st.caption(f"{words[0].upper()}{words[1:]}")
    if are_figures:
        draw_figures_note()
    else:
        draw_pull_numbers(log, pull)
    path = pulls.file_of(log, pull) if pull.rows else None
    if path is None and pull.rows:
        show_trouble("The file for this list is gone", "Pull the list again.")
    file = PulledFile(log.store, pull.id, path) if path is not None else None
    if file is not None:
        if are_people:
            draw_freshness(log, now, pull, freshness_of(log, pull))
        lines = file.first_lines(PREVIEWED)
        draw_preview(file.titles(), lines, first_of(len(lines), pull.rows))
    _draw_pull_controls(log, now, request, pull, file if are_people else None)
    if _is_live(now, request):
        watch_pull(now.pulling, "pull_place")
    draw_ready(pull)
    if file is not None and are_people:
        draw_handing(log, now, pull, file, _title(request))
    draw_changes(log, pull)


def _draw_pull_controls(
    log: Log, now: ListsNow, request: ListRequest, pull: Pull, people: PulledFile | None
) -> None:
    """Download, send, pull again; figures can't be sent."""
    is_there = pulls.file_of(log, pull) is not None and pull.rows > 0
    with st.container(horizontal=True, key="pull_controls"):
        if is_there:
            draw_download(log, now, pull, _title(request))
        if people is not None:
            draw_hand_button(now, pull)
        _draw_pull_button(log, now, request, "secondary" if is_there else "primary", "Pull again")


def _title(request: ListRequest) -> str:
    return request.opened.name if request.opened else "List"


def _is_live(now: ListsNow, request: ListRequest) -> bool:
    """Whether the running pull is for exactly this query."""
    return now.pulling is not None and is_of(now.pulling, request.soql, request.options)
