"""Rows of checks, and the card of what is fine: a line for each thing that checks can stop."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.salesforce.doctor.session import API_CALLS
from lib.services.connections.checks import LIST
from lib.ui.connection.remedies import Told, draw_for_admin, draw_optional
from lib.ui.errors import plain
from lib.values import Check, Level, Stops
from lib.words import JANGOMAIL, by_count, capital, closed, counted, listed

TITLES: Mapping[str, str] = {
    Stops.EVERYTHING: "Signing in to Salesforce",
    Stops.CONTACTS: "Opting out Contacts",
    Stops.LEADS: "Opting out Leads",
    Stops.PERSON_ACCOUNTS: "Opting out person accounts",
    Stops.COMPLETENESS: "Missing no one",
    Stops.UNSUBSCRIBES: "JangoMail",
    "": "Other checks",  # of a test before checks said what they stop
}
_OWNERS: Mapping[str, str] = {
    Stops.CONTACTS: "Contact",
    Stops.LEADS: "Lead",
    Stops.PERSON_ACCOUNTS: "Account",
    Stops.UNSUBSCRIBES: JANGOMAIL,
}
_MARKS: Mapping[str, str] = {
    Level.FAILED: ":orange[:material/front_hand:]",
    Level.WARNING: ":orange[:material/warning:]",
    Level.NOTE: ":gray[:material/info:]",
    Level.FINE: ":blue[:material/check_circle:]",
}
_NAME, _DETAIL = 245, 360  # px; both fit a phone when they wrap
_TITLE = 205  # px; beside it, a few words fit a phone
_YES = "yes"


def draw_fine(
    groups: Mapping[str, Sequence[Check]], told: Told, note: str, *, is_all: bool
) -> None:
    """A line for each group, and folded below, each check and what is good to know."""
    with st.container(border=True, gap="xsmall", key="checks_fine"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Checks" if is_all else "Also checked", anchor=False, width="content")
            draw_fine_badge()
        if note:
            st.caption(note)
        for stops, group in groups.items():
            with st.container(horizontal=True, gap="xsmall", wrap=False):
                st.markdown(f"{_MARKS[Level.FINE]} {TITLES[stops]}", width=_TITLE)
                st.caption(plain(_in_short(group)))
        checks = [check for group in groups.values() for check in group]
        notes = sum(check.level == Level.NOTE for check in checks)
        all_of_them = by_count(len(checks), "", "See the check", "See all {n} checks")
        more = f", {things_to_know(notes)}" if notes else ""
        with st.expander(f"{all_of_them}{more}", type="compact", key="fine_checks"):
            _draw_each(groups, told)


def _draw_each(groups: Mapping[str, Sequence[Check]], told: Told) -> None:
    for stops, group in groups.items():
        st.subheader(TITLES[stops], anchor=False)
        draw_passed([check for check in group if check.level == Level.FINE])
        draw_notes([check for check in group if check.level == Level.NOTE])
    if told.text:
        draw_for_admin(told)


def _in_short(group: Sequence[Check]) -> str:
    """What changes from day to day, or how many checks there were."""
    details = {check.name: check.detail for check in group}
    if API_CALLS in details:
        return f"API calls: {details[API_CALLS].partition(' in the ')[0]}"
    return details.get(LIST) or counted(len(group), "check", "checks")


def things_to_know(count: int) -> str:
    """How many notes are folded."""
    return by_count(count, "", "1 thing to know", "{n} things to know")


def draw_fine_badge() -> None:
    """What a card says that needs no one."""
    st.badge("Fine", icon=":material/check:", color="green")


def draw_passed(checks: Sequence[Check]) -> None:
    """Fine checks that say more than yes have a row each; the others share a line."""
    for check in checks:
        if check.detail != _YES:
            draw_row(check, plain(check.detail))
    names = [_in_a_row(_of_card(check)) for check in checks if check.detail == _YES]
    if names:
        st.markdown(f"{_MARKS[Level.FINE]} {plain(capital(listed(names)))}")


def draw_notes(notes: Sequence[Check]) -> None:
    """What is good to know, and what can be done about it."""
    for check in notes:
        draw_row(check, in_words(check))
        draw_optional(check)


def in_words(check: Check) -> str:
    """What is so, and what follows."""
    return plain(" ".join(closed(part) for part in (check.detail, check.effect) if part))


def draw_row(check: Check, detail: str) -> None:
    """A mark, the name, and a detail: Markdown."""
    _draw_line(f"{_MARKS[Level(check.level)]} {plain(_of_card(check))}", detail)


def _draw_line(name: str, detail: str) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="top"):
        st.markdown(name, width=_NAME)
        st.caption(detail, width=_DETAIL)


def _of_card(check: Check) -> str:
    """The name without the object or JangoMail, where the heading of the card says it."""
    owner = _OWNERS.get(check.stops)
    _, was_there, rest = check.name.partition(f"{owner}: ")
    return capital(rest) if owner and was_there and rest else check.name


def _in_a_row(name: str) -> str:
    """In a sentence, `Records can be seen` begins small; Salesforce's labels don't."""
    return f"r{name[1:]}" if name.startswith("Records ") else name
