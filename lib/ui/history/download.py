"""All records of a period's runs as one CSV file."""

import streamlit as st

from lib.services.runs.periods import Period
from lib.ui.runs.download_route import address_of_runs

ACTION_WIDTH = 125  # pixels


def draw_download(period: Period) -> None:
    """Made while it's sent."""
    st.link_button(
        "Download",
        address_of_runs(period.runs()),
        icon=":material/download:",
        help="Every record of every run in this period, as a CSV file. Previews are marked.",
        key="period_csv",
        width=ACTION_WIDTH,
    )
