"""Taking a run back, where the run is shown: the offer, what goes back, and what came of it."""

from datetime import timedelta
from typing import Literal

import pandas as pd
import streamlit as st

from lib.clock import utc_now
from lib.services.log import Log
from lib.services.runs import proposal
from lib.services.runs.overview import glance
from lib.services.runs.record_results import why_of
from lib.services.runs.undo import UndoState, instead_of_undo, start_undo, undo_state
from lib.services.runs.undo_groups import UndoGroup, groups_of
from lib.services.started_by import DASHBOARD
from lib.store.run import Run
from lib.ui import session
from lib.ui.errors import plain, show_trouble
from lib.ui.links import HISTORY, link
from lib.ui.pressing import pressed_for
from lib.ui.runs.operations import draw_forecast
from lib.ui.times import viewer_zone, when
from lib.undo_words import headline
from lib.words import closed, counted, object_in_words, people, records

_SHOWN = 100
_FRESH = timedelta(minutes=30)
_DISMISSED = "undo_dismissed"


def draw_undo(log: Log, run: Run, *, key: str) -> None:
    """The way to take the run back, or what became of it; nothing if there's nothing to take back.

    A run in progress is drawn by the page.
    """
    if run.undoes is not None:
        link(HISTORY, "See the run that it takes back", key=f"{key}_undone", run=run.undoes)
        if run.updated:
            st.caption(plain(instead_of_undo(run)))
        return
    state = undo_state(log, run.connection, run)
    if not state.undos and state.refusal is not None:
        return
    now = glance(log, session.environment(), run.connection)
    with st.container(key=f"{key}_undo"):
        if state.undos:
            _draw_result(state, key)
        if state.refusal is None and (state.counts.written or state.counts.file_events):
            is_busy = now.live is not None
            hindrance = proposal.why_not(log, session.environment(), now)
            if now.is_paused or hindrance is not None:
                st.caption("You can't take runs back here until the connection works again.")
            elif (preview := _fresh(state)) is not None:
                _draw_preview(log, state, preview, key, is_busy=is_busy)
            else:
                _draw_offer(log, state, key, is_busy=is_busy)


def draw_groups(log: Log, undo: Run) -> None:
    """The groups of an undo: what went back, and what stayed and why."""
    for group in groups_of(log, undo.id):
        st.markdown(plain(closed(group.heading)))


def _draw_result(state: UndoState, key: str) -> None:
    undo = state.undos[0]
    if not undo.is_finished:
        return
    st.markdown(plain(closed(f"{headline(undo)} ({when(undo.started_at)})")))
    link(HISTORY, "See what went back", key=f"{key}_see_undo", run=undo.id)


def _draw_offer(log: Log, state: UndoState, key: str, *, is_busy: bool) -> None:
    """The button that shows what would go back. It changes nothing."""
    if state.failure is not None:
        fault = state.failure.errors[0]
        show_trouble(fault.message, fault.remedy)
    pressed = st.button(
        _offer(state),
        icon=":material/undo:",
        type=_kind_of_offer(state),
        key=f"{key}_preview_undo",
        help="Shows first who goes back and who stays. It changes nothing yet.",
        disabled=is_busy,
    )
    if pressed:
        start_undo(log, session.environment(), state.run, dry_run=True)
        st.rerun()


def _kind_of_offer(state: UndoState) -> Literal["secondary", "tertiary"]:
    """Loud only where someone may be looking for it."""
    is_from_here = state.run.source == "file" and state.run.started_by == DASHBOARD
    return "secondary" if is_from_here or state.is_unfinished else "tertiary"


def _offer(state: UndoState) -> str:
    run, counts = state.run, state.counts
    if state.is_unfinished or state.is_undone:
        return f"Take back the rest ({records(state.left)})" if state.left else "Take it back again"
    if not counts.written and run.source == "file":
        return f"Withdraw this file ({people(counts.file_events)})"
    if run.source == "file" and run.started_by == DASHBOARD:
        return "Wrong file? Take it back"
    return _action(counts.people, counts.written)


def _draw_preview(log: Log, state: UndoState, preview: Run, key: str, *, is_busy: bool) -> None:
    """What goes back and what stays, in groups with their records, and the button that does it."""
    with st.container(border=True):
        st.markdown(f"**{_question(state, preview)}**")
        st.caption(f"Looked up {when(preview.started_at)}. Nothing has been changed.")
        draw_forecast(preview)
        for group in groups_of(log, preview.id, first=_SHOWN):
            with st.expander(plain(group.heading), key=f"{key}_{group.outcome}_{group.reason}"):
                _draw_records(group)
        with st.container(horizontal=True):
            if _can_do(state, preview) and pressed_for(
                preview.id,
                _confirmation(state, preview),
                key=f"{key}_undo_now",
                kind="primary",
                disabled=is_busy,
            ):
                number = preview.planned or 0
                start_undo(log, session.environment(), state.run, dry_run=False, confirmed=number)
                st.rerun()
            if st.button("Leave it as it is", key=f"{key}_leave", disabled=is_busy):
                st.session_state[_DISMISSED] = preview.id
                st.rerun()


def _question(state: UndoState, preview: Run) -> str:
    if preview.planned:
        return f"Make {people(state.people)} mailable again?"
    if state.counts.file_events:
        return "No box goes back. The people in this file would no longer count as unsubscribed."
    return "There's no one to make mailable again."


def _confirmation(state: UndoState, preview: Run) -> str:
    if not preview.planned:
        return "Withdraw this file"
    return _action(state.people, preview.planned)


def _action(who: int, written: int) -> str:
    return f"Make {people(who)} mailable again ({records(written)})"


def _can_do(state: UndoState, preview: Run) -> bool:
    return bool(preview.planned or state.counts.file_events)


def _draw_records(group: UndoGroup) -> None:
    rows = [
        {
            "Email": change.address,
            "Why": " ".join(part for part in why_of(change, viewer_zone()) if part) or "–",
            "Object": object_in_words(change.sobject),
            "Record ID": change.record_id,
        }
        for change in group.first
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=group.heading)
    more = group.records - len(group.first)
    if more > 0:
        st.caption(f"And {counted(more, 'more record', 'more records')}.")


def _fresh(state: UndoState) -> Run | None:
    """The preview to decide about, unless it was dismissed or is too old to rely on."""
    preview = state.preview
    if preview is None or st.session_state.get(_DISMISSED) == preview.id:
        return None
    return preview if utc_now() - preview.started_at < _FRESH else None
