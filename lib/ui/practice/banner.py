"""While the practice org is chosen, every page says so, and finds it running."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.services.practice import process
from lib.ui import session
from lib.ui.errors import show_error
from lib.ui.links import NEW
from lib.ui.sidebar import connection_name


def draw_banner(log: Log) -> None:
    """The banner; wakes the practice org where it does not run, as after a restart.

    Not above the form of a new connection: what is entered there does leave this computer.
    """
    if connection_name() != PRACTICE or NEW in st.query_params:
        return
    st.info(
        "**Practice org.** Made-up people. Nothing leaves this computer.",
        icon=":material/science:",
    )
    if process.is_asleep(log):
        _wake(log)


def _wake(log: Log) -> None:
    try:
        with st.spinner("Starting the practice org"):
            process.ensure(log, session.environment())
    except OptbackError as error:
        show_error(error)  # History and Overview work without it
