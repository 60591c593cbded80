"""A test of a connection: a card for each thing that needs someone, then one for what is fine."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.clock import utc_now
from lib.ui.connection.check_rows import (
    TITLES,
    draw_fine,
    draw_fine_badge,
    draw_notes,
    draw_passed,
    draw_row,
    in_words,
    things_to_know,
)
from lib.ui.connection.remedies import Told, draw_for_admin, draw_remedy, told_for
from lib.ui.errors import plain
from lib.ui.frame.answer import Mark
from lib.values import Check, Level, Org, Stops
from lib.words import by_count, closed

_SHORT: Mapping[str, str] = {Stops.CONTACTS: "Contacts", Stops.LEADS: "Leads"}
_FINE = 2  # the urgency of what needs no one


def draw_tried(checks: Sequence[Check], org: Org | None = None, instance_url: str = "") -> None:
    """The result of a test in the form: its sentence, then all checks."""
    mark, sentence = summary(checks)
    with st.container(gap="xxsmall"):
        st.markdown(f"{mark} **{sentence}**")
        st.caption(f"Checked just now.{unchecked(checks)}")
    draw_checks(checks, told_for(checks, org, instance_url, utc_now(), has_primary=True))


def draw_checks(checks: Sequence[Check], told: Told, note: str = "") -> None:
    """A card for each thing that needs someone, then one for all that is fine, and its `note`."""
    groups = {stops: [one for one in checks if one.stops == stops] for stops in TITLES}
    needing = {stops: group for stops, group in groups.items() if _urgency(group) < _FINE}
    for stops, group in sorted(needing.items(), key=lambda found: _urgency(found[1])):
        _draw_group(stops, group, checks, told)
    if told.text and needing:
        draw_for_admin(told)
    fine = {stops: groups[stops] for stops in TITLES if groups[stops] and stops not in needing}
    if fine:
        draw_fine(fine, told, note, is_all=not needing)
    elif note:
        st.caption(note)


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
    return 1 if any(check.level == Level.WARNING for check in checks) else _FINE


def _draw_group(stops: str, group: Sequence[Check], checks: Sequence[Check], told: Told) -> None:
    """A card: what needs someone with its remedy, and folded, what is fine."""
    elsewhere = _elsewhere(group, checks)
    with st.container(border=True, gap="xsmall", key=f"checks_{stops or 'other'}"):
        _draw_heading(TITLES[stops], group, elsewhere)
        for level in (Level.FAILED, Level.WARNING):
            _draw_open(group, level, told)
        for check, cause in elsewhere:
            effect = f" {closed(check.effect)}" if check.effect else ""
            draw_row(check, plain(f'Fix "{cause.name}" first.{effect}'))
        _draw_rest(group)


def _draw_rest(group: Sequence[Check]) -> None:
    """What needs no one, folded."""
    fine = [check for check in group if check.level == Level.FINE]
    notes = [check for check in group if check.level == Level.NOTE]
    labels = (
        by_count(len(fine), "", "1 more check is fine", "{n} more checks are fine"),
        things_to_know(len(notes)),
    )
    if fine or notes:
        with st.expander(", ".join(label for label in labels if label), type="compact"):
            draw_passed(fine)
            draw_notes(notes)


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
            draw_fine_badge()


def _draw_open(checks: Sequence[Check], level: Level, told: Told) -> None:
    """The checks of a level that stand for themselves; what follows from another isn't drawn."""
    for check in checks:
        if check.level == level and check.because is None:
            _draw_cause(check, told)


def _draw_cause(check: Check, told: Told) -> None:
    """What is so, what follows, and how to fix it, once."""
    draw_row(check, in_words(check))
    draw_remedy(check, told)
