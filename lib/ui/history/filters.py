"""The filters of History: period, connection, and status, kept in the address bar."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lib.values import RunStatus
from lib.words import STATUSES

_PERIODS: Mapping[str, int] = {"7 days": 7, "30 days": 30, "90 days": 90, "1 year": 365}
_USUAL = "30 days"
_IN_SENTENCES = {"1 year": "year"}  # after "the last"
_THIS, _ALL = "this connection", "all connections"
_ANY = "any"
_OFFERED = (
    _ANY,
    *(
        STATUSES[status]
        for status in STATUSES
        if status not in (RunStatus.STARTING, RunStatus.RUNNING)
    ),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen; `connection` is None for all, `statuses` empty for any."""

    days: int
    period: str
    connection: str | None
    statuses: tuple[RunStatus, ...]


def draw_filters(connection: str) -> Filters:
    """The three filters in a line that wraps; they are kept while a run is open."""
    _put_back_into_address()
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        period = st.segmented_control(
            "Period",
            list(_PERIODS),
            default=_USUAL,
            required=True,
            key="period",
            bind="query-params",
            persist_state="session",
        )
        of = st.selectbox(
            "Runs of",
            [_THIS, _ALL],
            key="of",
            bind="query-params",
            persist_state="session",
            width=200,
        )
        status = st.selectbox(
            "Status",
            _OFFERED,
            key="status",
            bind="query-params",
            persist_state="session",
            width=220,
        )
    return Filters(
        days=_PERIODS[period or _USUAL],
        period=_IN_SENTENCES.get(period or _USUAL, period or _USUAL),
        connection=None if of == _ALL else connection,
        statuses=tuple(name for name, words in STATUSES.items() if words == status),
    )


def _put_back_into_address() -> None:
    """After a visit to another page or a run, the filters are kept, but gone from the address."""
    for name in ("period", "of", "status"):
        if name in st.session_state and name not in st.query_params:
            st.session_state[name] = st.session_state[name]
