"""What needs you, as cards: what it is, who it affects, and one button for all of it."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from lib.services.log import Log
from lib.services.runs import proposal
from lib.services.runs.overview import Glance
from lib.ui import session
from lib.ui.errors import plain
from lib.ui.frame.answer import draw_answer
from lib.ui.links import SYNC, go
from lib.ui.needs.need import Need
from lib.ui.overview.affected import show_records
from lib.ui.overview.answer import Answer
from lib.ui.overview.clearing import draw_question
from lib.ui.overview.domains import draw_choice
from lib.ui.runs.live import watch
from lib.words import by_count

_FIRST = 6
_PROGRESS_WIDTH = 330  # pixels
_NARROWEST = 340  # pixels; two side by side where there is room
Kind = Literal["primary", "secondary"]


def draw_overview_answer(log: Log, now: Glance, answer: Answer, *, is_alone: bool) -> None:
    """The sentence; beside it a run in progress, or its button if no card has one."""
    place = draw_answer(answer.mark, answer.sentence, plain(answer.quiet))
    if now.live is not None:
        with place, st.container(width=_PROGRESS_WIDTH):
            watch(now.connection, now.live)
        return
    action = answer.action
    if action is None or not is_alone:
        return
    kind: Kind = "primary" if action.is_primary else "secondary"
    if place.button(action.label, type=kind, key="answer_action"):
        if action.does == "preview":
            start_preview(log, now)
        go(SYNC)


def draw_cards(log: Log, now: Glance, needs: Sequence[Need]) -> None:
    """The first button is the page's primary; a long row of cards is folded after the sixth."""
    if not needs:
        return
    first, rest = needs[:_FIRST], needs[_FIRST:]
    _draw_grid(log, now, first, is_first=True)
    if rest:
        words = by_count(len(rest), "", "1 more needs you", "{n} more need you")
        with st.expander(words, key="more_needs"):
            _draw_grid(log, now, rest, is_first=False)


def _draw_grid(log: Log, now: Glance, needs: Sequence[Need], *, is_first: bool) -> None:
    columns = min(2, len(needs))
    with st.grid(columns, min_column_width=_NARROWEST):
        for position, need in enumerate(needs):
            _draw_card(log, now, need, "secondary" if position or not is_first else "primary")


def _draw_card(log: Log, now: Glance, need: Need, kind: Kind) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=f"hand_{need.key}"):
        st.markdown(f"{need.mark} **{plain(need.what)}**")
        st.caption(plain(need.why))
        st.space("stretch")
        if need.domain is not None:
            draw_choice(log, now, need.domain, kind)
        elif need.cleared:
            draw_question(log, now, need.cleared, kind)
        elif st.button(need.button, type=kind, key=f"hand_{need.key}_button"):
            _follow(log, now, need)


def _follow(log: Log, now: Glance, need: Need) -> None:
    """What the button of a need leads to: all that the need is about."""
    if need.records:
        show_records(log, now.connection, need)
        return
    if need.previews:
        start_preview(log, now)
    go(need.page, connection=need.connection or None)


def start_preview(log: Log, now: Glance) -> None:
    """Start a preview, if this dashboard can; Sync says why if it can't."""
    environment = session.environment()
    if now.live is None and not now.is_paused and proposal.why_not(log, environment, now) is None:
        proposal.preview(log, environment, now.connection)
    go(SYNC)
