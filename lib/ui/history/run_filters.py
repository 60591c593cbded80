"""The filters of the table of runs alone: status, who started them, and the day of a bar."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from lib.clock import month_and_day
from lib.services.log import Log
from lib.services.runs.periods import Period
from lib.services.started_by import in_words
from lib.store import run_lists
from lib.store.figures import Day
from lib.store.run_lists import RunFilter
from lib.ui.columns import cut
from lib.ui.history.filters import draw_choice, keep_in_address
from lib.values import RunStatus
from lib.words import STATUSES, capital

DAY = "day"
_ANY_STATUS, _ANYONE, _ALL_DAYS = "Any status", "Anyone", "All days"
_LONGEST = 40
_STATUSES = {
    capital(words): status
    for status, words in STATUSES.items()
    if status not in (RunStatus.STARTING, RunStatus.RUNNING)
}


def draw_run_filters(log: Log, period: Period) -> RunFilter:
    """Beside the heading of the table."""
    keep_in_address("status", "by", DAY)
    statuses = draw_status()
    found = {starter_in_words(one): one for one in run_lists.starters(log.store, period.runs())}
    by = draw_choice("Started by", _known("by", [_ANYONE, *found]), "by", 170)
    days = {label_of(one.day, period.days): one for one in reversed(period.days)}
    word = draw_choice("Day", _known(DAY, [_ALL_DAYS, *days]), DAY, 160)
    chosen = days.get(word)
    return RunFilter(
        since=chosen.start if chosen else period.days[0].start,
        until=chosen.end if chosen else period.days[-1].end,
        connection=period.connection,
        statuses=statuses,
        source=period.source,
        started_by=found.get(by),
    )


def draw_status() -> tuple[RunStatus, ...]:
    """The chosen status, or none for any."""
    chosen = _STATUSES.get(draw_choice("Status", [_ANY_STATUS, *_STATUSES], "status", 170))
    return (chosen,) if chosen else ()


def chosen_day(period: Period) -> date | None:
    """The day or the first day of the week that was picked; None for all."""
    word = st.session_state.get(DAY) or st.query_params.get(DAY)
    return next((one.day for one in period.days if label_of(one.day, period.days) == word), None)


def pick_day(key: str, period: Period) -> None:
    """Choose the day whose bar was clicked; a second click chooses all days again."""
    day = date.fromisoformat(key)
    st.session_state[DAY] = _ALL_DAYS if day == chosen_day(period) else label_of(day, period.days)


def label_of(day: date, days: Sequence[Day]) -> str:
    """`Nov 24`, or `Week from Nov 24`."""
    is_weekly = len(days) > 1 and (days[-1].day - days[-2].day).days > 1
    return f"Week from {month_and_day(day)}" if is_weekly else month_and_day(day)


def starter_in_words(started_by: str) -> str:
    """`The schedule`, `ann at a terminal`."""
    words = in_words(started_by).removeprefix("by ").removeprefix("from ")
    return cut(capital(words) if words.startswith(("the ", "a script ")) else words, _LONGEST)


def _known(key: str, options: list[str]) -> list[str]:
    """The options; what was chosen in another period and isn't among them is forgotten."""
    if st.session_state.get(key) not in (None, *options):
        del st.session_state[key]
    return options
