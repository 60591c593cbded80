"""A strip of days or runs: a full bar is fine, a low bar failed, a dash is none."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from lib.ui.marks.component import Color, mount

_HEIGHT = 16  # pixels, reserved before it's drawn


@dataclass(frozen=True, slots=True)
class DayMark:
    """One of them; the height says the same as the color. `title` shows when it's pointed at."""

    title: str
    color: Color
    height: Literal["full", "low", "none"] = "full"


def draw_days(marks: Sequence[DayMark], words: str, *, key: str) -> None:
    """The strip; `words` say what it shows to people who don't see it."""
    data = {"kind": "days", "days": [asdict(mark) for mark in marks], "words": words}
    mount(data=data, key=f"days_{key}", height=_HEIGHT)
