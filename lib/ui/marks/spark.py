"""A row of small bars below a figure: the shape of its days, without an axis."""

from collections.abc import Sequence

from lib.ui.marks.component import mount

_HEIGHT = 44  # pixels, reserved before it's drawn


def draw_spark(values: Sequence[float], words: str, *, key: str) -> None:
    """The bars; `words` say what they show to people who don't see them."""
    data = {"kind": "spark", "values": list(values), "words": words}
    mount(data=data, key=f"spark_{key}", height=_HEIGHT)
