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
from lib.ui.errors import plain, stops_on_error
from lib.ui.links import CONNECT, HISTORY, SYNC, Page, link

_TOLD = "practice_told"
_ACTED_AT = "practice_acted_at"
_PAGES: Mapping[str, Page] = {"sync": SYNC, "connection": CONNECT, "history": HISTORY}


@dataclass(frozen=True, slots=True)
class Breakable:
    """Something to break and fix, and the words for both states."""

    name: str
    well: str
    broken: str
    break_it: tuple[str, Callable[[Log, PracticeWorld], ActResult]]
    fix_it: tuple[str, Callable[[Log, PracticeWorld], ActResult]]


BREAKABLES = (
    Breakable(
        "field",
        "Email Opt Out can be seen and edited",
        "Email Opt Out on Lead is hidden from the user",
        ("Hide it on Lead", lambda _log, world: acts.hide_opt_out(world)),
        ("Show it again", lambda _log, world: acts.show_opt_out(world)),
    ),
    Breakable(
        "password",
        "The stored Salesforce password is right",
        "The Salesforce password has changed",
        ("Change the password", lambda _log, world: acts.change_password(world)),
        ("Enter the new password", acts.enter_new_password),
    ),
    Breakable(
        "jangomail",
        "JangoMail answers",
        "JangoMail doesn't answer",
        ("Take JangoMail down", lambda _log, world: acts.stop_jangomail(world)),
        ("Bring JangoMail back", lambda _log, world: acts.restart_jangomail(world)),
    ),
    Breakable(
        "rule",
        "Leads can be opted out",
        "A validation rule refuses opt-outs on Leads",
        ("Add a rule against it", lambda _log, world: acts.forbid_leads(world)),
        ("Remove the rule", lambda _log, world: acts.allow_leads(world)),
    ),
)


def carry_out(act: Callable[[Log, PracticeWorld], ActResult], world: PracticeWorld) -> None:
    """Do it, then rerun the page with the result on top."""
    with stops_on_error(), st.spinner("One moment…"), session.opened() as log:
        st.session_state[_TOLD] = act(log, world)
        st.session_state[_ACTED_AT] = utc_now()
    st.rerun()


def draw_act(last_run: datetime | None) -> bool:
    """What happened last, if no run came after it, with a link if the next step isn't on Sync.

    Returns whether there was anything.
    """
    told: ActResult | None = st.session_state.get(_TOLD)
    moment = acted_at()
    if told is None or moment is None or (last_run is not None and last_run > moment):
        return False
    with st.container(key="told"):
        st.markdown(f"**{plain(told.happened)}.** {told.next}")
    page = _PAGES[told.page]
    if page is not SYNC:
        label = f"Go to {page.title}"
        icon = ":material/arrow_forward:"
        link(page, label, key="told_link", icon=icon, connection=PRACTICE)
    return True


def draw_outside(world: PracticeWorld) -> None:
    """What people outside can do at any time."""
    st.header("Things that happen outside")
    label = f"Unsubscribe {acts.PEOPLE_AT_ONCE} people"
    if row("People unsubscribe in JangoMail right now.", label, "unsubscribe"):
        carry_out(lambda _log, there: acts.people_unsubscribe(there), world)
    if row(
        "Someone wants your emails again, and a colleague clears Email Opt Out.",
        "Have a colleague clear a box",
        "clear",
    ):
        carry_out(acts.colleague_clears_a_box, world)
    if row(
        "Someone puts a whole company on JangoMail's unsubscribe list.",
        "List a domain",
        "domain",
    ):
        carry_out(lambda _log, there: acts.domain_is_listed(there), world)
    if row(
        "An import with an old column clears Email Opt Out on many records at once.",
        f"Clear {acts.BOXES_AT_ONCE} boxes",
        "clear_many",
    ):
        carry_out(lambda _log, there: acts.program_clears_boxes(there), world)
    if row(
        "A colleague imports a list with someone who unsubscribed before.",
        "Import someone again",
        "import",
    ):
        carry_out(acts.someone_is_imported_again, world)
    if row(
        "A new customer is a person account, and unsubscribes.",
        "Add a person account",
        "person_account",
    ):
        carry_out(lambda _log, there: acts.person_account_appears(there), world)


def draw_breakables(log: Log, world: PracticeWorld) -> None:
    """Each thing with its state, and the button that changes it."""
    st.header("Things to break and fix")
    is_broken = acts.broken(log, world)
    for breakable in BREAKABLES:
        broken = is_broken[breakable.name]
        label, act = breakable.fix_it if broken else breakable.break_it
        words = f":material/build: **{breakable.broken}**" if broken else breakable.well
        if row(words, label, f"{'mend' if broken else 'break'}_{breakable.name}"):
            carry_out(act, world)


def row(words: str, label: str, key: str, *, disabled: bool = False) -> bool:
    """A line of text with its button next to it, or below on a narrow screen."""
    text, button = st.columns([3, 2], vertical_alignment="center")
    text.markdown(words)
    return button.button(label, key=f"practice_{key}", width="stretch", disabled=disabled)


def acted_at() -> datetime | None:
    """When something last happened outside, as far as this tab knows."""
    moment: datetime | None = st.session_state.get(_ACTED_AT)
    return moment


def forget_act() -> None:
    """Forget what happened: this is another practice org."""
    st.session_state.pop(_TOLD, None)
    st.session_state.pop(_ACTED_AT, None)
