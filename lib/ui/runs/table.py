"""Records of a run as a table: who, what came of it and why, and a link to each."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from lib import undo_words
from lib.services.runs.record_results import why_of
from lib.store.run import Run
from lib.ui.columns import height_of, link_of, record_links
from lib.ui.times import viewer_zone
from lib.values import Change, Outcome
from lib.words import OUTCOMES, object_in_words, source_in_words

NOTHING = "–"
_BOX = {
    Outcome.UPDATED: "No → Yes",
    Outcome.PLANNED: "No → Yes",
    Outcome.ALREADY: "Yes",
    Outcome.KEPT: "No",
    Outcome.FAILED: "No",
    Outcome.PENDING: "No",
}
_BOX_OF_UNDO = {
    Outcome.UPDATED: "Yes → No",
    Outcome.PLANNED: "Yes → No",
    Outcome.FAILED: "Yes",
    Outcome.PENDING: "Yes",
}
_HEADINGS = {
    "address": "Email",
    "outcome": "Result",
    "why": "Why",
    "name": "Name",
    "object": "Object",
    "box": "Email Opt Out",
    "source": "Source",
    "link": "Salesforce",
    "record": "Record ID",
}
_MOST = 400
_EMAIL = 230  # beside it, a phone shows the result
_LEAST, _PER_LETTER, _AROUND = 78, 6.9, 22  # pixels
_ALL = 1120  # so much is there at 1280 px
_CAN_SHRINK = ("address", "why", "name", "outcome")
_SHRUNK = 150
_LINK = 88
_IN_BRACKETS = re.compile(r" \([^()]*\)$")  # Salesforce's own words, which a card has


def draw_table(
    run: Run,
    rows: Sequence[Change],
    *,
    key: str,
    alt: str,
    instance_url: str = "",
    names: Mapping[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
) -> None:
    """A column that would be empty isn't there; the ID stands where there's no link."""
    frame = frame_of(run, rows, instance_url, names or {}, sources or {})
    empty = [name for name in frame if frame[name].isin([NOTHING, None]).all()]
    hidden = {*empty, "record" if "link" not in empty else ""} - {"address", "outcome"}
    shown = [name for name in frame if name not in hidden]
    widths = _fitted({name: _width(name, frame[name]) for name in shown})
    st.dataframe(
        frame,
        column_order=shown,
        column_config={name: _column(name, width) for name, width in widths.items()},
        hide_index=True,
        height=height_of(len(rows)),
        key=key,
        alt=alt,
    )


def frame_of(
    run: Run,
    rows: Sequence[Change],
    instance_url: str,
    names: Mapping[str, str],
    sources: Mapping[str, str],
) -> pd.DataFrame:
    """A line for each record; what isn't known is a dash."""
    outcomes = undo_words.OUTCOMES if run.is_undo else OUTCOMES
    boxes = _BOX_OF_UNDO if run.is_undo else _BOX
    lines = [
        {
            "address": row.address,
            "outcome": outcomes[row.outcome],
            "why": _IN_BRACKETS.sub("", why_of(row, viewer_zone())[0]) or NOTHING,
            "name": names.get(row.record_id) or NOTHING,
            "object": object_in_words(row.sobject),
            "box": boxes.get(row.outcome, NOTHING),
            "source": source_in_words(sources.get(row.address, NOTHING).partition(":")[0]),
            "link": link_of(instance_url, row.record_id),
            "record": row.record_id,
        }
        for row in rows
    ]
    return pd.DataFrame(lines, columns=list(_HEADINGS))


def _width(name: str, texts: "pd.Series[str]") -> int:
    """As wide as the longest text, within reason."""
    if name == "link":
        return _LINK
    longest = max([len(_HEADINGS[name]), *(len(str(text)) for text in texts)])
    most = _EMAIL if name == "address" else _MOST
    return min(max(_LEAST, int(longest * _PER_LETTER) + _AROUND), most)


def _fitted(widths: dict[str, int]) -> dict[str, int]:
    """The widest text is cut until all columns fit: no table scrolls sideways at 1280 px."""
    widths = dict(widths)
    while (over := sum(widths.values()) - _ALL) > 0:
        widest = max(_CAN_SHRINK, key=lambda name: widths.get(name, 0))
        if widths.get(widest, 0) <= _SHRUNK:
            break
        widths[widest] = max(_SHRUNK, widths[widest] - min(over, 20))
    return widths


def _column(name: str, width: int) -> ColumnConfig:
    heading = _HEADINGS[name]
    if name == "link":
        return record_links(heading, width=width)
    return st.column_config.TextColumn(heading, width=width)
