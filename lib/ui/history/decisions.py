"""What people decided about whole domains and about boxes cleared at once."""

import streamlit as st

from lib.services.log import Log
from lib.services.runs.decisions import decisions_of
from lib.ui.times import exact


def draw_decisions(log: Log, connection: str | None) -> None:
    """A table of them; nothing while there are none, or for all connections together."""
    found = decisions_of(log, connection) if connection else []
    if not found:
        return
    st.header("Decisions", anchor=False)
    rows = [{"What": one.what, "When": exact(one.at), "Who": one.by} for one in found]
    widths = {"What": 420, "When": 170, "Who": 200}
    columns = {name: st.column_config.TextColumn(width=width) for name, width in widths.items()}
    st.dataframe(rows, hide_index=True, key="decisions", column_config=columns)
