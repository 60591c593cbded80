"""Columns of tables that several pages have, and how wide and high a table has to be.

A table is drawn on a canvas: it clips a long cell without a sign, and it wraps only in rows that
are very high. So text columns get a width that fits, what may be longer is `cut`, and what must be
read in full is on the record's own line somewhere else.
"""

from collections.abc import Mapping
from typing import Literal

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from lib.values import Outcome
from lib.words import OUTCOMES

ChipColor = Literal["green", "orange", "red", "blue", "violet", "gray"]

OUTCOME_COLORS: Mapping[str, ChipColor] = {
    Outcome.UPDATED: "green",
    Outcome.PLANNED: "green",
    Outcome.ALREADY: "gray",
    Outcome.KEPT: "violet",
    Outcome.SKIPPED: "blue",
    Outcome.FAILED: "red",
    Outcome.PENDING: "orange",
}
_ROW = 33  # pixels, at the theme's base size
_BORDERS = 3


def chips(label: str, colors: Mapping[str, ChipColor], *, width: int) -> ColumnConfig:
    """A column of words in color; its cells are lists of one word."""
    return st.column_config.MultiselectColumn(
        label, options=list(colors), color=list(colors.values()), width=width
    )


def outcome_chips(label: str = "Result", *, width: int = 225) -> ColumnConfig:
    """The outcomes in their words and colors; the width fits the longest."""
    return chips(
        label,
        {OUTCOMES[outcome]: color for outcome, color in OUTCOME_COLORS.items()},
        width=width,
    )


def record_links(label: str = "Salesforce", *, width: int = 80) -> ColumnConfig:
    """A link to each record; a cell without one is empty."""
    return st.column_config.LinkColumn(label, width=width, display_text="Open ↗")


def link_of(instance_url: str | None, record_id: str) -> str | None:
    """Where the record opens in a browser; None while the org's address isn't known."""
    if not instance_url or not instance_url.startswith(("http:", "https:")):
        return None
    return f"{instance_url}/{record_id}"


def cut(text: str, most: int) -> str:
    """The text, or its beginning with `…` where a cell has no room for all of it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def height_of(rows: int, most: int = 440) -> int:
    """As high as the rows are, up to `most` pixels; then the table scrolls."""
    return min(most, _ROW * (rows + 1) + _BORDERS)
