"""Records of a run as a table: who, what came of it and why, and a link to each."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from lib.services.runs.record_results import why_of
from lib.store.run import Run
from lib.ui.columns import (
    cut,
    height_of,
    link_of,
    outcome_cell,
    outcome_chips,
    prose_letters,
    prose_width,
    record_links,
    width_of,
)
from lib.ui.times import viewer_zone
from lib.values import Change, Outcome
from lib.words import capital, object_in_words, source_in_words

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
    "outcome": "Result",
    "address": "Email",
    "why": "Why",
    "name": "Name",
    "object": "Object",
    "box": "Email Opt Out",
    "source": "Source",
    "link": "Salesforce",
    "record": "Record ID",
}
_LONG = {"address": 1000, "why": 560, "name": 300}  # pixels at most; an address is never cut
_MOST, _LEAST = 260, 78
_AROUND_CHIP = 14
_HEIGHT = 311  # pixels, nine rows: what went wrong is in sight below them
_ALL = 1120  # so much is there at 1280 px
_CAN_SHRINK = ("name", "why")
_SHRUNK = 110
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
    texts = [name for name in frame if name != "outcome"]
    empty = {name for name in texts if frame[name].isin([NOTHING, None]).all()}
    hidden = {*empty, "record" if "link" not in empty else ""} - {"address"}
    shown = [name for name in frame if name not in hidden]
    wanted = {name: _width(name, frame[name]) for name in shown}
    has_one_source = len(set(frame["source"]) - {NOTHING}) == 1
    for name in ("box", *(["source"] if has_one_source else [])):
        if sum(wanted.values()) > _ALL:
            wanted.pop(name, None)  # the result says it too, or the page
    widths = _fitted(wanted)
    for name in set(_CAN_SHRINK) & set(shown):
        letters = prose_letters(widths[name])
        frame[name] = [cut(text, letters) for text in frame[name]]
    st.dataframe(
        frame,
        column_order=list(widths),
        column_config={name: _column(name, width) for name, width in widths.items()},
        hide_index=True,
        height=height_of(len(rows), _HEIGHT),
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
    boxes = _BOX_OF_UNDO if run.is_undo else _BOX
    lines = [
        {
            "outcome": outcome_cell(row.outcome, is_undo=run.is_undo),
            "address": row.address,
            "why": capital(_IN_BRACKETS.sub("", why_of(row, viewer_zone())[0])) or NOTHING,
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


def _width(name: str, cells: "pd.Series[str]") -> int:
    """As wide as the longest text, within reason."""
    if name == "link":
        return _LINK
    if name == "outcome":
        return width_of(_HEADINGS[name], [cell[0] for cell in cells]) + _AROUND_CHIP
    if name not in _CAN_SHRINK:
        return min(width_of(_HEADINGS[name], cells), _LONG.get(name, _MOST))
    longest = max((len(cell) for cell in cells), default=0)
    return min(max(_LEAST, prose_width(longest)), _LONG[name])


def _fitted(widths: dict[str, int]) -> dict[str, int]:
    """Names and reasons make room for addresses: hardly a table scrolls sideways at 1280 px."""
    widths = dict(widths)
    over = sum(widths.values()) - _ALL
    for name in _CAN_SHRINK:
        if name in widths and over > 0:
            narrower = max(_SHRUNK, widths[name] - over)
            over -= widths[name] - narrower
            widths[name] = narrower
    return widths


def _column(name: str, width: int) -> ColumnConfig:
    heading = _HEADINGS[name]
    if name == "link":
        return record_links(heading, width=width)
    if name == "outcome":
        return outcome_chips(heading, width=width)
    return st.column_config.TextColumn(heading, width=width)
