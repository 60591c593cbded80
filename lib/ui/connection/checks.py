"""A test of a connection: a card for each thing that checks can stop, what needs someone first."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import streamlit as st

from lib.clock import utc_now
from lib.services.connections.for_admin import text_for_admin
from lib.ui.errors import plain
from lib.ui.times import when
from lib.values import Check, Level, Org, Stops
from lib.words import by_count, closed, listed, remedy_lines

_TITLES: Mapping[str, str] = {
    Stops.EVERYTHING: "Signing in to Salesforce",
    Stops.CONTACTS: "Opting out Contacts",
    Stops.LEADS: "Opting out Leads",
    Stops.PERSON_ACCOUNTS: "Opting out person accounts",
    Stops.COMPLETENESS: "Missing no one",
    Stops.UNSUBSCRIBES: "JangoMail",
    "": "Other checks",  # of a test before checks said what they stop
}
_MARKS: Mapping[str, str] = {
    Level.FAILED: ":orange[:material/front_hand:]",
    Level.WARNING: ":orange[:material/warning:]",
    Level.NOTE: ":gray[:material/info:]",
    Level.FINE: ":green[:material/check:]",
}
_NAME, _DETAIL = 300, 460  # px; both fit a phone when they wrap


def draw_checks(
    checks: Sequence[Check],
    at: datetime | None = None,
    *,
    org: Org | None = None,
    instance_url: str = "",
    told: str | None = None,
    draw_actions: Callable[[], None] | None = None,
) -> None:
    """All checks; `at` is when they were made, `org` where, for the administrator's text.

    `told` is a remedy that the page already shows. `draw_actions` draws below the summary what can
    be done about the checks.
    """
    mark, sentence = _summary(checks)
    with st.container(gap="xxsmall"):
        st.markdown(f"{mark} **{sentence}**")
        st.caption(f"Checked {when(at)}.{_unchecked(checks)}" if at else "Checked just now.")
    if any(check.level != Level.FINE for check in checks):
        _draw_for_admin(text_for_admin(checks, org, instance_url, at or utc_now()))
    if draw_actions is not None:
        draw_actions()
    shown = {told} if told else set()
    for stops, title in _TITLES.items():
        _draw_group(title, [check for check in checks if check.stops == stops], shown)


def _summary(checks: Sequence[Check]) -> tuple[str, str]:
    """The mark and the sentence on top; what only follows from another check isn't counted."""
    counted = [check for check in checks if check.because is None]
    failed = sum(not check.ok for check in counted)
    look = sum(check.level == Level.WARNING for check in counted)
    fine = len(counted) - failed - look
    if not failed and not look:
        return _MARKS[Level.FINE], f"All {len(counted)} checks are fine."
    parts = [
        by_count(failed, "", "1 needs you.", "{n} need you."),
        by_count(look, "", "1 is worth a look.", "{n} are worth a look."),
    ]
    told = " ".join(part for part in parts if part)
    mark = _MARKS[Level.FAILED if failed else Level.WARNING]
    return mark, f"{fine} of {len(counted)} checks are fine. {told}"


def _unchecked(checks: Sequence[Check]) -> str:
    """What a test that couldn't sign in doesn't say anything about."""
    if any(check.stops == Stops.CONTACTS for check in checks):
        return ""
    signs_in = any(check.stops == Stops.EVERYTHING for check in checks)
    return " Permissions are checked once Salesforce answers." if signs_in else ""


def _draw_for_admin(text: str) -> None:
    with st.popover("Copy for your admin", icon=":material/content_copy:", key="for_admin"):
        st.caption(
            "Everything your Salesforce administrator needs, without any password. Copy it with "
            "the button at the top right of the text, and paste it into an email."
        )
        st.code(text, language=None, wrap_lines=True, height=380)
        st.download_button(
            "Download as a text file",
            text,
            "optback-for-your-admin.txt",
            "text/plain",
            on_click="ignore",
            key="for_admin_file",
        )


def _draw_group(title: str, checks: Sequence[Check], shown: set[str]) -> None:
    """A card; `shown` collects the remedies that are already on the page."""
    if not checks:
        return
    with st.container(border=True, gap="xsmall"):
        _draw_heading(title, checks)
        for level in (Level.FAILED, Level.WARNING):
            _draw_open(checks, level, shown)
        _draw_fine([check for check in checks if check.level == Level.FINE])
        _draw_open(checks, Level.NOTE, shown)


def _draw_heading(title: str, checks: Sequence[Check]) -> None:
    failed = sum(not check.ok and check.because is None for check in checks)
    look = sum(check.level == Level.WARNING for check in checks)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title}**", width="content")
        if failed:
            words = by_count(failed, "", "1 needs you", "{n} need you")
            st.badge(words, icon=":material/front_hand:", color="orange")
        elif look:
            words = by_count(look, "", "1 is worth a look", "{n} are worth a look")
            st.badge(words, icon=":material/warning:", color="orange")
        else:
            st.badge("Fine", icon=":material/check:", color="green")


def _draw_open(checks: Sequence[Check], level: Level, shown: set[str]) -> None:
    """The checks of a level that stand for themselves; what follows from another isn't drawn."""
    for check in checks:
        if check.level == level and check.because is None:
            _draw_cause(check, shown)


def _draw_cause(check: Check, shown: set[str]) -> None:
    """What is so, what follows, and how to fix it, once."""
    told = [part for part in (check.detail, check.effect) if part]
    _draw_row(check, plain(" ".join(closed(part) for part in told)))
    if not check.remedy or check.remedy in shown:
        return
    shown.add(check.remedy)
    if check.level == Level.NOTE:
        with st.expander("What to do, if you want to", icon=":material/build:"):
            _draw_remedy(check, check.remedy)
    else:
        _draw_remedy(check, check.remedy)


def _draw_remedy(check: Check, remedy: str) -> None:
    """The steps and the links; those for Classic, which few people still use, are quiet."""
    first, *others = remedy_lines(remedy)
    st.markdown(plain(first))
    if others:
        st.caption("\n\n".join(plain(line) for line in others))
    _draw_links(check)


def _draw_row(check: Check, detail: str) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="top"):
        st.markdown(f"{_MARKS[Level(check.level)]} {plain(check.name)}", width=_NAME)
        st.caption(detail, width=_DETAIL)


def _draw_links(check: Check) -> None:
    if not check.link:
        return
    with st.container(horizontal=True, gap="xsmall"):
        st.link_button("Open in Salesforce Setup", check.link, icon=":material/open_in_new:")
        if check.classic_link:
            st.link_button("In Salesforce Classic", check.classic_link, type="tertiary")


def _draw_fine(checks: Sequence[Check]) -> None:
    """Fine checks that say more than yes have a row each; the others share a line."""
    for check in checks:
        if check.detail != "yes":
            _draw_row(check, plain(check.detail))
    names = [_short(check.name) for check in checks if check.detail == "yes"]
    if names:
        together = listed(names)
        st.markdown(f"{_MARKS[Level.FINE]} {plain(together[0].upper() + together[1:])}")


def _short(name: str) -> str:
    """The name without the object, which is in the heading of the card."""
    sobject, colon, rest = name.partition(": ")
    return rest if colon and sobject in ("Contact", "Lead", "Account") else name
