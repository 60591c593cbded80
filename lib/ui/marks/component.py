"""The component behind all marks: a kind, and the data for it."""

from enum import StrEnum
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).resolve().parent

mount = st.components.v2.component(
    "optback_marks",
    html="<div class='root'></div>",
    css=(_FOLDER / "marks.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "marks.js").read_text(encoding="utf-8"),
)


class Color(StrEnum):
    """The color of an outcome, wherever it's drawn; `chartCategoricalColors` has them in order."""

    OPTED_OUT = "updated"
    ALREADY = "already_opted_out"
    KEPT = "kept"
    SKIPPED = "skipped"
    REFUSED = "failed"
    PENDING = "pending"
    QUIET = "quiet"
    MAIN = "main"
