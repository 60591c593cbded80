"""Overview: is all well, and what should I do?"""

import streamlit as st

from lib.services.alerts.overview import view
from lib.services.runs.overview import glance
from lib.ui.cached import everyone_of
from lib.ui.errors import plain, stops_on_error
from lib.ui.first_start import draw_first_start
from lib.ui.frame.head import draw_head
from lib.ui.frame.picker import connection_name
from lib.ui.lookup import draw_lookup
from lib.ui.overview.connections import draw_connections
from lib.ui.overview.needs_you import draw_needs, needs_of, waiting_need
from lib.ui.overview.recent import draw_last_runs, draw_month, draw_rhythm
from lib.ui.overview.waiting import draw_waiting
from lib.ui.runs.live import watch
from lib.ui.session import environment, opened
from lib.ui.state_words import quiet_line, state_of_people
from lib.words import closed

name = connection_name()
if name is None:
    draw_first_start()
    st.stop()

draw_head("Overview")
with stops_on_error(), opened() as log:
    draw_connections(log, environment(), name)
    now = glance(log, environment(), name)
    people_now = everyone_of(log, name)
    st.header(plain(closed(state_of_people(now, people_now))), anchor=False)
    if words := quiet_line(people_now):
        st.markdown(words)
    watch(name, now.live, reserve=False)
    alerts = view(log, name)
    first = st.query_params.get("need", "")
    needs = needs_of(now, people_now, alerts, first)
    draw_needs(log, now, [*needs, *waiting_need(now, people_now)])
    draw_waiting(log, name)
    draw_lookup(log, name)
    draw_rhythm(log, now, alerts)
    draw_month(log, name)
    draw_last_runs(log, name)
