"""Sync: what is going on, a preview, the run itself, and what came of it."""

import streamlit as st

from lib.services.runs import proposal
from lib.services.runs.overview import glance
from lib.ui.failures import plain, stops_on_error
from lib.ui.live import watch
from lib.ui.nothing_yet import need_connection
from lib.ui.run_view import draw_last_run
from lib.ui.run_words import closed
from lib.ui.state_words import state_of_work
from lib.ui.surroundings import environment, opened
from lib.ui.sync_controls import draw_controls
from lib.ui.upload.section import draw_upload

st.title("Sync")
name = need_connection()

with stops_on_error(), opened() as log:
    proposal.put_away_done(log, name)
    now = glance(log, environment(), name)
    st.subheader(plain(closed(state_of_work(now))), anchor=False)
    draw_controls(log, now)
    watch(name, now.live)
    draw_upload(log, now)
    if now.latest is not None and (now.latest.records or not now.is_paused):
        draw_last_run(log, now.latest)
