"""Overview: is all well, and what should I do?"""

import streamlit as st

from lib.services.alerts.overview import view
from lib.services.runs.overview import glance
from lib.services.runs.periods import period_to_today
from lib.services.schedules.setting import upcoming
from lib.ui.cached import everyone_of, period_figures
from lib.ui.errors import stops_on_error
from lib.ui.first_start import draw_first_start
from lib.ui.frame.head import draw_head
from lib.ui.frame.picker import connection_name
from lib.ui.lookup.section import draw_lookup
from lib.ui.needs.of_connection import CHECKS, needs_of, waiting_need
from lib.ui.overview.answer import answer_of
from lib.ui.overview.cards import draw_cards, draw_overview_answer
from lib.ui.overview.connections import draw_connections, others_needing
from lib.ui.overview.figures import DAYS, draw_figures
from lib.ui.overview.recent import draw_recent
from lib.ui.overview.waiting import draw_waiting, is_waiting
from lib.ui.runs.live import watch
from lib.ui.session import environment, opened
from lib.ui.times import viewer_zone

name = connection_name()
if name is None:
    draw_first_start()
    st.stop()

draw_head("Overview")
with stops_on_error(), opened() as log:
    now, people_now = glance(log, environment(), name), everyone_of(log, name)
    month = period_figures(log, period_to_today(log, DAYS, viewer_zone(), name))
    alerts, next_run = view(log, name), upcoming(log, environment(), name)
    needs = waiting_need(now, people_now, next_run) + needs_of(now, people_now, alerts)
    if first := st.query_params.get("need"):  # an alert's link names its cause
        needs.sort(key=lambda need: need.cause != first)
    if is_waiting(log, name):  # which has a card of its own
        needs = [need for need in needs if need.key != CHECKS]
    needs += others_needing(log, environment(), name)
    with st.container(key="now"):  # so that what is below keeps its place when a run ends
        draw_overview_answer(log, now, answer_of(now, people_now), is_alone=not needs)
        draw_cards(log, now, needs)
        draw_waiting(log, name)
    draw_figures(now, people_now, month, next_run, alerts)
    draw_lookup(log, name)
    draw_recent(log, name, month)
    draw_connections(log, environment(), name)
    if now.live is None:
        watch(name, None)  # at the end, since it takes room
