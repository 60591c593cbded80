"""A test of a connection: a card for each thing that checks can stop, what needs someone first."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.clock import utc_now
from lib.ui.connection.remedies import Told, draw_for_admin, draw_optional, draw_remedy, told_for
from lib.ui.errors import plain
from lib.ui.frame.answer import Mark
from lib.values import Check, Level, Org, Stops
from lib.words import JANGOMAIL, by_count, capital, closed, listed

_TITLES: Mapping[str, str] = {
    Stops.EVERYTHING: "Signing in to Salesforce",
    Stops.CONTACTS: "Opting out Contacts",
    Stops.LEADS: "Opting out Leads",
    Stops.PERSON_ACCOUNTS: "Opting out person accounts",
    Stops.COMPLETENESS: "Missing no one",
    Stops.UNSUBSCRIBES: "JangoMail",
    "": "Other checks",  # of a test before checks said what they stop
}
_SHORT: Mapping[str, str] = {Stops.CONTACTS: "Contacts", Stops.LEADS: "Leads"}
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


def draw_tried(checks: Sequence[Check], org: Org | None = None, instance_url: str = "") -> None:
    """The result of a test in the form: its sentence, then all checks."""
    mark, sentence = summary(checks)
    with st.container(gap="xxsmall"):
        st.markdown(f"{mark} **{sentence}**")
        st.caption(f"Checked just now.{unchecked(checks)}")
    draw_checks(checks, told_for(checks, org, instance_url, utc_now(), has_primary=True))


def draw_checks(checks: Sequence[Check], told: Told) -> None:
    """A card for each thing that checks can stop, what needs someone first."""
    groups = [(stops, [one for one in checks if one.stops == stops]) for stops in _TITLES]
    for stops, group in sorted(groups, key=lambda one: _urgency(one[1])):
        if group:
            _draw_group(stops, group, checks, told)
    if told.text:
        draw_for_admin(told)


def summary(checks: Sequence[Check]) -> tuple[Mark, str]:
    """The mark and the sentence on top; what only follows from another check isn't counted."""
    counted = [check for check in checks if check.because is None]
    failed = sum(not check.ok for check in counted)
    look = sum(check.level == Level.WARNING for check in counted)
    fine = len(counted) - failed - look
    if not failed and not look:
        return Mark.WELL, f"All {len(counted)} checks are fine."
    parts = [
        by_count(failed, "", "1 needs you.", "{n} need you."),
        by_count(look, "", "1 is worth a look.", "{n} are worth a look."),
    ]
    told = " ".join(part for part in parts if part)
    return Mark.NEEDS_YOU, f"{fine} of {len(counted)} checks are fine. {told}"


def unchecked(checks: Sequence[Check]) -> str:
    """What a test that couldn't sign in doesn't say anything about."""
    if any(check.stops == Stops.CONTACTS for check in checks):
        return ""
    signs_in = any(check.stops == Stops.EVERYTHING for check in checks)
    return " Permissions are checked once Salesforce answers." if signs_in else ""


def _urgency(checks: Sequence[Check]) -> int:
    """What needs someone goes before what is worth a look, and that before what is fine."""
    if any(not check.ok for check in checks):
        return 0
    return 1 if any(check.level == Level.WARNING for check in checks) else 2


def _draw_group(stops: str, group: Sequence[Check], checks: Sequence[Check], told: Told) -> None:
    """A card: what needs someone with its remedy, then what is fine."""
    elsewhere = _elsewhere(group, checks)
    with st.container(border=True, gap="xsmall", key=f"checks_{stops or 'other'}"):
        _draw_heading(_TITLES[stops], group, elsewhere)
        for level in (Level.FAILED, Level.WARNING):
            _draw_open(group, level, told)
        for check, cause in elsewhere:
            effect = f" {closed(check.effect)}" if check.effect else ""
            _draw_row(check, plain(f'Fix "{cause.name}" first.{effect}'))
        _draw_fine([check for check in group if check.level == Level.FINE])
        _draw_notes([check for check in group if check.level == Level.NOTE])


def _draw_notes(notes: Sequence[Check]) -> None:
    """What needs no one, folded."""
    if not notes:
        return
    words = by_count(len(notes), "", "1 thing to know", "{n} things to know")
    with st.expander(words, type="compact"):
        for check in notes:
            _draw_row(check, _in_words(check))
            draw_optional(check)


def _elsewhere(group: Sequence[Check], checks: Sequence[Check]) -> list[tuple[Check, Check]]:
    """The checks that follow from one on another card, the first for each cause."""
    causes = {check.name: check for check in checks if check.stops != group[0].stops}
    found = {one.because: one for one in reversed(group) if one.because in causes}
    return [(one, causes[str(name)]) for name, one in found.items()]


def _draw_heading(
    title: str, checks: Sequence[Check], elsewhere: Sequence[tuple[Check, Check]]
) -> None:
    failed = sum(not check.ok and check.because is None for check in checks)
    look = sum(check.level == Level.WARNING for check in checks)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        if failed:
            words = by_count(failed, "", "1 needs you", "{n} need you")
            st.badge(words, icon=":material/front_hand:", color="orange")
        elif elsewhere:
            other = _SHORT.get(elsewhere[0][1].stops, "the check it needs")
            st.badge(f"Fixed with {other}", icon=":material/link:", color="orange")
        elif look:
            words = by_count(look, "", "1 is worth a look", "{n} are worth a look")
            st.badge(words, icon=":material/warning:", color="orange")
        else:
            st.badge("Fine", icon=":material/check:", color="green")


def _draw_open(checks: Sequence[Check], level: Level, told: Told) -> None:
    """The checks of a level that stand for themselves; what follows from another isn't drawn."""
    for check in checks:
        if check.level == level and check.because is None:
            _draw_cause(check, told)


def _draw_cause(check: Check, told: Told) -> None:
    """What is so, what follows, and how to fix it, once."""
    _draw_row(check, _in_words(check))
    draw_remedy(check, told)


def _in_words(check: Check) -> str:
    return plain(" ".join(closed(part) for part in (check.detail, check.effect) if part))


def _draw_row(check: Check, detail: str) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="top"):
        st.markdown(f"{_MARKS[Level(check.level)]} {plain(_of_card(check))}", width=_NAME)
        st.caption(detail, width=_DETAIL)


def _of_card(check: Check) -> str:
    """The name without the object or JangoMail, where the heading of the card says it."""
    owner = _OWNERS.get(check.stops)
    _, was_there, rest = check.name.partition(f"{owner}: ")
    return capital(rest) if owner and was_there and rest else check.name


def _draw_fine(checks: Sequence[Check]) -> None:
    """Fine checks that say more than yes have a row each; the others share a line."""
    for check in checks:
        if check.detail != "yes":
            _draw_row(check, plain(check.detail))
    names = [_in_a_row(_of_card(check)) for check in checks if check.detail == "yes"]
    if names:
        st.markdown(f"{_MARKS[Level.FINE]} {plain(capital(listed(names)))}")


def _in_a_row(name: str) -> str:
    """In a sentence, `Records can be seen` begins small; Salesforce's labels don't."""
    return f"r{name[1:]}" if name.startswith("Records ") else name
