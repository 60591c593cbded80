"""The buttons of boxes that were cleared at once: look at them, or confirm them by their number."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.runs import clearing
from lib.services.runs.overview import Glance
from lib.services.started_by import DASHBOARD
from lib.store.mass_clearings import ClearedBox
from lib.ui.errors import show_error
from lib.ui.links import HISTORY, go
from lib.ui.pressing import pressed_for
from lib.words import by_count, counted


def draw_question(
    log: Log, now: Glance, boxes: Sequence[ClearedBox], kind: Literal["primary", "secondary"]
) -> None:
    """Both answers; doing nothing keeps these people off lists."""
    with st.container(horizontal=True, key="cleared_at_once"):
        if st.button("See the records", type=kind, key="hand_cleared_button"):
            go(HISTORY, run=boxes[-1].run_id)
        with st.popover("They're meant to be cleared", key="confirm_cleared"):
            _draw_confirm(log, now.connection, boxes)


def _draw_confirm(log: Log, connection: str, boxes: Sequence[ClearedBox]) -> None:
    number = len(boxes)
    st.markdown(
        "From now on these people count as made mailable again by a colleague: lists let them "
        "through, and no run opts them out until they unsubscribe again."
    )
    label = by_count(number, "", "Confirm 1 cleared box", "Confirm {n} cleared boxes")
    if not pressed_for(str(number), label, key="confirm_cleared_confirm"):
        return
    try:
        with st.spinner(f"Confirming {counted(number, 'box', 'boxes')}"):
            clearing.confirm(log, connection, number, DASHBOARD)
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()
