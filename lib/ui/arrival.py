"""Where a page begins once it shows something else: at its top, for eyes and for a screen reader.

Streamlit leaves the page where it was scrolled to, and the focus is lost with the button that was
pressed. A component of our own, because only the browser knows either.
"""

import streamlit as st

_JS = """
export default function ({ data }) {
  const before = document.body.dataset.shows
  document.body.dataset.shows = data.shows
  if (before === undefined || before === data.shows) return
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0)
  const heading = document.querySelector("[data-testid=stMain] h2")
  if (!heading || document.activeElement !== document.body) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
"""
_arrival = st.components.v2.component("optback_arrival", js=_JS)


def draw_arrival(shows: str) -> None:
    """At the end of a page; `shows` changes whenever the page is about something else."""
    _arrival(data={"shows": shows}, key="arrival", height=1)
