"""The card with the settings of a connection; each change is kept at once."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections import own_settings
from lib.services.log import Log
from lib.sync.safety_limit import ALWAYS_ALLOWED, SHARE_ALLOWED, SMALL
from lib.ui import session
from lib.ui.errors import show_error
from lib.ui.frame.card_title import draw_card_title
from lib.words import records

_RULE, _OWN = "By the usual rule", "A number of your own"
_RULE_IN_WORDS = (
    f"stops a run that would opt out more than {ALWAYS_ALLOWED} records and more than "
    f"{SHARE_ALLOWED:.0%} of those that can be emailed, or {SMALL} or more when that's over half "
    "of them."
)
_OWN_IN_WORDS = "replaces the usual rule for this connection."
_IN_SHORT = "A run over its limit stops before it changes anything, and asks you."
_WHAT_IT_DOES = (
    "A smaller number asks more often. A larger one lets more through unasked: a wrong list could "
    "opt out that many people at once."
)
_WHAT_THE_CAP_DOES = (
    "Salesforce allows your company a number of API calls in 24 hours, and other programs need "
    "them too. Runs make no more calls once everyone together has used the first share, and a "
    "single run uses at most the second. A run that reaches its cap opts out the people who have "
    "waited longest, and the next run goes on."
)
_OFF = (
    "Off: runs change nothing in Salesforce, and scheduled runs don't start. People who "
    "unsubscribe can still be emailed from Salesforce. Previews and lists work as before."
)


def draw_settings(log: Log, name: str) -> None:
    """What is copied, the safety limit, and the cap of API calls."""
    known = own_settings.settings_of(log, name)
    with st.container(border=True, gap="xsmall", key="settings"):
        draw_card_title("Limits")
        st.toggle(
            "Copy unsubscribes to Salesforce",
            value=known.copies_unsubscribes,
            key=_key("copy", name),
            on_change=_save,
            args=(name,),
        )
        if not known.copies_unsubscribes:
            st.caption(_OFF)
        said = "the usual rule" if known.safety_limit is None else records(known.safety_limit)
        with st.expander(f"Safety limit of a run: {said}", type="compact", key="limit_fold"):
            _draw_limit(name, known.safety_limit)
        _draw_cap(log, name)


def _draw_limit(name: str, limit: int | None) -> None:
    """The usual rule, or a number."""
    how = st.radio(
        "How many records may one run opt out?",
        [_RULE, _OWN],
        index=0 if limit is None else 1,
        help=f"{_RULE}: {_RULE_IN_WORDS} {_OWN}: {_OWN_IN_WORDS}",
        key=_key("how", name),
        on_change=_save,
        args=(name,),
    )
    if how == _OWN:
        st.number_input(
            "Most records in one run",
            0,
            own_settings.MOST,
            ALWAYS_ALLOWED if limit is None else limit,
            step=50,
            key=_key("limit", name),
            width=220,
            on_change=_save,
            args=(name,),
        )
    st.caption(_IN_SHORT, help=_WHAT_IT_DOES)


def _draw_cap(log: Log, name: str) -> None:
    """Two shares of what Salesforce allows."""
    cap = own_settings.call_cap(log, name)
    said = f"{cap.a_day}% of a day, {cap.a_run}% a run"
    with (
        st.expander(f"API calls, at most: {said}", type="compact", key="cap_fold"),
        st.container(horizontal=True, key="call_cap"),
    ):
        for key, label, percent in (
            ("calls_day", "All programs, % of a day", cap.a_day),
            ("calls_run", "One run, % of a day", cap.a_run),
        ):
            st.number_input(
                label,
                1,
                own_settings.MOST_PERCENT,
                percent,
                step=5,
                key=_key(key, name),
                width=220,
                on_change=_save_cap,
                args=(name,),
            )
        st.caption(_WHAT_THE_CAP_DOES)


def _save_cap(name: str) -> None:
    """Keep the shares; those that everyone has aren't the connection's own."""
    state = st.session_state
    a_day, a_run = (int(state[_key(key, name)]) for key in ("calls_day", "calls_run"))
    try:
        with session.opened() as log:
            usual = own_settings.usual_call_cap()
            own_settings.set_call_cap(
                log,
                name,
                None if a_day == usual.a_day else a_day,
                None if a_run == usual.a_run else a_run,
            )
    except OptbackError as error:
        show_error(error)


def _save(name: str) -> None:
    """Keep what the widgets show: only a person's change of a widget comes here."""
    state = st.session_state
    is_own = state[_key("how", name)] == _OWN
    limit = int(state.get(_key("limit", name), ALWAYS_ALLOWED)) if is_own else None
    try:
        with session.opened() as log:
            own_settings.change(
                log,
                name,
                copies_unsubscribes=bool(state[_key("copy", name)]),
                safety_limit=limit,
            )
    except OptbackError as error:
        show_error(error)


def _key(what: str, name: str) -> str:
    return f"settings_{what}_{name}"
