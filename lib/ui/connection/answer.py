"""The answer of the Connection page: whether this connection works, and the one thing to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lib.errors import OptbackError
from lib.services import lifecycle
from lib.services.connections import checks
from lib.services.connections.chosen import ENVIRONMENT, choose
from lib.services.log import Log
from lib.services.started_by import in_words
from lib.store.connections import ConnectionState
from lib.ui import session
from lib.ui.connection.checks import summary, unchecked
from lib.ui.connection.editor import forget_trial
from lib.ui.errors import plain, show_error
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.links import CONNECT, SYNC, go
from lib.ui.times import day_and_time, distance, when
from lib.values import Level
from lib.words import closed

_NO_MORE = (
    "No run uses these credentials again until you change them or a test succeeds, so that "
    "Salesforce doesn't lock the user."
)
_HALTED = "Scheduled runs leave this connection out. Previews, lists, and tests still work."
_OTHER = "Nothing was read or changed there, and no one is opted out until you say which org it is."
_UNTESTED = "A test signs in, checks every permission, and reads JangoMail. It changes nothing."
_DELETED = "Its runs are still in History. Enter credentials to use it again."


@dataclass(frozen=True, slots=True)
class Shown:
    """A connection as the page shows it."""

    name: str
    state: ConnectionState | None
    can_test: bool
    has_runs: bool = True
    is_asked: bool = False  # a primary button is below


def draw_connection_answer(log: Log, shown: Shown) -> bool:
    """The row with its buttons; whether one of them is the page's primary."""
    mark, sentence, quiet = _words(shown)
    place = draw_answer(mark, sentence, quiet)
    with place:
        return _draw_buttons(log, shown)


def _words(shown: Shown) -> tuple[Mark, str, str]:
    """What is so, the most urgent first."""
    state = shown.state
    if state is not None and state.other is not None:
        return Mark.STOPPED, "These credentials now lead to another org.", _OTHER
    if state is not None and state.paused_at is not None:
        message = closed(state.paused_message or "Salesforce refused the credentials")
        parts = (when(state.paused_at), state.paused_remedy or "", _NO_MORE)
        quiet = "Paused {}. {} {}".format(*(plain(part) for part in parts))
        return Mark.STOPPED, f"Opt-outs are paused: {message}", quiet
    if state is not None and state.halted_at is not None:
        who = in_words(state.halted_by)
        return Mark.STOPPED, f"Paused {who}, {when(state.halted_at)}.", _HALTED
    return _of_checks(shown)


def _of_checks(shown: Shown) -> tuple[Mark, str, str]:
    state = shown.state
    if not shown.can_test and shown.name != ENVIRONMENT:
        return Mark.UNKNOWN, "Its credentials were deleted.", _DELETED
    if state is None or state.checked_at is None:
        return Mark.FIRST, "Not tested yet.", _UNTESTED if shown.can_test else ""
    mark, sentence = summary(state.checks)
    at = f"Checked {day_and_time(state.checked_at)}, {distance(state.checked_at)}."
    return mark, sentence, f"{at}{unchecked(state.checks)}"


def _draw_buttons(log: Log, shown: Shown) -> bool:
    """Test, edit, and what comes first now; whether that's the page's primary button."""
    state = shown.state
    is_paused = state is not None and state.paused_at is not None
    is_halted = state is not None and state.halted_at is not None
    can_edit = shown.name != ENVIRONMENT
    is_new = state is None or state.checked_at is None
    needs_credentials = can_edit and (is_paused or not shown.can_test)
    if needs_credentials:
        label = "Enter new credentials" if is_paused else "Enter credentials"
        _draw_edit(label, "primary")
    elif is_halted and not shown.is_asked:
        _draw_button(log, "Resume", "resume_connection", _resume, shown.name, "primary")
    can_preview = _is_before_first_run(shown) and not shown.is_asked
    if can_preview and st.button("Preview the first run", type="primary", key="to_first_preview"):
        go(SYNC)
    if shown.can_test:
        is_first = is_new and not (shown.is_asked or is_halted or needs_credentials)
        kind: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
        label = "Test" if is_new else "Test again"
        _draw_button(log, label, "test_connection", _test, shown.name, kind)
    if can_edit and not needs_credentials:
        _draw_edit("Edit", "secondary")
    return needs_credentials or is_halted or is_new or can_preview or shown.is_asked


def _is_before_first_run(shown: Shown) -> bool:
    """Whether a test has signed in, nothing keeps runs from working, and there was none yet."""
    state = shown.state
    if not shown.can_test or state is None or not state.org or shown.has_runs:
        return False
    is_stopped = state.paused_at is not None or state.halted_at is not None
    return not is_stopped and not any(check.level is Level.FAILED for check in state.checks)


def _draw_edit(label: str, kind: Literal["primary", "secondary"]) -> None:
    if st.button(label, type=kind, key="change_connection"):
        forget_trial()
        go(CONNECT, edit="1")


def _draw_button(
    log: Log,
    label: str,
    key: str,
    does: Callable[[Log, str], None],
    name: str,
    kind: Literal["primary", "secondary"],
) -> None:
    if st.button(label, type=kind, key=key):
        does(log, name)


def _resume(log: Log, name: str) -> None:
    lifecycle.resume(log, name)
    st.rerun()


def _test(log: Log, name: str) -> None:
    try:
        with st.spinner("Testing"):
            checks.test_connection(log, choose(log, session.environment(), name))
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()
