"""The first tab: the people of JangoMail, from waiting over the preview to the result."""

from dataclasses import replace

import streamlit as st

from lib.services.log import Log
from lib.store.run import Run
from lib.ui.errors import plain, show_error
from lib.ui.frame.answer import draw_answer
from lib.ui.links import CONNECT, link
from lib.ui.runs.outcome import draw_in_progress, draw_outcome
from lib.ui.runs.status_marks import badge_of_run
from lib.ui.runs.words import headline, origin
from lib.ui.sync.answer import SyncState, answer_of
from lib.ui.sync.closing import draw_close
from lib.ui.sync.controls import draw_decision, draw_preview, draw_question, draw_way_on
from lib.ui.sync.tabs import KEY, is_files
from lib.ui.sync.waiting import draw_waiting
from lib.ui.times import when
from lib.values import ONLY_PLANNED
from lib.words import closed


def draw_jangomail(log: Log, state: SyncState) -> None:
    """The answer with its buttons, then what it's about."""
    if state.plan is not None and state.plan.upload is not None:
        state = replace(state, plan=None)  # it's in the other tab
    now, answer = state.now, answer_of(state)
    place = draw_answer(answer.mark, answer.sentence, plain(answer.quiet))
    with place:
        _draw_buttons(log, state, is_result=answer.is_result)
    if state.hindrance is not None and not now.is_paused:
        show_error(state.hindrance)
    if not now.copies_unsubscribes:
        link(CONNECT, "Turn copying on under Settings", key="to_settings")
    question, below = st.container(), st.container()
    if state.plan is not None:
        with question:
            draw_question(log, state.plan)
    with below:
        if now.live is None:
            _draw_below(log, state, is_result=answer.is_result)
        elif now.latest is not None and (state.plan is not None or now.live.is_undo):
            draw_in_progress(log, now.latest, now.live, key=KEY)
        else:
            with draw_in_progress(log, None, now.live, key=KEY):
                draw_waiting(log, now, state.everyone)


def _draw_buttons(log: Log, state: SyncState, *, is_result: bool) -> None:
    now, plan = state.now, state.plan
    if now.is_paused and now.live is None:
        draw_way_on()
        return
    if state.hindrance is not None:
        return
    if plan is not None:
        draw_decision(log, now, plan)
    is_first = plan is None and (not is_result or state.everyone.waiting > 0)
    draw_preview(log, now, plan, is_first=is_first)
    if is_result and now.latest is not None and now.live is None:
        draw_close(now.latest.id)


def _draw_below(log: Log, state: SyncState, *, is_result: bool) -> None:
    run = state.now.latest
    if state.plan is not None or is_result:
        if run is not None:
            draw_outcome(log, run, key=KEY)
        return
    draw_waiting(log, state.now, state.everyone)
    if run is not None and not is_files(run):
        _draw_last_run(log, state, run)


def _draw_last_run(log: Log, state: SyncState, run: Run) -> None:
    """The last run, below what is so now."""
    if state.now.is_paused and not run.records:
        return  # the answer says why it failed
    words, color = badge_of_run(run)
    with st.container(horizontal=True, vertical_alignment="center", key="last_run_head"):
        st.subheader(f"Last {'preview' if run.dry_run else 'run'}", anchor=False, width="content")
        st.badge(words, color=color)
    said = plain(closed(headline(run)))
    st.markdown(f"{said} :gray[{when(run.started_at)}, {plain(origin(run))}]")
    if run.source == "file" and run.planned and run.status in ONLY_PLANNED:
        name = plain(run.file_name or "The file")
        st.markdown(f"{name} came from the command line. Approve it there.")
    draw_outcome(log, run, key=KEY)
