"""What happened to a person, oldest first: when, what, and a note."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from lib.ui.marks.component import Color, mount


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline, plain text; a quiet one has an empty dot."""

    when: str
    title: str
    note: str = ""
    color: Color = Color.QUIET


def draw_timeline(moments: Sequence[Moment], *, key: str) -> None:
    """An ordered list, for a screen reader as well."""
    data = {"kind": "timeline", "moments": [asdict(moment) for moment in moments]}
    mount(data=data, key=f"timeline_{key}")
