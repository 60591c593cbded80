"""While the practice org is chosen, every page finds it running."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.services.practice import process
from lib.ui import session
from lib.ui.errors import show_error
from lib.ui.frame.picker import connection_name


def wake(log: Log) -> None:
    """Start the practice org where it doesn't run, as after a restart."""
    if connection_name() != PRACTICE or not process.is_asleep(log):
        return
    try:
        with st.spinner("Starting the practice org"):
            process.ensure(log, session.environment())
    except OptbackError as error:
        show_error(error)  # History and Overview work without it
