"""The names of the records in a table, looked up when a person asks: the log keeps none."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.errors import OptbackError
from lib.services.log import Log
from lib.services.runs.record_names import names_of
from lib.store.run import Run
from lib.ui import session
from lib.ui.errors import show_error
from lib.values import Change

_NAMES = "names_of_records"


def names_known(run: Run) -> Mapping[str, str]:
    """By record ID, as far as they were looked up for this run in this session."""
    known: tuple[str, dict[str, str]] = st.session_state.get(_NAMES, ("", {}))
    return known[1] if known[0] == run.id else {}


def draw_names_button(log: Log, run: Run, rows: Sequence[Change]) -> None:
    """Nothing where all names are there already."""
    known = names_known(run)
    if all(row.record_id in known for row in rows):
        return
    pressed = st.button(
        "Show names",
        icon=":material/badge:",
        key="show_names",
        help="Looks them up in Salesforce, since the log keeps no names. That takes a few API "
        "calls and changes nothing.",
    )
    if pressed:
        try:
            with st.spinner("Looking up the names"):
                found = names_of(log, session.environment(), run.connection, rows)
        except OptbackError as error:
            show_error(error)
            return
        st.session_state[_NAMES] = (run.id, {**known, **found})
        st.rerun()
