"""All records of a period's runs as one CSV file."""

import streamlit as st

from lib.services.runs.periods import Period
from lib.services.runs.record_results import csv_of_runs
from lib.store import run_lists
from lib.ui import session


def draw_download(period: Period) -> None:
    """Made when it's clicked."""

    def made() -> str:
        """Runs on another thread, with a log of its own."""
        with session.opened() as log:
            return csv_of_runs(log, run_lists.ids(log.store, period.runs()))

    st.download_button(
        "Download",
        made,
        file_name="optback-history.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="Every record of every run in this period, as a CSV file. Previews are marked.",
        key="period_csv",
    )
