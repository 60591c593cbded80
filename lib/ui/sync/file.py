"""The second tab: a file, from the question who asked over the preview to the result."""

import streamlit as st

from lib.services.log import Log
from lib.services.runs import proposal, uploads
from lib.services.runs.uploads import Upload
from lib.store.run import Run
from lib.ui.errors import plain, show_error
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.runs.causes import draw_causes
from lib.ui.runs.live import draw_progress
from lib.ui.runs.outcome import draw_in_progress, draw_outcome
from lib.ui.sync import answer
from lib.ui.sync.answer import SyncState
from lib.ui.sync.closing import draw_close
from lib.ui.sync.controls import draw_decision, draw_question, draw_way_on
from lib.ui.sync.tabs import KEY, is_files
from lib.ui.sync.upload.section import draw_uploader, draw_waiting_file
from lib.values import RunStatus

_KINDS = (
    "A CSV, text, or Excel file, or a suppression list in JSON, such as an export from another "
    "email service. You'll see a preview first. Nothing changes until you approve it."
)


def draw_file(log: Log, state: SyncState) -> None:
    """The answer with its buttons, then what it's about."""
    now, upload = state.now, uploads.waiting(log, state.now.connection)
    if now.live is not None and (now.live.source == "file" or upload is None):
        _draw_running(log, state, now.live)
    elif now.is_paused or state.hindrance is not None:
        _draw_stopped(state)
    elif state.plan is not None and state.plan.upload is not None:
        _draw_plan(log, state, state.plan.upload)
    elif upload is not None:
        _draw_waiting(log, state, upload)
    else:
        _draw_empty(log, state)


def _draw_running(log: Log, state: SyncState, live: Run) -> None:
    said, plan = answer.running(live), state.plan
    place = draw_answer(said.mark, said.sentence, plain(said.quiet))
    if plan is not None and plan.upload is not None:
        with place:
            draw_decision(log, state.now, plan)
    if plan is not None and plan.upload is not None:
        draw_question(log, plan)
        draw_in_progress(log, plan.run, live, key=KEY)
    else:
        draw_progress(state.now.connection, live)


def _draw_stopped(state: SyncState) -> None:
    said = answer.stopped(state)
    if said is None:
        return
    with draw_answer(said.mark, said.sentence, plain(said.quiet)):
        if state.now.is_paused:
            draw_way_on()
    if state.hindrance is not None and not state.now.is_paused:
        show_error(state.hindrance)


def _draw_plan(log: Log, state: SyncState, upload: Upload) -> None:
    plan = state.plan
    if plan is None:
        return
    said = answer.planned(state.now, plan)
    with draw_answer(said.mark, said.sentence, plain(said.quiet)):
        draw_decision(log, state.now, plan)
    draw_question(log, plan)
    draw_outcome(log, plan.run, key=KEY)
    draw_waiting_file(log, state.now, upload, is_previewed=True)


def _draw_waiting(log: Log, state: SyncState, upload: Upload) -> None:
    run = state.now.latest
    draw_waiting_file(log, state.now, upload, is_previewed=False)
    if state.now.live is not None:
        draw_progress(state.now.connection, state.now.live)
        st.caption("Another run is in progress. You can preview the file when it has ended.")
    if run is None or not is_files(run) or run.file_name != upload.name:
        return
    if run.status == RunStatus.FAILED:
        draw_causes(log, run)
    elif proposal.is_outdated(log, state.now):
        st.markdown(
            f"Preview “{plain(upload.name)}” again. The file, or your answer about who asked, has "
            "changed."
        )


def _draw_empty(log: Log, state: SyncState) -> None:
    """The result of the file before, until it's closed; else the place for a file."""
    run = state.latest
    if run is not None and is_files(run) and answer.is_result(run):
        said = answer.result(state, run)
        with draw_answer(said.mark, said.sentence, plain(said.quiet)):
            draw_close(run.id)
        with st.expander("Opt out the people in another file", key="upload_fold"):
            draw_uploader(log, state.now)
        draw_outcome(log, run, key=KEY)
        return
    sentence = "Opt out the people in a file"
    if run is not None and proposal.is_outdated(log, state.now):
        name = f"“{run.file_name}”" if run.file_name else "The file"
        sentence = f"{name} was discarded. No one was opted out"
    draw_answer(Mark.FILE, sentence, _KINDS)
    with st.container(key="upload_fold"):
        draw_uploader(log, state.now)
    if run is not None and is_files(run) and run.status == RunStatus.FAILED:
        draw_causes(log, run)
