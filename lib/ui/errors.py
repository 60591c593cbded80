"""How an error is shown: what happened, why, and what to do next."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from lib.errors import OptbackError


def show_error(error: OptbackError) -> None:
    """The error's message and its remedy."""
    show_trouble(error.message, error.remedy)


def show_trouble(message: str, remedy: str | None) -> None:
    """A message, and its remedy in a paragraph of its own."""
    text = plain(message)
    if remedy:
        text = f"**{text}**\n\n{plain(remedy)}"
    st.error(text, icon=":material/error:")


@contextmanager
def stops_on_error() -> Iterator[None]:
    """Show an error of ours and end the page there; anything else is a bug."""
    try:
        yield
    except OptbackError as error:
        show_error(error)
        st.stop()


_MARKUP = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_[]#$~<>:|&"})
_ADDRESS = re.compile(r"([^\s`(),;:]+@[^\s`(),;:]*\w)")
_OF_A_LIST = re.compile(r"^(\s*\d*)([-+=.)])", re.MULTILINE)
# Streamlit looks for these after Markdown has taken the backslashes away.
_LINK = r"(?<!\w)(?=(?:https?://|www\.))"
_ICON = r"(?<=:)(?=[\w+-]+(?:/\w+)?:)"
_ARROW = r"(?<=[-<>~=])(?=[-<>=])"
_LATER = re.compile(f"{_LINK}|{_ICON}|{_ARROW}", re.IGNORECASE)
JOINER = "\u2060"
"""Takes no room, and keeps apart what Streamlit would read together."""


def plain(text: str) -> str:
    """Text from outside, escaped so that Streamlit shows it letter by letter.

    Addresses are shown as code. Streamlit would make each a link that emails someone who asked
    not to be emailed. A web address in such a text isn't a link either.
    """
    parts = _ADDRESS.split(text)
    return "".join(f"`{part}`" if "@" in part else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    marked = _LATER.sub(JOINER, text).translate(_MARKUP)
    return _OF_A_LIST.sub(r"\1\\\2", marked)
