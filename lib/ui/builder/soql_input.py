"""The query as text: an input, its lines with numbers, and a caret under what is wrong."""

import streamlit as st

from lib.errors import OptbackError, SoqlError
from lib.ui.errors import plain

_BEFORE, _AFTER = 24, 60  # characters shown around the caret, so that a phone shows it too
_LINES_AROUND = 2
_FONT = "'Source Code Pro', monospace"  # the font of the lines below it


def draw_text(key: str, text: str, *, is_new: bool) -> str:
    """The input; what is typed counts when it loses the focus, or at Ctrl+Enter.

    `is_new`: the text has changed elsewhere since it was last drawn. Otherwise the widget's value
    counts: it keeps what was typed just before a click on another page.
    """
    if is_new or key not in st.session_state:
        st.session_state[key] = text
    st.html(f"<style>.st-key-{key} textarea {{ font-family: {_FONT}; }}</style>")
    typed = st.text_area(
        "SOQL query",
        key=key,
        height="content",
        persist_state="session",
        help="As in Salesforce's own tools: SELECT fields FROM an object WHERE conditions. "
        "The opt-out filter is added for you.",
    )
    return typed or ""


def draw_lines(text: str) -> None:
    """The query with line numbers."""
    st.code(text, language="sql", line_numbers=True, wrap_lines=True)


def draw_mistake(text: str, error: OptbackError) -> None:
    """What is wrong: the sentence, the place with a caret under it, what to do next."""
    message = error.message.splitlines()[0]
    if not isinstance(error, SoqlError):
        st.error(f"**{plain(message)}**\n\n{plain(error.remedy)}", icon=":material/error:")
        return
    where = f"Line {error.line}, column {error.column}"
    st.error(f"**{plain(message)}**\n\n{where}. {plain(error.remedy)}", icon=":material/error:")
    st.code(with_caret(text, error.line, error.column), language=None)


def with_caret(text: str, line: int, column: int) -> str:
    """The lines around a place with their numbers, and a caret under it; long lines are cut."""
    lines = text.split("\n")
    line = min(max(line, 1), len(lines))
    start = max(0, column - 1 - _BEFORE)
    first, last = max(1, line - _LINES_AROUND), min(len(lines), line + _LINES_AROUND)
    digits = len(str(last))
    shown: list[str] = []
    for number in range(first, last + 1):
        begin = start if number == line else 0
        shown.append(f"{number:>{digits}}  {_cut(lines[number - 1], begin)}")
        if number == line:
            caret = column - 1 - start + (1 if start else 0)
            shown.append(f"{' ' * digits}  {' ' * caret}^")
    return "\n".join(shown)


def _cut(line: str, start: int) -> str:
    end = start + _BEFORE + _AFTER
    piece = line[start:end].replace("\t", " ")
    return f"{'…' if start else ''}{piece}{'…' if end < len(line) else ''}"
