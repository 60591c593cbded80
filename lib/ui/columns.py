"""Columns of tables that several pages have, and how wide and high a table has to be.

A table is drawn on a canvas: it clips a long cell without a sign, and it wraps only in rows that
are very high. So text columns get a width that fits, what may be longer is `cut`, and what must be
read in full is on the record's own line somewhere else.
"""

from collections.abc import Callable, Iterable, Mapping
from math import ceil
from typing import Literal

import streamlit as st
from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

from lib import undo_words
from lib.values import Outcome
from lib.words import OUTCOMES, capital

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
_SHORT = {Outcome.FAILED: "Refused", Outcome.KEPT: "Mailable again"}
_PER_LETTER, _PER_LETTER_OF_PROSE = 6.4, 5.8  # pixels; the first of addresses and numbers
_AROUND = 22  # pixels around a cell's text
_LEAST = 78
_ROW = 33  # pixels, at the theme's base size
_BORDERS = 3


def chips(label: str, colors: Mapping[str, ChipColor], *, width: int) -> ColumnConfig:
    """A column of words in color; its cells are lists of one word."""
    return st.column_config.MultiselectColumn(
        label, options=list(colors), color=list(colors.values()), width=width
    )


def opening(
    *, width: int, key: str, on_click: Callable[[], None] | None = None
) -> ButtonColumnResult:
    """A column of names or results; a press on one opens what it's about."""
    return st.column_config.ButtonColumn(
        width=width, type="tertiary", alignment="left", key=key, on_click=on_click
    )


def outcome_chips(label: str = "Result", *, width: int) -> ColumnConfig:
    """What came of a record, in color; its cells are those of `outcome_cell`."""
    colors = {
        word: color
        for is_undo, words in ((False, OUTCOMES), (True, undo_words.OUTCOMES))
        for outcome, color in OUTCOME_COLORS.items()
        if outcome in words
        for word in outcome_cell(Outcome(outcome), is_undo=is_undo)
    }
    return chips(label, colors, width=width)


def outcome_cell(outcome: Outcome, *, is_undo: bool = False) -> list[str]:
    """The chip of an outcome, short enough for a phone: another column says why."""
    words = undo_words.OUTCOMES if is_undo else OUTCOMES
    return [_SHORT.get(outcome) or capital(words[outcome])]


def record_links(label: str = "Salesforce", *, width: int = 80) -> ColumnConfig:
    """A link to each record; a cell without one is empty."""
    return st.column_config.LinkColumn(label, width=width, display_text="Open ↗")


def link_of(instance_url: str | None, record_id: str) -> str | None:
    """Where the record opens in a browser; None while the org's address isn't known."""
    if not instance_url or not instance_url.startswith(("http:", "https:")):
        return None
    return f"{instance_url}/{record_id}"


def width_of(heading: str, texts: Iterable[str]) -> int:
    """As wide as the longest of these texts, in pixels."""
    longest = max((len(text) for text in texts), default=0)
    return max(_LEAST, ceil(max(longest, len(heading)) * _PER_LETTER + _AROUND))


def prose_width(longest: int) -> int:
    """Pixels for prose of this many letters, which are narrower than those of addresses."""
    return ceil(longest * _PER_LETTER_OF_PROSE + _AROUND)


def prose_letters(width: int) -> int:
    """How many letters of prose a column of this width has room for."""
    return int((width - _AROUND) / _PER_LETTER_OF_PROSE)


def cut(text: str, most: int) -> str:
    """The text, or its beginning with `…` where a cell has no room for all of it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def height_of(rows: int, most: int = 440) -> int:
    """As high as the rows are, up to `most` pixels; then the table scrolls."""
    return min(most, _ROW * (rows + 1) + _BORDERS)
