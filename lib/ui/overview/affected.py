"""All records that a need is about, in a drawer: who, since when, and a link to each."""

import pandas as pd
import streamlit as st

from lib.services.log import Log
from lib.store import connections
from lib.ui.columns import height_of, link_of, record_links
from lib.ui.errors import plain
from lib.ui.lookup.section import ask_for
from lib.ui.overview.need import AffectedRecord, Need
from lib.ui.times import exact
from lib.words import object_in_words

_WIDTH = 780  # pixels
_MOST_HEIGHT = 560
_COLUMNS = {
    "Email": st.column_config.TextColumn(width=230),
    "Record": st.column_config.TextColumn(width=110),
    "Since": st.column_config.TextColumn(width=150),
    "Salesforce": record_links(),
}


def show_records(log: Log, connection: str, need: Need) -> None:
    """Open the drawer."""
    state = connections.state(log.store, connection)
    instance_url = (state.instance_url if state else None) or ""

    @st.dialog(need.what, width=_WIDTH, position="right")
    def drawer() -> None:
        st.markdown(plain(need.why))
        _draw_table(need, instance_url)
        first = need.records[0].address
        if st.button("Look up the first", key="look_up", on_click=ask_for, args=(first,)):
            st.rerun()

    drawer()


def _draw_table(need: Need, instance_url: str) -> None:
    lines = [_line(record, instance_url) for record in need.records]
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        height=height_of(len(lines), _MOST_HEIGHT),
        key="affected_records",
        column_config=_COLUMNS,
        alt="The records, with address, since when, and a link to Salesforce",
    )


def _line(record: AffectedRecord, instance_url: str) -> dict[str, str | None]:
    return {
        "Email": record.address,
        "Record": object_in_words(record.sobject),
        "Since": exact(record.since) if record.since else "–",
        "Salesforce": link_of(instance_url, record.record_id),
    }
