"""When to ask who in a file asked, what to fill in, and what to do with the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.services.log import Log
from lib.services.runs import uploads
from lib.services.runs.file_facts import FileFacts, FileRefusal, Outline
from lib.services.runs.overview import Glance
from lib.services.runs.uploads import RememberedAnswer, Upload
from lib.sources.files.who_asked.choice import UNDECIDED, Choice
from lib.sources.files.who_asked.column_values import Answers
from lib.ui.errors import plain, show_trouble
from lib.ui.sync.upload import reading
from lib.ui.sync.upload.question import Filled, draw_question, filled
from lib.ui.sync.upload.value_words import shown
from lib.ui.times import when
from lib.words import closed

_OPENED = "upload_asks"  # the file whose question someone opened
_AS_IT_IS = "upload_as_it_is"  # the file that someone used as it is


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """The file that the question is about."""

    log: Log
    now: Glance
    upload: Upload
    outline: Outline
    column: str

    @property
    def mark(self) -> str:
        """Tells this file from the file before, in the session."""
        return f"{self.upload.path}/{reading.changed(self.upload)}"

    def own(self) -> FileFacts | FileRefusal:
        """What the file says by itself, without an answer."""
        return reading.facts(self.upload, self.column, UNDECIDED)

    def remembered(self) -> RememberedAnswer | None:
        """The answer for the last file with the same headings, if it may fit this file.

        Without headings, files can't be compared. "Everyone" was about another file: it isn't an
        answer if something in this file contradicts it, such as `subscribed` in its name.
        """
        if not any(self.outline.headings):
            return None
        found = uploads.remembered_answer(self.log, self.now.connection, self.outline.headings)
        if found is None or not found.choice.is_made:
            return None
        return None if found.choice.everyone and self._needs_another_word() else found

    def _needs_another_word(self) -> bool:
        """Whether the file says "everyone" anyway, or contradicts it."""
        own = self.own()
        return bool(own.message) if isinstance(own, FileRefusal) else not own.left_out


def is_open(question: FileQuestion) -> bool:
    """Whether a person wants to answer, or should look at an earlier answer before the preview.

    Even if the file is clear, ask if an earlier file with the same headings got another answer:
    in doubt, nothing is written.
    """
    if st.session_state.get(_OPENED) == question.mark:
        return True
    settled = question.upload.choice.is_made or question.upload.run_id is not None
    taken = st.session_state.get(_AS_IT_IS) == question.mark
    return not settled and not taken and question.remembered() is not None


def draw_opening(question: FileQuestion) -> None:
    """The button that opens the question again."""
    made = question.upload.choice.is_made
    if not made and len(question.outline.columns) < 2:
        return  # nothing to choose from
    label = "Change answer" if made else "Change who asked"
    if st.button(label, key="change_answer", disabled=question.now.live is not None):
        st.session_state[_OPENED] = question.mark
        st.rerun()


def draw(question: FileQuestion, facts: FileFacts | FileRefusal) -> None:
    """The question, what the file says above it, and the buttons below it."""
    own = question.own()
    in_question = own.in_question if isinstance(own, FileRefusal) else ()
    columns = reading.answers(question.upload, question.column, in_question)
    if isinstance(columns, FileRefusal):
        show_trouble(columns.message, columns.remedy)
        columns = ()
    _draw_reasons(facts, own)
    choice = draw_question(columns, in_question, _fill_in(question, columns))
    _draw_buttons(question, choice, can_cancel=isinstance(facts, FileFacts))


def _draw_reasons(facts: FileFacts | FileRefusal, own: FileFacts | FileRefusal) -> None:
    """What the file says by itself, and why an answer doesn't fit."""
    if isinstance(own, FileFacts) and own.who_asked:
        st.markdown(f"Here's how Optback reads the file: {plain(closed(own.who_asked))}")
    for refusal in dict.fromkeys((own, facts)):
        if isinstance(refusal, FileRefusal) and refusal.message:
            st.markdown(plain(closed(refusal.message)))


def _fill_in(question: FileQuestion, columns: Sequence[Answers]) -> Filled:
    """The answer to fill in: for this file, or from an earlier file, which is then said."""
    if question.upload.choice.is_made:
        return filled(question.upload.choice, columns)
    remembered = question.remembered()
    if remembered is None:
        return Filled()
    before, answered = filled(remembered.choice, columns), when(remembered.answered_at)
    if before.is_made:
        st.markdown(
            f"Filled in from an earlier answer ({answered}) for a file with the same columns. "
            "Check that it fits this file."
        )
    if before.missing:
        values = ", ".join(f"“{shown(value)}”" for value in before.missing)
        which = "It also" if before.is_made else f"An earlier answer ({answered})"
        st.markdown(f"{which} named {values}, which no line of this file has.")
    return before


def _draw_buttons(question: FileQuestion, choice: Choice, *, can_cancel: bool) -> None:
    live, made = question.now.live is not None, question.upload.choice.is_made
    with st.container(horizontal=True, key="upload_controls"):
        if st.button(
            "Use this answer",
            type="primary",
            key="use_answer",
            disabled=live or not choice.is_made,
        ):
            _close(question, choice)
        if isinstance(question.own(), FileFacts) and st.button(
            "Use what the file says", key="as_it_is", disabled=live
        ):
            st.session_state[_AS_IT_IS] = question.mark
            _close(question, UNDECIDED)
        if made and can_cancel and st.button("Cancel", key="keep_answer", disabled=live):
            _close(question, question.upload.choice)
        if st.button("Discard file", key="discard_file", disabled=live):
            uploads.discard(question.log, question.now.connection)
            st.rerun()


def _close(question: FileQuestion, choice: Choice) -> None:
    uploads.choose(question.log, question.now.connection, choice)
    st.session_state.pop(_OPENED, None)
    st.rerun()
