"""Figures, cached until the log changes."""

from pathlib import Path

import streamlit as st

from lib.services.log import Log, open_log
from lib.services.runs.overview import Everyone, everyone
from lib.services.runs.periods import Figures, Period, figures_of
from lib.store.figures import log_version
from lib.ui import session


def period_figures(log: Log, period: Period) -> Figures:
    """The figures of a period, cached until the log changes."""
    return _figures(log.store.home, log_version(log.store), period)


def everyone_of(log: Log, connection: str) -> Everyone:
    """How many people are in which state, cached until the log changes."""
    return _everyone(log.store.home, log_version(log.store), connection)


@st.cache_data(max_entries=16, show_spinner="Counting")
def _figures(home: Path, version: str, period: Period) -> Figures:  # noqa: ARG001 - the key
    with open_log(home, session.environment()) as log:
        return figures_of(log, period)


@st.cache_data(max_entries=16, show_spinner="Counting")
def _everyone(home: Path, version: str, connection: str) -> Everyone:  # noqa: ARG001 - the key
    with open_log(home, session.environment()) as log:
        return everyone(log, connection)
