"""A bar of parts: of the outcomes of a run, with words that can filter a table, or alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lib.ui.marks.component import Color, mount
from lib.words import listed

_BAR_HEIGHT = 14  # pixels, reserved before it's drawn


@dataclass(frozen=True, slots=True)
class Part:
    """An area of the bar, with its words: `42` `opted out`."""

    id: str
    count: int
    label: str
    color: Color


def draw_balance(parts: Sequence[Part], *, key: str, can_pick: bool = True) -> str | None:
    """The bar and its words; the ID of the picked part, None for all.

    A second press takes the choice back. Parts of zero aren't drawn.
    """
    shown = [part for part in parts if part.count]
    if not shown:
        return None
    state = st.session_state.get(f"balance_{key}") or {}
    picked = state.get("picked") if can_pick else None
    picked = picked if picked in {part.id for part in shown} else None
    mount(
        data={
            "kind": "balance",
            "parts": [asdict(part) for part in shown],
            "picked": picked,
            "words": listed([f"{part.count:,} {part.label}" for part in shown]),
            "canPick": can_pick,
        },
        key=f"balance_{key}",
        on_picked_change=_nothing,
    )
    return picked


def draw_bar(parts: Sequence[Part], *, key: str) -> None:
    """The bar alone, for a figure; its words are read to people who don't see it."""
    shown = [part for part in parts if part.count]
    words = listed([f"{part.count:,} {part.label}" for part in shown])
    data = {"kind": "bar", "parts": [asdict(part) for part in shown], "words": words}
    mount(data=data, key=f"bar_{key}", height=_BAR_HEIGHT)


def _nothing() -> None:
    """The rerun after a press reads the state."""
