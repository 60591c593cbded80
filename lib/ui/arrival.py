"""Where a page begins once it shows something else: at its top, for eyes and for a screen reader.

Streamlit leaves the page where it was scrolled to, and the focus is lost with the button that was
pressed. A component of our own, because only the browser knows either.
"""

import streamlit as st

_JS = """
const TRIES = 20, PAUSE_MS = 50

export default function ({ data }) {
  const before = document.body.dataset.shows
  document.body.dataset.shows = data.shows
  if (before === undefined || before === data.shows) return
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0)
  focus(TRIES)
}

// The pressed button may be there a moment longer; what else has the focus by then keeps it.
function focus(tries) {
  const heading = document.querySelector("[data-testid=stMain] h2")
  if (heading && document.activeElement === document.body) {
    heading.tabIndex = -1
    heading.style.outline = "none"  // nothing to press there: a frame would only hide the words
    heading.focus({ preventScroll: true })
  } else if (tries) setTimeout(() => focus(tries - 1), PAUSE_MS)
}
"""
_PAGE, _CAME = "arrival_page", "arrival_came"


def note_page(address: str) -> None:
    """For the shell, before the page: which page it is."""
    st.session_state[_CAME] = st.session_state.get(_PAGE, address) != address
    st.session_state[_PAGE] = address


def came_from_elsewhere() -> bool:
    """Whether the last run of this tab drew another page."""
    return bool(st.session_state.get(_CAME))


_arrival = st.components.v2.component("optback_arrival", js=_JS)


def draw_arrival(shows: str) -> None:
    """At the end of a page; `shows` changes whenever the page is about something else."""
    _arrival(data={"shows": shows}, key="arrival", height=1)
