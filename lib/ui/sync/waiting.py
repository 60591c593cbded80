"""Who is waiting to be opted out: the newest first, with when they unsubscribed and where."""

import pandas as pd
import streamlit as st

from lib.services.log import Log
from lib.services.runs.overview import Everyone, Glance
from lib.store import pending_people
from lib.ui.columns import height_of, width_of
from lib.ui.lookup.tables import asked_in_words
from lib.ui.state_words import waiting_in_words
from lib.words import people, source_in_words

MOST = 500
_HEIGHT = 311  # pixels, nine rows
_COLUMNS = ("Email", "Unsubscribed", "Source")


def draw_waiting(log: Log, now: Glance, everyone: Everyone) -> None:
    """The people that the next run can opt out; nothing if there are none.

    While Salesforce refuses the credentials, the answer is about that, so they have a heading.
    """
    scope = now.state.scope if now.state else None
    if scope is None or not everyone.waiting:
        return
    refused = {record.address for record in everyone.refused}
    found = pending_people.newest(log.store, scope, limit=MOST, without=refused)
    lines = [
        {
            "Email": one.address,
            "Unsubscribed": asked_in_words(one),
            "Source": source_in_words(one.source.partition(":")[0]),
        }
        for one in found
    ]
    with st.container(key="waiting_people"):
        if now.is_paused:
            st.subheader(waiting_in_words(everyone.waiting), anchor=False)
        st.dataframe(
            pd.DataFrame(lines, columns=list(_COLUMNS)),
            hide_index=True,
            height=height_of(len(lines), _HEIGHT),
            key="waiting_table",
            column_config={
                name: st.column_config.TextColumn(
                    width=width_of(name, [row[name] for row in lines])
                )
                for name in _COLUMNS
            },
            alt=f"{people(everyone.waiting)} waiting to be opted out, with when they unsubscribed",
        )
        if everyone.waiting > len(found):
            st.caption(f"The {len(found):,} newest of {people(everyone.waiting)}.")
