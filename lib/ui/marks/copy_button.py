"""A button that puts a text on the clipboard. `st.code` has one too, but shows it on hover only."""

from lib.ui.marks.component import mount


def draw_copy_button(what: str, text: str, *, key: str) -> None:
    """`what` says what is copied, for people who don't see the text beside it."""
    mount(data={"kind": "copy", "label": f"Copy {what}", "text": text}, key=key, width="content")
