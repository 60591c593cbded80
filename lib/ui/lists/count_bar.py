"""On a phone, what the result says, at the foot of the screen while the result isn't in sight.

A component of our own, because only the browser knows what is in sight. A press leads there.
"""

import streamlit as st

_CSS = """
.optback-count { display: none }
@media (max-width: 640px) {
  .optback-count:not([hidden]) { display: flex; position: fixed; z-index: 90; left: 0; right: 0;
    bottom: 0; justify-content: space-between; gap: 12px; padding: 12px 18px;
    font: 600 0.95rem/1.4 var(--st-font); text-align: left; cursor: pointer;
    color: var(--st-text-color); background: var(--st-secondary-background-color);
    border: 0; border-top: 1px solid var(--st-border-color) }
  .optback-count span { color: var(--st-link-color); font-weight: 400; white-space: nowrap }
}
"""
_JS = """
export default function ({ data, parentElement }) {
  let bar = parentElement.querySelector("button")
  if (!bar) {
    bar = document.createElement("button")
    bar.type = "button"
    bar.className = "optback-count"
    bar.hidden = true
    bar.append(document.createElement("b"), document.createElement("span"))
    bar.querySelector("span").textContent = "Show"
    bar.onclick = () => result()?.scrollIntoView({ block: "start", behavior: "smooth" })
    parentElement.append(bar)
  }
  bar.querySelector("b").textContent = data.words
  const seen = new IntersectionObserver(found => { bar.hidden = found.at(-1).isIntersecting })
  const card = result()
  if (card) seen.observe(card)
  return () => seen.disconnect()
}

const result = () => document.querySelector(".st-key-card_list h2")
"""
_bar = st.components.v2.component("optback_count_bar", css=_CSS, js=_JS, isolate_styles=False)


def draw_count_bar(words: str) -> None:
    """The sentence of the result, for a phone."""
    _bar(data={"words": words}, key="count_bar", height=1)
