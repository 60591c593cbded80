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


_MARKUP = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_[]#$~<>:|"})
_ADDRESS = re.compile(r"([^\s`(),;:]+@[^\s`(),;:]*\w)")
# Streamlit looks for these after Markdown has taken the backslashes away.
_ICON = re.compile(r":(?=[a-z][\w+-]*(/\w+)?:)")
_JOINER = "\u2060"  # takes no room


def plain(text: str) -> str:
    """Text from outside, escaped so that Streamlit shows it letter by letter.

    Addresses are shown as code. Streamlit would make each a link that emails someone who asked
    not to be emailed.
    """
    parts = _ADDRESS.split(_ICON.sub(f":{_JOINER}", text))
    return "".join(f"`{part}`" if "@" in part else part.translate(_MARKUP) for part in parts)
