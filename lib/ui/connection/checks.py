"""A test of a connection as a checklist: what needs attention is open, the rest is folded."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from lib.ui.errors import plain
from lib.ui.times import when
from lib.values import Check
from lib.words import by_count, counted, remedy_lines


def draw_checks(checks: Sequence[Check], at: datetime | None = None) -> None:
    """All checks; `at` is when they were made."""
    failed = [check for check in checks if not check.ok]
    fine = [check for check in checks if check.ok]
    st.markdown(_summary(len(failed), at))
    for check in failed:
        _draw_failed(check)
    if fine:
        number = counted(len(fine), "check is", "checks are")
        with st.expander(f"{number} fine", icon=":material/check:"):
            st.markdown("\n".join(f"- Fine: {_named(check)}" for check in fine))


def _summary(failed: int, at: datetime | None) -> str:
    tested = f"Tested {when(at)}: " if at else "Tested just now: "
    return by_count(
        failed,
        f"{tested}everything is fine.",
        f"{tested}**1 check needs you.**",
        f"{tested}**{{n}} checks need you.**",
    )


def _draw_failed(check: Check) -> None:
    lines = [f":material/front_hand: **Needs you: {plain(check.detail)}**"]
    if check.remedy:
        lines += [plain(line) for line in remedy_lines(check.remedy)]
    with st.container(border=True):
        st.markdown("\n\n".join(lines))
        st.caption(f"Checked: {plain(check.name)}")


def _named(check: Check) -> str:
    """The name, and the detail if it says more than yes."""
    return plain(check.name if check.detail == "yes" else f"{check.name}: {check.detail}")
