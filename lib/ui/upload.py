"""A file of people who asked not to be mailed: uploaded, its column confirmed, then previewed."""

from pathlib import Path

import pandas as pd
import streamlit as st

from lib.errors import FileUnreadable
from lib.services import deciding, uploads
from lib.services.glancing import Glance
from lib.services.opening import Log
from lib.services.uploads import FileFacts, Upload
from lib.sources.who_asked.choice import Choice
from lib.ui import surroundings
from lib.ui.failures import plain, show_error
from lib.words import counted, people

_KINDS = ("csv", "txt", "tsv")
_NUMBER = "upload_number"


def draw_upload(log: Log, now: Glance) -> None:
    """The uploader, or the file that waits."""
    upload = uploads.waiting(log, now.connection)
    if now.is_paused or deciding.why_not(log, surroundings.environment(), now) is not None:
        return
    if upload is None:
        with st.expander("Opt out the people of a file", key="upload_fold"):
            _draw_uploader(log, now)
    else:
        with st.container(border=True, key="upload_section"):
            _draw_waiting(log, now, upload)


def _draw_uploader(log: Log, now: Glance) -> None:
    st.caption(
        "A CSV file or a list, such as an export of another e-mail service. It is previewed "
        "first: nothing is written before you have seen whom it concerns."
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
    try:
        facts = _facts(upload, upload.column)
        column = _choose_column(facts)
        if column is not None and column != facts.column:
            facts = _facts(upload, column)
    except FileUnreadable as error:
        show_error(error)
        column, facts = None, None
    if facts is not None and column is not None:
        _draw_facts(upload, facts)
    with st.container(horizontal=True, key="upload_controls"):
        previewed = upload.run_id is not None
        if facts is not None and st.button(
            f"Preview {plain(upload.name)}",
            type="secondary" if previewed else "primary",
            key="preview_file",
            disabled=now.live is not None or column is None,
        ):
            environment = surroundings.environment()
            deciding.preview_file(log, environment, now.connection, upload, column)
            st.rerun()
        if st.button("Put the file aside", key="discard_file", disabled=now.live is not None):
            uploads.discard(log, now.connection)
            st.rerun()


def _choose_column(facts: FileFacts) -> str | None:
    headings = [heading for heading, _ in facts.columns]
    samples = {heading: ", ".join(values) for heading, values in facts.columns}
    chosen: str | None = st.selectbox(
        "Column that holds the addresses",
        headings,
        index=headings.index(facts.column) if facts.column in headings else None,
        placeholder="Choose a column",
        format_func=lambda heading: f"{heading} ({samples[heading][:60]})",
        key="upload_column",
    )
    return chosen


def _draw_facts(upload: Upload, facts: FileFacts) -> None:
    domains = ""
    if facts.domains:
        domains = (
            f" and {counted(facts.domains, 'whole domain', 'whole domains')}, which "
            "nobody is opted out by before somebody approves it by name"
        )
    st.markdown(
        f"**{plain(upload.name)} names {people(facts.people)}{domains}. "
        "Opt them out only if they asked for it.**"
    )
    if facts.unreadable_count:
        st.markdown(
            f"{counted(facts.unreadable_count, 'line', 'lines')} could not be read and will be "
            "left out:"
        )
        frame = pd.DataFrame(
            [
                {"Line": one.line, "Why": one.why, "Text": one.text or "–"}
                for one in facts.unreadable
            ]
        )
        st.dataframe(frame, hide_index=True, key="unreadable", alt="Lines that could not be read")


def _facts(upload: Upload, column: str | None) -> FileFacts:
    changed = upload.path.stat().st_mtime_ns
    return _facts_of(upload.path, changed, column, upload.choice)


@st.cache_data(max_entries=4, show_spinner="Reading the file")
def _facts_of(
    path: Path,
    changed: int,  # noqa: ARG001 - part of the key
    column: str | None,
    choice: Choice,
) -> FileFacts:
    return uploads.facts_of(path, column, choice)
