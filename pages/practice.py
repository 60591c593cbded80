"""Practice: the world outside, played on this computer with made-up people."""

import streamlit as st

from lib.services.alerts.overview import view
from lib.services.connections.chosen import PRACTICE
from lib.services.practice import month_process, process
from lib.store import runs
from lib.ui import session
from lib.ui.errors import plain, stops_on_error
from lib.ui.first_start import draw_look_around
from lib.ui.first_start import look_around_in_words as about
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.frame.head import draw_head
from lib.ui.links import CONNECT, go
from lib.ui.practice import month, outside
from lib.ui.practice.story import draw_figures, draw_story
from lib.ui.state_words import what_leaves

_RUNS_IN_THE_STORY = 100

draw_head("Practice", about=PRACTICE)
with stops_on_error(), session.opened() as log:
    month.draw_month(month_process.progress(log.store.home))
    if process.is_asleep(log):
        with st.spinner("Starting the practice org"):
            process.ensure(log, session.environment())
    world = process.find(log)
    if world is None:
        draw_look_around(
            draw_answer(Mark.FIRST, "See what Optback does, with made-up people", about())
        )
        st.stop()

    found = runs.latest(log.store, connection=PRACTICE, limit=_RUNS_IN_THE_STORY)
    draw_story(found, log, world)
    draw_figures(world, found)
    outside.draw_outside(world)
    outside.draw_breakables(log, world)
    month.draw_time(log)
    with st.container(horizontal=True, vertical_alignment="center", key="leave"):
        st.caption(
            f"{plain(what_leaves(view(log, PRACTICE, last=0)))} Practice stays here when you "
            "connect an org of your own.",
            width="content",
        )
        if st.button("Connect Salesforce", type="tertiary", key="practice_leave"):
            go(CONNECT, new="1")
