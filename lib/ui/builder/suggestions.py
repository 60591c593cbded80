"""Values of the org's records, suggested while someone types into a condition.

A component of our own: Streamlit's text input knows no suggestions, and its select box loses what
was typed but not confirmed.
"""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

_JS = """
const TRIES = 20, PAUSE_MS = 100

export default function ({ data }) {
  for (const [key, values] of Object.entries(data.lists)) {
    const id = `suggested-${key}`
    let list = document.getElementById(id)
    if (!list) {
      list = document.createElement("datalist")
      list.id = id
      document.body.append(list)
    }
    list.replaceChildren(...values.map(value => {
      const option = document.createElement("option")
      option.value = value
      return option
    }))
    attach(key, id, TRIES)
  }
}

// The input may be drawn later than this, or again.
function attach(key, id, tries) {
  document.querySelector(`.st-key-${key} input`)?.setAttribute("list", id)
  if (tries) setTimeout(() => attach(key, id, tries - 1), PAUSE_MS)
}
"""
_suggest = st.components.v2.component("optback_suggestions", js=_JS)


def draw_suggestions(values: Mapping[str, Sequence[str]], key: str) -> None:
    """Below the inputs; `values` by the key of their input."""
    lists = {_in_html(name): list(found) for name, found in values.items() if found}
    if lists:
        _suggest(data={"lists": lists}, key=key, height=1)


def _in_html(key: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key)
