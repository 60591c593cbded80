"""The result beside the builder: counted while it's built, then pulled, downloaded, and sent."""

from typing import Literal

import streamlit as st

from lib.errors import OptbackError
from lib.lists.pulled_file import PulledFile
from lib.lists.values import Look
from lib.services.lists import pulls
from lib.services.lists.saved import ListsNow, freshness_of, latest_of
from lib.services.log import Log
from lib.store import hand_overs
from lib.store.pulls import Pull
from lib.ui.errors import plain, show_error, show_trouble
from lib.ui.focus import move_focus
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.lists.download import draw_download, draw_ready
from lib.ui.lists.freshness import draw_changes, draw_freshness
from lib.ui.lists.hand_over import draw_hand_button, draw_handing
from lib.ui.lists.headings import headings_of
from lib.ui.lists.live import watch_pull
from lib.ui.lists.numbers import (
    draw_figures_note,
    draw_look_numbers,
    draw_preview,
    draw_pull_numbers,
    draw_warnings,
)
from lib.ui.lists.opened import start_pull, was_started_here
from lib.ui.lists.request import (
    Counted,
    ListRequest,
    Pulling,
    Result,
    count,
    is_live,
    result_of,
)
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
from lib.words import capital

PREVIEWED = 50
COUNTS = "lists_counts"  # whether it's counted with every change
_BUTTONS = "list_answer"
_NOT_COUNTED = "Not counted yet"


def draw_list(log: Log, now: ListsNow, request: ListRequest, *, has_org: bool) -> str:
    """What is known about these people, and on top of it what can be done now; its sentence."""
    pull = latest_of(log, request.connection, request.soql, request.options)
    result = result_of(now, request, pull)
    if result is None and _counts_by_itself(now, pull, has_org=has_org):
        result = count(log, request)
    match result:
        case Counted(found=Look() as look):
            sentence = _draw_looked(log, now, request, look)
        case Pull():
            sentence = _draw_pulled(log, now, request, result)
        case _:
            sentence = _draw_unknown(log, now, request, result)
    if pull is not None and pull.error is not None:
        show_trouble(f"The last pull failed: {pull.error.message}", pull.error.remedy)
    return sentence


def _counts_by_itself(now: ListsNow, pull: Pull | None, *, has_org: bool) -> bool:
    """Not while something else is going on, nor after a pull that failed."""
    is_free = not now.is_paused and now.pulling is None and pull is None
    return is_free and has_org and bool(st.session_state.get(COUNTS, True))


def draw_unusable(now: ListsNow) -> str:
    """While the query isn't finished, or has a mistake."""
    draw_answer(Mark.UNKNOWN, _NOT_COUNTED, "Finish the query first.", key=_BUTTONS)
    if now.pulling is not None:
        watch_pull(now.pulling, "pull_place")
    return _NOT_COUNTED


def _draw_unknown(log: Log, now: ListsNow, request: ListRequest, result: Result) -> str:
    """Not counted yet, being pulled, or not to be counted."""
    mark, words, quiet = Mark.UNKNOWN, _NOT_COUNTED, "Counting saves nothing."
    if isinstance(result, Pulling):
        mark, words, quiet = Mark.RUNNING, "Pulling the list", "People who opted out are left out."
    with draw_answer(mark, words, quiet, key=_BUTTONS):
        _draw_look_button(log, now, request, is_primary=not isinstance(result, Pulling))
        draw_saving(log, request.connection, request.soql, request.options, request.opened)
    if isinstance(result, Counted) and isinstance(result.found, OptbackError):
        show_error(result.found)
    if isinstance(result, Pulling):
        watch_pull(now.pulling, "pull_place")
    return words


def _draw_look_button(
    log: Log, now: ListsNow, request: ListRequest, *, is_primary: bool = False
) -> None:
    pressed = st.button(
        "Count and preview" if is_primary else "Count again",
        type="primary" if is_primary else "secondary",
        key="look",
        disabled=now.is_paused or now.pulling is not None,
        help="Counts the records and fetches the first rows. Nothing is saved.",
    )
    if pressed:
        count(log, request)
        st.rerun()


def _draw_looked(log: Log, now: ListsNow, request: ListRequest, look: Look) -> str:
    with draw_answer(Mark.PREVIEW, looked(look), plain(cost(look)), key=_BUTTONS):
        _draw_pull_button(log, now, request, pull_label(look), is_primary=True)
        draw_saving(log, request.connection, request.soql, request.options, request.opened)
        _draw_look_button(log, now, request)
    watch_pull(now.pulling if is_live(now, request) else None, "pull_place", reserve=False)
    draw_look_numbers(look)
    draw_warnings(look.warnings)
    if look.taken_out:
        st.caption(f"Left out of the query for Salesforce: {plain(', '.join(look.taken_out))}.")
    shown = look.rows[:PREVIEWED]
    words = first_of_look(look, len(shown))
    draw_preview(headings_of(look.titles, request.labels), shown, words)
    return looked(look)


def _draw_pull_button(
    log: Log, now: ListsNow, request: ListRequest, label: str, *, is_primary: bool
) -> None:
    busy = now.pulling is not None or now.is_paused
    kind: Literal["primary", "secondary"] = "primary" if is_primary else "secondary"
    if st.button(label, type=kind, key="pull", disabled=busy):
        start_pull(log, request.connection, request.soql, request.options, request.list_id)
        st.rerun()


def _draw_pulled(log: Log, now: ListsNow, request: ListRequest, pull: Pull) -> str:
    """A finished pull: what can be done with it, then its numbers and first people."""
    are_people = hand_overs.count_rows(log.store, pull.id) > 0
    are_figures = pull.rows > 0 and not are_people
    path = pulls.file_of(log, pull) if pull.rows else None
    file = PulledFile(log.store, pull.id, path) if path is not None else None
    fresh = freshness_of(log, pull) if file is not None and are_people else None
    mark = Mark.NEEDS_YOU if fresh is not None and fresh.people_out else Mark.WELL
    sentence = "Figures" if are_figures else on_the_list(pull)
    quiet = plain(f"{capital(pulled(pull))}.")
    with draw_answer(mark, sentence, quiet, key=_BUTTONS):
        _draw_pull_controls(log, now, request, pull, file if are_people else None)
    if is_live(now, request):
        watch_pull(now.pulling, "pull_place")
    draw_ready(pull)
    if file is not None and are_people:
        draw_handing(log, now, pull, file, request.title)
    if path is None and pull.rows:
        show_trouble("The file for this list is gone", "Pull the list again.")
    if fresh is not None:
        draw_freshness(log, now, pull, fresh)
    if are_figures:
        draw_figures_note()
    else:
        draw_pull_numbers(log, pull)
    draw_changes(log, pull)
    if file is not None:
        lines = file.first_lines(PREVIEWED)
        headings = headings_of(file.titles(), request.labels)
        draw_preview(headings, lines, first_of(len(lines), pull.rows))
    return sentence


def _draw_pull_controls(
    log: Log, now: ListsNow, request: ListRequest, pull: Pull, people: PulledFile | None
) -> None:
    """Download, send, pull again, save; figures can't be sent."""
    is_there = pulls.file_of(log, pull) is not None and pull.rows > 0
    if is_there:
        draw_download(log, now, pull, request.title)
        if was_started_here(pull):
            move_focus("download", pull.id, only_if_lost=True)
    if people is not None:
        draw_hand_button(now, pull)
    _draw_pull_button(log, now, request, "Pull again", is_primary=not is_there)
    draw_saving(log, request.connection, request.soql, request.options, request.opened)
