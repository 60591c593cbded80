"""The parts of the Practice page about the world outside: what happened, and what can happen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from lib.clock import utc_now
from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.services.practice import acts
from lib.services.practice.acts import ActResult
from lib.services.practice.world import PracticeWorld
from lib.ui import session
from lib.ui.errors import stops_on_error
from lib.ui.links import CONNECT, HISTORY, SYNC, Page, link
from lib.words import closed

_NARROWEST = 300  # pixels
_TOLD = "practice_told"
_ACTED_AT = "practice_acted_at"
_PAGES: Mapping[str, Page] = {"sync": SYNC, "connection": CONNECT, "history": HISTORY}


@dataclass(frozen=True, slots=True)
class Breakable:
    """Something to break and fix, and the words for both states."""

    name: str
    title: str
    well: str
    broken: str
    break_it: tuple[str, Callable[[Log, PracticeWorld], ActResult]]
    fix_it: tuple[str, Callable[[Log, PracticeWorld], ActResult]]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people outside can do, and the words on its card."""

    name: str
    title: str
    words: str
    button: str
    act: Callable[[Log, PracticeWorld], ActResult]


EVENTS = (
    Event(
        "unsubscribe",
        "People unsubscribe",
        "In JangoMail, right now.",
        f"Unsubscribe {acts.PEOPLE_AT_ONCE}",
        lambda _log, world: acts.people_unsubscribe(world),
    ),
    Event(
        "clear",
        "Someone changes their mind",
        "They want your emails again, and a colleague clears Email Opt Out.",
        "Clear a box",
        acts.colleague_clears_a_box,
    ),
    Event(
        "domain",
        "A whole company unsubscribes",
        "Someone puts its domain on JangoMail's unsubscribe list.",
        "List a domain",
        lambda _log, world: acts.domain_is_listed(world),
    ),
    Event(
        "clear_many",
        "An import goes wrong",
        "An old column clears Email Opt Out on many records at once.",
        f"Clear {acts.BOXES_AT_ONCE} boxes",
        lambda _log, world: acts.program_clears_boxes(world),
    ),
    Event(
        "import",
        "Someone comes back",
        "A colleague imports a list with someone who unsubscribed before.",
        "Import them",
        acts.someone_is_imported_again,
    ),
    Event(
        "person_account",
        "A new customer",
        "They are a person account, and unsubscribe.",
        "Add one",
        lambda _log, world: acts.person_account_appears(world),
    ),
)

BREAKABLES = (
    Breakable(
        "field",
        "Permission",
        "Email Opt Out can be seen and edited",
        "Email Opt Out on Lead is hidden from the user",
        ("Hide it", lambda _log, world: acts.hide_opt_out(world)),
        ("Show it", lambda _log, world: acts.show_opt_out(world)),
    ),
    Breakable(
        "password",
        "Password",
        "The stored Salesforce password is right",
        "It has changed in Salesforce",
        ("Change it", lambda _log, world: acts.change_password(world)),
        ("Enter it", acts.enter_new_password),
    ),
    Breakable(
        "jangomail",
        "JangoMail",
        "JangoMail answers",
        "JangoMail doesn't answer",
        ("Take it down", lambda _log, world: acts.stop_jangomail(world)),
        ("Bring it back", lambda _log, world: acts.restart_jangomail(world)),
    ),
    Breakable(
        "rule",
        "Validation rule",
        "Leads can be opted out",
        "A validation rule refuses opt-outs on Leads",
        ("Add a rule", lambda _log, world: acts.forbid_leads(world)),
        ("Remove it", lambda _log, world: acts.allow_leads(world)),
    ),
)


def carry_out(act: Callable[[Log, PracticeWorld], ActResult], world: PracticeWorld) -> None:
    """Do it, then rerun the page with the result on top."""
    with stops_on_error(), st.spinner("One moment…"), session.opened() as log:
        st.session_state[_TOLD] = act(log, world)
        st.session_state[_ACTED_AT] = utc_now()
    st.rerun()


def told_now(last_run: datetime | None) -> ActResult | None:
    """What happened last, if no run came after it."""
    told: ActResult | None = st.session_state.get(_TOLD)
    moment = acted_at()
    if told is None or moment is None or (last_run is not None and last_run > moment):
        return None
    return told


def draw_told_link(told: ActResult) -> None:
    """The way to where it shows, if the next step isn't on Sync."""
    page = _PAGES[told.page]
    if page is not SYNC:
        icon = ":material/arrow_forward:"
        link(page, f"Go to {page.title}", key="told_link", icon=icon, connection=PRACTICE)


def draw_outside(world: PracticeWorld) -> None:
    """What people outside can do at any time, each on a card."""
    st.subheader("Things that happen outside", anchor=False)
    with st.grid(3, min_column_width=_NARROWEST, gap="xsmall"):
        for event in EVENTS:
            if draw_card(event.title, event.words, event.button, event.name):
                carry_out(event.act, world)


def draw_breakables(log: Log, world: PracticeWorld) -> None:
    """Each thing with its state, and the button that changes it."""
    st.subheader("Things to break and fix", anchor=False)
    is_broken = acts.broken(log, world)
    with st.grid(2, min_column_width=_NARROWEST, gap="xsmall"):
        for breakable in BREAKABLES:
            broken = is_broken[breakable.name]
            label, act = breakable.fix_it if broken else breakable.break_it
            words = breakable.broken if broken else breakable.well
            key = f"{'mend' if broken else 'break'}_{breakable.name}"
            if draw_card(breakable.title, words, label, key, is_broken=broken):
                carry_out(act, world)


def draw_card(
    title: str, words: str, label: str, key: str, *, is_broken: bool | None = None
) -> bool:
    """What is so, with its state if it has one, and beside it a button; whether it was pressed."""
    with st.container(
        border=True,
        height="stretch",
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        key=f"act_{key}",
    ):
        with st.container(gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.markdown(f"**{title}**", width="content")
                if is_broken is not None:
                    _draw_state(is_broken=is_broken)
            st.caption(closed(words))
        return st.button(label, key=f"practice_{key}")


def _draw_state(*, is_broken: bool) -> None:
    if is_broken:
        st.badge("Broken", icon=":material/build:", color="orange")
    else:
        st.badge("Works", icon=":material/check:", color="green")


def acted_at() -> datetime | None:
    """When something last happened outside, as far as this tab knows."""
    moment: datetime | None = st.session_state.get(_ACTED_AT)
    return moment


def forget_act() -> None:
    """Forget what happened: this is another practice org."""
    st.session_state.pop(_TOLD, None)
    st.session_state.pop(_ACTED_AT, None)
