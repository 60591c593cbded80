"""The balance of a run: a bar of its outcomes, and its words, which can filter a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lib.ui.marks.component import Color, mount
from lib.words import listed


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


def _nothing() -> None:
    """The rerun after a press reads the state."""
