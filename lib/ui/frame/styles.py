"""The few styles that the theme in .streamlit/config.toml can't set."""

from pathlib import Path

import streamlit as st

_STYLES = (Path(__file__).resolve().parent / "styles.css").read_text(encoding="utf-8")


def draw_styles() -> None:
    """For every page; an element of styles alone takes no room."""
    st.html(f"<style>{_STYLES}</style>")
