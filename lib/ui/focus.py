"""The focus moves to what a person asked for, once it's there: what to press next.

A component of our own, because Streamlit can't move the focus.
"""

import streamlit as st

_JS = """
const TRIES = 100, TRIES_THERE = 20, PAUSE_MS = 50

export default function ({ data }) {
  const done = window.optbackFocused ??= new Set()
  if (done.has(data.once)) return
  done.add(data.once)
  let tries = TRIES
  for (const act of ["keydown", "pointerdown"])
    addEventListener(act, () => { tries = 0 }, { once: true })
  // It may be drawn later than this, and a menu that closes gives the focus back to its button.
  const focus = () => {
    if (tries-- <= 0) return
    const wanted = document.querySelector(`.st-key-${data.key} :is(a, button)`)
    if (wanted) tries = Math.min(tries, TRIES_THERE)
    if (!data.onlyIfLost || document.activeElement === document.body) wanted?.focus()
    setTimeout(focus, PAUSE_MS)
  }
  focus()
}
"""
_focus = st.components.v2.component("optback_focus", js=_JS)


def move_focus(key: str, once: str, *, only_if_lost: bool = False) -> None:
    """To the element with this key; not again for the same `once`.

    `only_if_lost`: the button that had the focus is gone, and the person is nowhere else.
    """
    data = {"key": key, "once": once, "onlyIfLost": only_if_lost}
    _focus(data=data, key=f"focus_{key}", height=1)
