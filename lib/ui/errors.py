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
    """A message that needs a hand, its remedy on a line of its own."""
    text = plain(message)
    if remedy:
        text = f"**{text}**\n\n{plain(remedy)}"
    st.error(text, icon=":material/error:")


@contextmanager
def stops_on_error() -> Iterator[None]:
    """Show one of our errors and end the page there; everything else is a fault of ours."""
    try:
        yield
    except OptbackError as error:
        show_error(error)
        st.stop()


_MARKUP = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_[]#$~<>:|"})
_ADDRESS = re.compile(r"([^\s`(),;:]+@[^\s`(),;:]*\w)")


def plain(text: str) -> str:
    """Text from outside, so written that Streamlit shows it letter by letter.

    Addresses are set as code: else each would become a link that mails to somebody who asked not
    to be mailed.
    """
    parts = _ADDRESS.split(text)
    return "".join(f"`{part}`" if "@" in part else part.translate(_MARKUP) for part in parts)
