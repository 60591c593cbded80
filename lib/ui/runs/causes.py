"""What went wrong in a run, each cause once: what to do, and "Show these 12" for its records."""

import streamlit as st

from lib.errors import WhoAskedUnclear
from lib.services.log import Log
from lib.services.runs.record_results import why
from lib.services.started_by import DASHBOARD
from lib.store import changes
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.frame.answer import Mark
from lib.ui.links import OVERVIEW, go
from lib.values import Change, Fault, Outcome, RunStatus
from lib.words import MASS_CLEARING, closed, records

MOST = 1_000
_GROUP = "refusals_shown"
_TEXT_WIDTH = 860  # pixels; the button wraps below the text where both don't fit


def draw_causes(log: Log, run: Run) -> None:
    """A card for each cause."""
    for place, fault in enumerate(run.errors):
        if fault.code == RunStatus.OVER_LIMIT:
            continue  # its remedy is for the command line; the answer has the button
        _draw_card(run, fault, place, is_of_records=_is_of_records(log, run, fault))


def chosen_cause(log: Log, run: Run) -> Fault | None:
    """The cause whose records a person asked for, if any."""
    asked = st.session_state.get(_GROUP)
    chosen = (fault for fault in run.errors if asked == _name(run, fault))
    return next((fault for fault in chosen if _is_of_records(log, run, fault)), None)


def records_of(log: Log, run: Run, fault: Fault) -> list[Change]:
    """The records that Salesforce refused for this cause, at most 1,000."""
    found = changes.of_reason(log.store, run.id, Outcome.FAILED, _reason(fault), limit=MOST)
    return [one for one in found if why(one.outcome, one.reason, one.message)[1] == fault.remedy]


def show_all() -> None:
    """Back to all records; for callbacks."""
    st.session_state.pop(_GROUP, None)


def _is_of_records(log: Log, run: Run, fault: Fault) -> bool:
    if not run.failed:
        return False
    reason = _reason(fault)
    return bool(changes.of_reason(log.store, run.id, Outcome.FAILED, reason, limit=1))


def _reason(fault: Fault) -> str | None:
    return None if fault.code == "UNKNOWN" else fault.code


def _name(run: Run, fault: Fault) -> tuple[str, str, str]:
    return run.id, fault.code, fault.remedy


def _draw_card(run: Run, fault: Fault, place: int, *, is_of_records: bool) -> None:
    mark = Mark.REFUSED if is_of_records else Mark.NEEDS_YOU
    message = f"{records(fault.count)}: {fault.message}" if is_of_records else fault.message
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"cause_{place}",
    ):
        with st.container(gap="xxsmall", width=_TEXT_WIDTH):
            st.markdown(f"{mark} **{plain(message)}**")
            if remedy := _remedy_of(run, fault):
                st.caption(plain(closed(remedy)))
        if fault.code == MASS_CLEARING and st.button("Decide on Overview", key=f"decide_{place}"):
            go(OVERVIEW)
        if is_of_records:
            st.button(
                f"Show these {fault.count:,}" if fault.count > 1 else "Show it",
                key=f"show_cause_{place}",
                on_click=_show,
                args=(run, fault),
            )


def _show(run: Run, fault: Fault) -> None:
    st.session_state[_GROUP] = _name(run, fault)


def _remedy_of(run: Run, fault: Fault) -> str:
    """What to do next, without options of the command line where the pages have a way."""
    if fault.code == WhoAskedUnclear.code and run.started_by == DASHBOARD:
        return "Upload the file again on Sync, and say there who in it asked."
    if fault.code == MASS_CLEARING:
        return "These people stay off lists until someone decides whether it was meant."
    return fault.remedy
