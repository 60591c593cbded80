"""History: what happened in a period, and every run with its records."""

import streamlit as st

from lib.services.runs.overview import live_run
from lib.services.runs.periods import period_to_today
from lib.store import run_lists, runs
from lib.ui.arrival import draw_arrival
from lib.ui.cached import period_figures
from lib.ui.empty_states import draw_no_runs, need_connection
from lib.ui.errors import stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.history.decisions import draw_decisions
from lib.ui.history.filters import draw_filters
from lib.ui.history.operations import VIEW, draw_operations_view
from lib.ui.history_charts import draw_charts, summary
from lib.ui.links import HISTORY, go
from lib.ui.runs.details import draw_run
from lib.ui.runs.live import watch
from lib.ui.runs.runs_table import draw_run_pages
from lib.ui.session import opened
from lib.ui.times import viewer_zone

draw_head("History")
name = need_connection()

with stops_on_error(), opened() as log:
    wanted = st.query_params.get("run")
    run = runs.get(log.store, wanted) if wanted else None
    if wanted and st.button("All runs", icon=":material/arrow_back:", key="all_runs"):
        go(HISTORY)
    if run is not None and run.connection != name:
        go(HISTORY, run=run.id, connection=run.connection)  # the address named another one
    if run is not None:
        watch(run.connection, live_run(log, run.connection))
        draw_run(log, run, key="run")
        draw_arrival(run.id)
        st.stop()
    if wanted:
        st.info("This run isn't in the log.")
    if st.query_params.get("view") == VIEW:
        if st.button("All runs", icon=":material/arrow_back:", key="all_runs"):
            go(HISTORY)
        draw_operations_view(log, name)
        draw_arrival(VIEW)
        st.stop()

    filters = draw_filters(name)
    period = period_to_today(log, filters.days, viewer_zone(), filters.connection)
    figures = period_figures(log, period)
    counts = run_lists.count(log.store, period.runs())
    if not counts.notable and not counts.quiet:
        draw_no_runs(log, filters.connection, filters.period)
        st.stop()

    st.header(summary(figures, filters.period), anchor=False)
    draw_charts(figures, viewer_zone())
    st.header("Runs", anchor=False)
    draw_run_pages(log, period.runs(filters.statuses))
    draw_decisions(log, filters.connection)
    draw_arrival("runs")
