"""A list's numbers: the sum from all that match to those on the list, and who was taken out."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib.lists.values import Look
from lib.services.log import Log
from lib.store import pull_rows
from lib.store.pull_rows import PullRow
from lib.store.pulls import Pull
from lib.ui.errors import plain
from lib.ui.lists.headings import Headings
from lib.ui.lists.waterfall import is_whole, steps_of_look, steps_of_pull
from lib.ui.marks.waterfall import draw_waterfall
from lib.words import LEFT_OUT, by_count, object_in_words, records

_MOST_SHOWN = 1_000
_HEIGHT, _ROWS_IN_HEIGHT = 320, 8  # pixels, and how many rows they hold
_UNKNOWN = (
    "With LIMIT or OFFSET, Optback can't tell how many opted-out people the query would have "
    "included."
)
_FIGURES = "These are figures, not a mailing list. Counts and groups don't name anyone to email."
_COLUMNS = {
    "address": st.column_config.TextColumn("Email", width=280),
    "object": st.column_config.TextColumn("Object", width=120),
    "record": st.column_config.TextColumn("Record ID", width=190),
}


def draw_pull_numbers(log: Log, pull: Pull) -> None:
    """The sum of a finished pull, and the people who were left out, by reason."""
    if pull.matching or pull.fetched:
        draw_waterfall(steps_of_pull(pull), key="list")
    elif pull.matching is None:
        st.caption("No one in Salesforce matches this query.")
    if pull.matching is None:
        st.caption(_UNKNOWN)
    draw_warnings(pull.warnings)
    if pull.opted_out or any(pull.removed.values()):
        with st.expander("Who isn't on it, and why", key="left_out"):
            _draw_left_out(log, pull)


def draw_look_numbers(look: Look) -> None:
    """What a pull would fetch, as far as the count shows."""
    if look.is_figures:
        draw_figures_note()
        return
    if look.matching is None or look.opted_out is None:
        st.caption(_UNKNOWN)
        return
    draw_waterfall(steps_of_look(look), key="list")
    if not is_whole(look):
        st.caption("Anyone who has unsubscribed since is left out as the records are fetched.")


def draw_figures_note() -> None:
    """Why a list of figures isn't checked again and can't be sent."""
    st.markdown(f"**{_FIGURES}**")


def draw_warnings(warnings: Sequence[str]) -> None:
    """The warnings of a pull, a preview, or a check."""
    for warning in warnings:
        st.warning(plain(warning))


def draw_preview(headings: Headings, rows: Sequence[Sequence[str]], words: str) -> None:
    """The first rows, empty cells as a dash; `words` say which they are."""
    st.caption(words)
    if not rows:
        return
    frame = pd.DataFrame(
        [[cell or "–" for cell in row] for row in rows],
        columns=pd.Index(list(headings)),
        dtype="str",
    )
    st.dataframe(
        frame,
        hide_index=True,
        key="preview_table",
        height=_HEIGHT if len(rows) > _ROWS_IN_HEIGHT else "content",
        column_config={
            heading: st.column_config.TextColumn(help=f"`{title}` in the file")
            for heading, title in headings.items()
        },
        alt="The first rows of the list",
    )


def _draw_left_out(log: Log, pull: Pull) -> None:
    if pull.opted_out:
        st.markdown(
            by_count(
                pull.opted_out,
                "",
                "1 record is opted out in Salesforce. The opt-out filter left it out, so it was "
                "never fetched.",
                "{n} records are opted out in Salesforce. The opt-out filter left them out, so "
                "they were never fetched.",
            )
        )
    counts = {why: count for why, count in pull.removed.items() if count}
    if not counts:
        return
    chosen = st.pills(
        "Reason",
        list(counts),
        default=next(iter(counts)),
        format_func=lambda why: f"{LEFT_OUT.get(why, why)} ({counts[why]:,})",
        label_visibility="collapsed",
        key=f"left_out_{pull.id}",
    )
    if chosen:
        _draw_removed(log, pull, chosen, counts)


def _draw_removed(log: Log, pull: Pull, reason: str, counts: Mapping[str, int]) -> None:
    rows = pull_rows.left_out(log.store, pull.id, reason, limit=_MOST_SHOWN)
    if not rows:
        st.caption("The log no longer lists them.")
        return
    st.dataframe(
        pd.DataFrame([_line(row) for row in rows], columns=pd.Index(list(_COLUMNS))),
        column_config=_COLUMNS,
        hide_index=True,
        key=f"removed_{pull.id}_{reason}",
        alt=f"{records(counts[reason])} {LEFT_OUT.get(reason, reason)}",
    )
    if counts[reason] > len(rows):
        st.caption(f"The first {len(rows):,} of {counts[reason]:,}.")


def _line(row: PullRow) -> dict[str, str]:
    return {
        "address": row.shown or "–",
        "object": object_in_words(row.sobject) or "–",
        "record": row.record_id or "–",
    }
