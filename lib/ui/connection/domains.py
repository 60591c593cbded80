"""Whole domains on the unsubscribe list: what was decided about each, and how to take it back."""

from collections.abc import Sequence

import streamlit as st

from lib.errors import OptbackError
from lib.services import started_by
from lib.services.log import Log
from lib.services.runs import domains
from lib.services.started_by import DASHBOARD
from lib.store.domains import DomainEntry, Verdict
from lib.ui.errors import plain, show_error
from lib.ui.frame.card_title import draw_card_title
from lib.ui.times import exact
from lib.words import listed

_ON_HOLD = "On hold: its people stay off lists, and no one is opted out because of it."
_ON_HOLD_TOGETHER = "Their people stay off lists, and no one is opted out because of them:"


def draw_domains(log: Log, name: str) -> None:
    """A line for each domain; nothing while the list has none."""
    entries = domains.domains_now(log, name)
    if not entries:
        return
    with st.container(border=True, gap="xsmall", key="domains"):
        draw_card_title("Whole domains")
        st.caption(
            "A domain on the unsubscribe list is on hold until you decide about it on Overview. "
            "Only the very domain counts, without its subdomains."
        )
        on_hold = [entry for entry in entries if entry.verdict is None]
        are_many = len(on_hold) > 1
        if are_many:
            _draw_on_hold(on_hold)
        for entry in entries:
            if entry.verdict is not None or not are_many:
                _draw_line(log, name, entry)


def _draw_on_hold(entries: Sequence[DomainEntry]) -> None:
    """Those without a decision, with their names folded."""
    with st.expander(f"{len(entries):,} domains are on hold", type="compact"):
        st.caption(f"{plain(_ON_HOLD_TOGETHER)} {plain(listed([one.domain for one in entries]))}.")


def in_words(entry: DomainEntry) -> str:
    """What happens with a domain's people, and who decided that when."""
    if entry.verdict is None or entry.decided_at is None:
        return _ON_HOLD
    what = {
        Verdict.APPROVED: "Everyone there is opted out, now and later.",
        Verdict.MAILABLE: "Its people are kept mailable.",
    }[entry.verdict]
    who = started_by.in_words(entry.decided_by or "")
    return f"{what} Decided {exact(entry.decided_at)} {who}."


def _draw_line(log: Log, name: str, entry: DomainEntry) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"domain_line_{entry.domain}"
    ):
        st.markdown(f"**{plain(entry.domain)}**  \n{plain(in_words(entry))}", width="stretch")
        if entry.verdict is not None:
            _draw_withdraw(log, name, entry)


def _draw_withdraw(log: Log, name: str, entry: DomainEntry) -> None:
    with st.popover("Take back", key=f"withdraw_{entry.domain}"):
        words = f"{plain(entry.domain)} is on hold again, and its people stay off lists."
        if entry.verdict is Verdict.APPROVED:
            words += " Boxes that are checked stay checked. No more records are opted out."
        st.markdown(words)
        if st.button("Put it on hold again", key=f"withdraw_{entry.domain}_confirm"):
            try:
                with st.spinner("Saving"):
                    domains.withdraw(log, name, entry.domain, DASHBOARD)
            except OptbackError as error:
                show_error(error)
                return
            st.rerun()
