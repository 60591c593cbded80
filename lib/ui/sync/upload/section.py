"""The file on the Sync page: the uploader, or the waiting file and what it says."""

import streamlit as st

from lib.services.log import Log
from lib.services.runs import proposal, uploads
from lib.services.runs.file_facts import FileFacts, FileRefusal, Outline
from lib.services.runs.overview import Glance
from lib.services.runs.uploads import Upload
from lib.services.started_by import DASHBOARD
from lib.ui import session
from lib.ui.errors import plain, show_trouble
from lib.ui.sync.upload import asking, reading
from lib.ui.sync.upload.asking import FileQuestion
from lib.ui.sync.upload.summary import draw_facts, headline
from lib.ui.sync.upload.value_words import clipped, cut
from lib.words import people

_KINDS = ("csv", "txt", "tsv", "xlsx", "json")
_NUMBER = "upload_number"


def draw_upload(log: Log, now: Glance) -> None:
    """The uploader, or the waiting file; folded while its preview waits for a decision."""
    upload = uploads.waiting(log, now.connection)
    if now.is_paused or proposal.why_not(log, session.environment(), now) is not None:
        return
    if upload is None:
        with st.expander("Opt out the people in a file", key="upload_fold"):
            _draw_uploader(log, now)
    elif _is_previewed(log, now):
        label = f"Change what counts in {plain(upload.name)}"
        with st.expander(label, key="upload_section"):
            _draw_waiting(log, now, upload)
    else:
        with st.container(border=True, key="upload_section"):
            _draw_waiting(log, now, upload)


def _is_previewed(log: Log, now: Glance) -> bool:
    """Whether the buttons on top of the page let this file through, or discard it."""
    plan = proposal.proposal(log, now)
    return plan is not None and plan.upload is not None


def _draw_uploader(log: Log, now: Glance) -> None:
    st.caption(
        "Use a CSV, text, or Excel file, or a suppression list in JSON, such as an export from "
        "another email service. You'll see a preview first. Nothing changes until you approve it."
    )
    number = st.session_state.setdefault(_NUMBER, 0)
    given = st.file_uploader(
        "File", type=list(_KINDS), key=f"upload_{number}", label_visibility="collapsed"
    )
    if given is not None:
        uploads.keep(log, now.connection, given.name, given.getvalue())
        st.session_state[_NUMBER] = number + 1  # an empty uploader for the next file
        st.rerun()


def _draw_waiting(log: Log, now: Glance, upload: Upload) -> None:
    top = st.empty()
    top.markdown(f"**{plain(upload.name)}**")
    outline = reading.outline(upload)
    if isinstance(outline, FileRefusal):
        show_trouble(outline.message, outline.remedy)
        _draw_buttons(log, now)
        return
    column = _choose_column(upload, outline)
    if column is None:
        st.caption("Choose the column with the email addresses.")
        _draw_buttons(log, now)
        return
    question = FileQuestion(log, now, upload, outline, column)
    facts = reading.facts(upload, column, upload.choice)
    if isinstance(facts, FileRefusal) and not facts.asks and not upload.choice.is_made:
        show_trouble(facts.message, facts.remedy)
        _draw_buttons(log, now)
    elif isinstance(facts, FileRefusal) or asking.is_open(question):
        asking.draw(question, facts)
    else:
        top.markdown(f"**{plain(headline(upload.name, facts))}**")
        _draw_read(question, facts)


def _draw_read(question: FileQuestion, facts: FileFacts) -> None:
    """What the file says, and the buttons to continue."""
    draw_facts(facts)
    previewed = _is_previewed(question.log, question.now)
    names_somebody = facts.people + facts.domains > 0
    with st.container(horizontal=True, key="upload_controls"):
        if names_somebody and _preview_button(question, facts, again=previewed):
            _preview(question)
        asking.draw_opening(question)
        if not previewed:
            _discard_button(question.log, question.now)


def _preview_button(question: FileQuestion, facts: FileFacts, *, again: bool) -> bool:
    label = f"Preview {people(facts.people)}" if facts.people else "Preview this file"
    return st.button(
        "Preview this file again" if again else label,
        type="secondary" if again else "primary",
        key="preview_file",
        disabled=question.now.live is not None,
    )


def _preview(question: FileQuestion) -> None:
    """Start the preview, and keep the answer for later files with the same headings."""
    log, connection, choice = question.log, question.now.connection, question.upload.choice
    headings = question.outline.headings
    proposal.preview_file(log, session.environment(), connection, question.upload, question.column)
    if choice.is_made or question.remembered() is not None:
        uploads.remember_choice(log, connection, headings, choice, answered_by=DASHBOARD)
    st.rerun()


def _draw_buttons(log: Log, now: Glance) -> None:
    with st.container(horizontal=True, key="upload_controls"):
        _discard_button(log, now)


def _discard_button(log: Log, now: Glance) -> None:
    if st.button("Discard file", key="discard_file", disabled=now.live is not None):
        uploads.discard(log, now.connection)
        st.rerun()


def _choose_column(upload: Upload, outline: Outline) -> str | None:
    headings = [heading for heading, _ in outline.columns]
    samples = {heading: ", ".join(values) for heading, values in outline.columns}
    before = upload.column or outline.column
    chosen: str | None = st.selectbox(
        "Column with the email addresses",
        headings,
        index=headings.index(before) if before in headings else None,
        placeholder="Choose a column",
        format_func=lambda heading: f"{cut(heading)} ({clipped(samples[heading])})",
        key="upload_column",
    )
    return chosen
