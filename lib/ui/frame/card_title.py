"""The title of a card: as high as one that has a badge or a button beside it."""

import streamlit as st


def draw_card_title(text: str) -> None:
    """The heading alone; `text` is Markdown."""
    with st.container(horizontal=True):  # else, a heading has space above it
        st.subheader(text, anchor=False)
