"""Sync: what is going on, a preview, the run itself, and what came of it."""

import streamlit as st

from lib.services.runs import proposal
from lib.services.runs.overview import glance
from lib.services.started_by import DASHBOARD
from lib.ui.arrival import draw_arrival
from lib.ui.cached import everyone_of
from lib.ui.empty_states import need_connection
from lib.ui.errors import plain, stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.runs.details import draw_last_run
from lib.ui.runs.live import watch
from lib.ui.session import environment, opened
from lib.ui.state_words import state_of_work
from lib.ui.sync.controls import draw_controls
from lib.ui.sync.upload.section import draw_upload
from lib.words import closed

draw_head("Sync")
name = need_connection()

with stops_on_error(), opened() as log:
    proposal.discard_finished_upload(log, name)
    now = glance(log, environment(), name)
    waiting = everyone_of(log, name).waiting
    is_outdated = proposal.is_outdated(log, now)  # then its numbers say nothing anymore
    words = state_of_work(now, waiting, is_outdated=is_outdated)
    st.header(plain(closed(words)), anchor=False)
    draw_controls(log, now)
    watch(name, now.live)
    draw_upload(log, now)
    if now.latest is not None and not is_outdated and (now.latest.records or not now.is_paused):
        draw_last_run(log, now.latest)
    if now.live is None and (now.latest is None or now.latest.started_by == DASHBOARD):
        draw_arrival(now.latest.id if now.latest else "no run")
