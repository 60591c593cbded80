"""The answer of a page: a mark and one sentence, a quiet line, and at the right what to do.

On every page it's the first row below the head (and its tabs), in every state, so that nothing
jumps when the state changes.
"""

from enum import StrEnum

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.ui.errors import plain
from lib.words import closed

_TEXT_WIDTH = 700  # pixels; the buttons wrap below the text where both don't fit


class Mark(StrEnum):
    """What kind of answer it is, as an icon; the color is loud only where someone is needed."""

    WELL = ":blue[:material/check_circle:]"
    NEEDS_YOU = ":orange[:material/warning:]"
    WAITING = ":orange[:material/schedule:]"
    REFUSED = ":orange[:material/error:]"
    STOPPED = ":red[:material/pause_circle:]"
    FAILED = ":red[:material/cancel:]"
    PREVIEW = ":blue[:material/visibility:]"
    RUNNING = ":blue[:material/sync:]"
    FIRST = ":blue[:material/flag:]"
    FILE = ":blue[:material/upload_file:]"
    CLEARED = ":violet[:material/lock_open:]"
    UNKNOWN = ":gray[:material/help:]"


def draw_answer(
    mark: Mark, sentence: str, quiet: str = "", *, key: str = "answer"
) -> DeltaGenerator:
    """The row; the place it returns is for the buttons: `with draw_answer(…): st.button(…)`.

    `sentence` is plain text. `quiet` is Markdown: names from outside go through `plain`.
    """
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=key
    )
    with row.container(gap="xxsmall", width=_TEXT_WIDTH):
        st.header(f"{mark} {plain(closed(sentence))}", anchor=False)
        if quiet:
            st.caption(quiet)
    return row.container(horizontal=True, width="content", key=f"{key}_buttons")
