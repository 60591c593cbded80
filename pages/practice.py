"""Practice: the world outside, played on this computer with made-up people."""

import streamlit as st

from lib.services.connections.offered import PRACTICE
from lib.services.practice import month_process, process
from lib.store import runs
from lib.ui import practice_outside, practice_time, surroundings
from lib.ui.failures import stops_on_error
from lib.ui.first_start import draw_look_around
from lib.ui.places import CONNECT, go
from lib.ui.practice_steps import draw_state, draw_story

_RUNS_IN_THE_STORY = 100

st.title("Practice")
with stops_on_error(), surroundings.opened() as log:
    practice_time.draw_month(month_process.progress(log.store.home))
    if process.is_asleep(log):
        with st.spinner("Waking the practice org"):
            process.ensure(log, surroundings.environment())
    world = process.find(log)
    if world is None:
        draw_look_around()
        st.stop()

    draw_state(world)
    found = runs.latest(log.store, connection=PRACTICE, last=_RUNS_IN_THE_STORY)
    draw_story(found, log, world)
    practice_outside.draw_outside(world)
    practice_outside.draw_breakables(log, world)
    practice_time.draw_time(log)

st.subheader("Leave practice")
if practice_outside.row(
    "Practice stays here, and can be chosen again at any time.", "Connect Salesforce", "leave"
):
    go(CONNECT, new="1")
