"""All records that a need is about, in a drawer: who, since when, and a link to each."""

import pandas as pd
import streamlit as st

from lib.services.log import Log
from lib.store import connections
from lib.ui.columns import cut, height_of, link_of, record_links
from lib.ui.errors import plain
from lib.ui.lookup.section import ask_for
from lib.ui.needs.need import AffectedRecord, Need
from lib.ui.times import exact
from lib.words import object_in_words

_WIDTH = 780  # pixels
_MOST_HEIGHT = 560
_LETTERS = 60  # of an address, on the button
_COLUMNS = {
    "Email": st.column_config.TextColumn(width=390),
    "Record": st.column_config.TextColumn(width=90),
    "Since": st.column_config.TextColumn(width=110),
    "Salesforce": record_links(),
}


def show_records(log: Log, connection: str, need: Need) -> None:
    """Open the drawer."""
    state = connections.state(log.store, connection)
    instance_url = (state.instance_url if state else None) or ""

    @st.dialog(need.what, width=_WIDTH, position="right")
    def drawer() -> None:
        st.markdown(plain(need.why))
        chosen = _draw_table(need, instance_url)
        label = f"Look up {plain(cut(chosen, _LETTERS))}"
        if st.button(label, key="look_up", on_click=ask_for, args=(chosen,)):
            st.rerun()

    drawer()


def _draw_table(need: Need, instance_url: str) -> str:
    """The address of the row that is selected, or of the first."""
    lines = [_line(record, instance_url) for record in need.records]
    table = st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        height=height_of(len(lines), _MOST_HEIGHT),
        key="affected_records",
        column_config=_COLUMNS,
        alt="The records, with address, since when, and a link to Salesforce",
        on_select="rerun",
        selection_mode="single-row",
    )
    rows: list[int] = table.selection.rows
    return need.records[rows[0] if rows else 0].address


def _line(record: AffectedRecord, instance_url: str) -> dict[str, str | None]:
    return {
        "Email": record.address,
        "Record": object_in_words(record.sobject),
        "Since": exact(record.since) if record.since else "–",
        "Salesforce": link_of(instance_url, record.record_id),
    }
