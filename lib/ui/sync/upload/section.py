"""The second tab: the uploader, the waiting file and what it says, its preview, its result."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.services.log import Log
from lib.services.runs import proposal, uploads
from lib.services.runs.file_facts import FileFacts, FileRefusal, Outline
from lib.services.runs.overview import Glance
from lib.services.runs.uploads import Upload
from lib.services.started_by import DASHBOARD
from lib.ui import session
from lib.ui.errors import plain, show_trouble
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.sync.upload import asking, reading
from lib.ui.sync.upload.asking import FileQuestion
from lib.ui.sync.upload.summary import advice, draw_facts, headline
from lib.ui.sync.upload.value_words import clipped, cut
from lib.words import people

_KINDS = ("csv", "txt", "tsv", "xlsx", "json")
_NUMBER = "upload_number"
_QUESTION = "Who in this file asked not to be emailed?"


def draw_uploader(log: Log, now: Glance) -> None:
    """The place to drop a file."""
    number = st.session_state.setdefault(_NUMBER, 0)
    with st.container(key="uploader"):
        given = st.file_uploader(
            "File", type=list(_KINDS), key=f"upload_{number}", label_visibility="collapsed"
        )
    if given is not None:
        uploads.keep(log, now.connection, given.name, given.getvalue())
        st.session_state[_NUMBER] = number + 1  # an empty uploader for the next file
        st.rerun()


def draw_waiting_file(log: Log, now: Glance, upload: Upload, *, is_previewed: bool) -> None:
    """What the file says, or the question who in it asked; folded below its preview."""
    if is_previewed:
        label = f"Change what counts in “{plain(upload.name)}”"
        with st.expander(label, key="upload_section"):
            _draw(log, now, upload, is_previewed=True)
    else:
        with st.container(key="upload_section"):
            _draw(log, now, upload, is_previewed=False)


def _draw(log: Log, now: Glance, upload: Upload, *, is_previewed: bool) -> None:
    """The file by what is known of it; its answer is in a place above."""
    top = st.container(key="file_answer")
    outline = reading.outline(upload)
    if isinstance(outline, FileRefusal):
        _draw_refused(log, now, top, upload, outline, is_previewed=is_previewed)
        return
    column = _choose_column(upload, outline)
    if column is None:
        _head(top, Mark.FILE, f"Which column of “{upload.name}” has the addresses?")
        _draw_discard(log, now, is_previewed=is_previewed)
        return
    question = FileQuestion(log, now, upload, outline, column)
    facts = reading.facts(upload, column, upload.choice)
    if isinstance(facts, FileRefusal) and not facts.asks and not upload.choice.is_made:
        _draw_refused(log, now, top, upload, facts, is_previewed=is_previewed)
    elif isinstance(facts, FileRefusal) or asking.is_open(question):
        _head(top, Mark.FILE, _QUESTION, plain(upload.name))
        asking.draw(question, facts)
    else:
        _draw_read(question, facts, top, is_previewed=is_previewed)


def _head(top: DeltaGenerator, mark: Mark, sentence: str, quiet: str = "") -> DeltaGenerator:
    with top:
        return draw_answer(mark, sentence, quiet, key="file")


def _draw_refused(
    log: Log,
    now: Glance,
    top: DeltaGenerator,
    upload: Upload,
    refusal: FileRefusal,
    *,
    is_previewed: bool,
) -> None:
    _head(top, Mark.REFUSED, f"“{upload.name}” can't be used")
    show_trouble(refusal.message, refusal.remedy)
    _draw_discard(log, now, is_previewed=is_previewed)


def _draw_read(
    question: FileQuestion, facts: FileFacts, top: DeltaGenerator, *, is_previewed: bool
) -> None:
    """What the file says, and the buttons to continue."""
    mark = Mark.FILE if facts.people or facts.domains else Mark.UNKNOWN
    place = _head(top, mark, headline(question.upload.name, facts), advice(facts))
    with place:
        _draw_next(question, facts, is_previewed=is_previewed)
    draw_facts(facts)


def _draw_next(question: FileQuestion, facts: FileFacts, *, is_previewed: bool) -> None:
    names_somebody = facts.people + facts.domains > 0
    if names_somebody and _preview_button(question, facts, again=is_previewed):
        _preview(question)
    asking.draw_opening(question)
    _draw_discard(question.log, question.now, is_previewed=is_previewed)


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


def _draw_discard(log: Log, now: Glance, *, is_previewed: bool) -> None:
    """The decision about a preview has a button of its own for that."""
    if is_previewed:
        return
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
        width=480,
    )
    return chosen
