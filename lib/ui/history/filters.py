"""The filters of the whole of History: period, source, and connection, kept in the address bar."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lib.words import SOURCE_NAMES

_PERIODS: Mapping[str, int] = {"7 days": 7, "30 days": 30, "90 days": 90, "1 year": 364}
_USUAL = "30 days"
_IN_SENTENCES = {"1 year": "52 weeks"}  # after "the last"
_PERIOD_WIDTH = 276  # pixels: known before it is drawn, so that nothing wraps later
_WIDTH = 640  # pixels; what stands beside them wraps below them on a phone
_ALL_SOURCES = "All sources"
_THIS, _ALL = "This connection", "All connections"


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen; `connection` and `source` are None for all."""

    days: int
    period: str
    connection: str | None
    source: str | None

    @property
    def is_longest(self) -> bool:
        """Whether no longer period can be chosen."""
        return self.days == max(_PERIODS.values())


def draw_filters(connection: str, *, with_source: bool = True) -> Filters:
    """In a line that wraps; they are kept while a run is open."""
    keep_in_address("period", "source", "of")
    with st.container(horizontal=True, vertical_alignment="center", width=_WIDTH, key="filters"):
        period = st.segmented_control(
            "Period",
            list(_PERIODS),
            default=_USUAL,
            required=True,
            key="period",
            bind="query-params",
            persist_state="session",
            label_visibility="collapsed",
            width=_PERIOD_WIDTH,
        )
        sources = [_ALL_SOURCES, *SOURCE_NAMES.values()]
        source = draw_choice("Source", sources, "source", 150) if with_source else ""
        of = draw_choice("Runs of", [_THIS, _ALL], "of", 170)
    return Filters(
        days=_PERIODS[period or _USUAL],
        period=_IN_SENTENCES.get(period or _USUAL, period or _USUAL),
        connection=None if of == _ALL else connection,
        source={name: kind for kind, name in SOURCE_NAMES.items()}.get(source),
    )


def draw_choice(label: str, options: list[str], key: str, width: int) -> str:
    """A filter whose first option filters nothing."""
    return st.selectbox(
        label,
        options,
        key=key,
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
        width=width,
    )


def keep_in_address(*names: str) -> None:
    """After a visit to another page or a run, the filters are kept, but gone from the address."""
    for name in names:
        if name in st.session_state and name not in st.query_params:
            st.session_state[name] = st.session_state[name]
