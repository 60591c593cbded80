"""History: what happened in a period, and every run with its records."""

import streamlit as st

from lib.services.runs.dead import notice
from lib.services.runs.overview import live_run
from lib.store import runs
from lib.ui.arrival import draw_arrival
from lib.ui.empty_states import need_connection
from lib.ui.errors import stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.frame.picker import connection_name
from lib.ui.history.decisions import draw_decisions
from lib.ui.history.operations import VIEW, draw_operations_view
from lib.ui.history.period import draw_period
from lib.ui.history.runs import show_all_runs
from lib.ui.links import HISTORY, go
from lib.ui.runs.details import draw_run
from lib.ui.runs.live import watch
from lib.ui.session import opened
from lib.ui.times import exact

if connection_name() is None:
    draw_head("History")
name = need_connection()

with stops_on_error(), opened() as log:
    wanted, view = st.query_params.get("run"), st.query_params.get("view")
    run = runs.get(log.store, wanted) if wanted else None
    if run is not None and run.connection != name:
        go(HISTORY, run=run.id, connection=run.connection)  # the address named another one
    if run is not None:
        draw_head("Run", tab=f"Run {exact(run.started_at)}", back=show_all_runs)
        watch(run.connection, live_run(log, run.connection))
        draw_run(log, run, key="run")
        draw_arrival(run.id)
    elif view == VIEW:
        draw_head("API calls", back=show_all_runs)
        draw_operations_view(log, name)
        draw_arrival(VIEW)
    else:
        draw_head("History")
        notice(log, name)
        if wanted:
            st.info("This run isn't in the log.")
        draw_period(log, name)
        draw_decisions(log, name)
        draw_arrival("runs")
