"""What to do about a check: its steps, its place in Setup, and the text for the administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import streamlit as st

from lib.services.connections.for_admin import text_for_admin
from lib.ui.errors import plain
from lib.values import Check, Level, Org
from lib.words import remedy_lines

_SETUP = "Open in Salesforce Setup"


@dataclass(slots=True)
class Told:
    """What the page says already: remedies that aren't repeated, and what comes once."""

    remedies: set[str]
    text: str = ""  # for the administrator, until it's offered
    has_primary: bool = False


def told_for(
    checks: Sequence[Check],
    org: Org | None,
    instance_url: str,
    at: datetime,
    *,
    remedy: str | None = None,
    has_primary: bool = False,
) -> Told:
    """What is said before the checks: a `remedy`, or a primary button."""
    is_calm = all(check.level == Level.FINE for check in checks)
    text = "" if is_calm else text_for_admin(checks, org, instance_url, at)
    return Told({remedy} if remedy else set(), text, has_primary)


def draw_remedy(check: Check, told: Told) -> None:
    """How to fix it, once a page: the first way in sight, the others folded."""
    if not check.remedy or check.remedy in told.remedies:
        return
    told.remedies.add(check.remedy)
    first, *others = remedy_lines(check.remedy)
    st.markdown(plain(first))
    _draw_buttons(check, told)
    if others:
        with st.expander("Salesforce Classic, and how long it takes", type="compact"):
            st.caption("\n\n".join(plain(line) for line in others))
            _draw_classic(check)


def draw_for_admin(told: Told) -> None:
    """The administrator's text, once a page."""
    with st.popover("Copy for your admin", icon=":material/content_copy:", key="for_admin"):
        st.caption(
            "Everything your Salesforce administrator needs, without any password. Copy it with "
            "the button at the top right of the text, and paste it into an email."
        )
        st.code(told.text, language=None, wrap_lines=True, height=380)
        st.download_button(
            "Download as a text file",
            told.text,
            "optback-for-your-admin.txt",
            "text/plain",
            on_click="ignore",
            key="for_admin_file",
        )
    told.text = ""


def draw_optional(check: Check) -> None:
    """What can be done about a note, if someone wants to."""
    if check.remedy:
        st.caption("\n\n".join(plain(line) for line in remedy_lines(check.remedy)))
        _draw_links(check)


def _draw_buttons(check: Check, told: Told) -> None:
    """The place in Setup, which is the page's primary button if there's none yet, and the text."""
    if not check.link and not told.text:
        return
    with st.container(horizontal=True, gap="small"):
        if check.link:
            kind: Literal["primary", "secondary"] = "secondary" if told.has_primary else "primary"
            told.has_primary = True
            st.link_button(_SETUP, check.link, icon=":material/open_in_new:", type=kind)
        if told.text:
            draw_for_admin(told)


def _draw_links(check: Check) -> None:
    if check.link:
        with st.container(horizontal=True, gap="xsmall"):
            st.link_button(_SETUP, check.link, icon=":material/open_in_new:")
            _draw_classic(check)


def _draw_classic(check: Check) -> None:
    if check.classic_link:
        st.link_button("Open in Salesforce Classic", check.classic_link, type="tertiary")
