"""What a file says, in sentences and tables above its preview button."""

import pandas as pd
import streamlit as st

from lib.services.runs.file_facts import FileFacts
from lib.ui.columns import height_of
from lib.ui.errors import plain
from lib.ui.sync.upload.value_words import cut, lines
from lib.words import closed, counted, people


def draw_facts(facts: FileFacts) -> None:
    """Who in the file asked, how that was decided, and what is left out or unreadable."""
    if facts.who_asked:
        st.markdown(plain(closed(facts.who_asked)))
    if facts.about_dates:
        st.markdown(plain(closed(facts.about_dates)))
    _draw_groups(facts)
    _draw_unreadable(facts)


def headline(name: str, facts: FileFacts) -> str:
    """Who the file names; no period."""
    if not facts.people and not facts.domains:
        return f"No one in “{name}” asked to unsubscribe"
    domains = counted(facts.domains, "whole domain", "whole domains")
    named = [people(facts.people)] if facts.people else []
    named += [domains] if facts.domains else []
    return f"“{name}” names {' and '.join(named)}"


def advice(facts: FileFacts) -> str:
    """What to consider before anyone presses the button."""
    if not facts.people and not facts.domains:
        return "There's nothing to preview."
    words = "Opt them out only if they asked to unsubscribe."
    if not facts.domains:
        return words
    return f"{words} A whole domain is on hold until you approve it by name."


def _draw_groups(facts: FileFacts) -> None:
    """Which values count and which are left out, if a single column decides."""
    if all(asks for _, _, asks in facts.groups):
        return
    frame = pd.DataFrame(
        [
            {"Value": cut(text), "Lines": count, "Result": "counts" if asks else "left out"}
            for text, count, asks in facts.groups
        ]
    )
    st.dataframe(
        frame,
        hide_index=True,
        width=480,
        height=height_of(len(frame), 267),
        column_config={
            "Value": st.column_config.TextColumn(width=180),
            "Lines": st.column_config.NumberColumn(width=70, format="localized"),
            "Result": st.column_config.TextColumn(width=90),
        },
        key="groups",
        alt="The values of the column that says who asked",
    )


def _draw_unreadable(facts: FileFacts) -> None:
    if not facts.unreadable_count:
        return
    count = facts.unreadable_count
    more = f" The first {len(facts.unreadable):,}:" if count > len(facts.unreadable) else ""
    st.markdown(f"{lines(count)} couldn't be read and will be left out.{more}")
    frame = pd.DataFrame(
        [
            {"Line": line.line, "Text": line.text or "–", "Why": line.why}
            for line in facts.unreadable
        ]
    )
    st.dataframe(
        frame,
        hide_index=True,
        width=720,
        height=height_of(len(frame)),
        column_config={
            "Line": st.column_config.NumberColumn(width=60),
            "Text": st.column_config.TextColumn(width=200),
        },
        key="unreadable",
        alt="Lines that couldn't be read",
    )
