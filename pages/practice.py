"""Practice: the world outside, played on this computer with made-up people."""

import streamlit as st

from lib.services.connections.chosen import PRACTICE
from lib.services.practice import month_process, process
from lib.store import runs
from lib.ui import session
from lib.ui.errors import stops_on_error
from lib.ui.first_start import draw_look_around
from lib.ui.frame.head import draw_head
from lib.ui.links import CONNECT, go
from lib.ui.practice import month, outside
from lib.ui.practice.story import draw_state, draw_story

_RUNS_IN_THE_STORY = 100

draw_head("Practice", about=PRACTICE)
with stops_on_error(), session.opened() as log:
    month.draw_month(month_process.progress(log.store.home))
    if process.is_asleep(log):
        with st.spinner("Starting the practice org"):
            process.ensure(log, session.environment())
    world = process.find(log)
    if world is None:
        draw_look_around()
        st.stop()

    draw_state(world)
    found = runs.latest(log.store, connection=PRACTICE, limit=_RUNS_IN_THE_STORY)
    draw_story(found, log, world)
    outside.draw_outside(world)
    outside.draw_breakables(log, world)
    month.draw_time(log)

st.header("Leave practice")
if outside.row(
    "Practice stays here. You can come back to it at any time.", "Connect Salesforce", "leave"
):
    go(CONNECT, new="1")
