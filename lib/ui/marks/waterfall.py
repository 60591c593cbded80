"""From everyone who meets the conditions to everyone on the list: who is left out on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.ui.marks.component import Color, mount


@dataclass(frozen=True, slots=True)
class Step:
    """A line: the first and the last are totals, the others are taken off."""

    label: str
    count: int
    color: Color = Color.SKIPPED
    is_total: bool = False


def draw_waterfall(steps: Sequence[Step], *, key: str) -> None:
    """A list of label, bar, and number; the first step is the whole."""
    shown = [
        {
            "label": step.label,
            "count": step.count,
            "color": step.color,
            "isTotal": step.is_total,
        }
        for step in steps
    ]
    mount(data={"kind": "waterfall", "steps": shown}, key=f"waterfall_{key}")
