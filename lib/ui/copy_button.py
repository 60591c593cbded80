"""A button that puts a text on the clipboard. `st.code` has one too, but shows it on hover only.

A component of our own: it writes `textContent` only, never HTML.
"""

import streamlit as st

_CSS = """
button { font: inherit; font-size: 0.875rem; color: inherit; cursor: pointer; white-space: nowrap;
  padding: 0.25rem 0.75rem; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius) }
button:hover, button:focus-visible { border-color: var(--st-primary-color) }
"""
_JS = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  button.textContent = "Copy"
  button.setAttribute("aria-label", data.label)
  button.onclick = async () => {
    try { await navigator.clipboard.writeText(data.text) }
    catch {  // the browser keeps the clipboard to itself: copy as one did before there was a way
      const area = document.createElement("textarea")
      area.value = data.text
      parentElement.append(area)
      area.select()
      document.execCommand("copy")
      area.remove()
    }
    button.textContent = "Copied"
    setTimeout(() => { button.textContent = "Copy" }, 2500)
  }
}
"""
_button = st.components.v2.component(
    "optback_copy", html="<button type='button'></button>", css=_CSS, js=_JS
)


def draw_copy_button(what: str, text: str, *, key: str) -> None:
    """`what` says what is copied, for people who don't see the text beside it."""
    _button(data={"label": f"Copy {what}", "text": text}, key=key, width="content")
