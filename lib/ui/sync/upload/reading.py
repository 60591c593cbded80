"""What a waiting file says, read once and kept while it doesn't change."""

from pathlib import Path

import streamlit as st

from lib.services.runs import file_facts
from lib.services.runs.file_facts import FileFacts, FileRefusal, Outline
from lib.services.runs.uploads import Upload
from lib.sources.files.who_asked.choice import Choice
from lib.sources.files.who_asked.column_values import Answers


def outline(upload: Upload) -> Outline | FileRefusal:
    """The file's columns."""
    return _outline(upload.path, changed(upload))


def facts(upload: Upload, column: str, choice: Choice) -> FileFacts | FileRefusal:
    """What the whole file says, with this column of addresses and this answer."""
    return _facts(upload.path, changed(upload), column, choice)


def answers(
    upload: Upload, column: str, in_question: tuple[str, ...]
) -> tuple[Answers, ...] | FileRefusal:
    """The columns and values to choose from."""
    return _answers(upload.path, changed(upload), column, in_question)


def changed(upload: Upload) -> int:
    """When the file was kept, in nanoseconds; 0 if it is gone."""
    try:
        return upload.path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


_SPINNER = "Reading the file"


@st.cache_data(max_entries=4, show_spinner=_SPINNER)
def _outline(path: Path, kept: int) -> Outline | FileRefusal:  # noqa: ARG001 - part of the key
    return file_facts.outline_of(path)


@st.cache_data(max_entries=4, show_spinner=_SPINNER)
def _facts(
    path: Path,
    kept: int,  # noqa: ARG001 - part of the key
    column: str,
    choice: Choice,
) -> FileFacts | FileRefusal:
    return file_facts.facts_of(path, column, choice)


@st.cache_data(max_entries=4, show_spinner=_SPINNER)
def _answers(
    path: Path,
    kept: int,  # noqa: ARG001 - part of the key
    column: str,
    in_question: tuple[str, ...],
) -> tuple[Answers, ...] | FileRefusal:
    return file_facts.answers_of(path, column, in_question)
