"""Fill in a connection: test it as often as needed, and save it, even if a check failed."""

from dataclasses import dataclass

import streamlit as st

from lib.errors import OptbackError, SecretsUnreadable, SettingsError
from lib.services.connections import key_pairs, stored, waiting
from lib.services.connections.checks import CheckedCredentials
from lib.services.log import Log
from lib.services.started_by import user
from lib.settings import Credentials
from lib.ui.connection.checks import draw_tried
from lib.ui.connection.form import (
    SAVE,
    SAVE_AND_WAIT,
    TEST,
    TEST_JANGOMAIL,
    FilledForm,
    FormState,
    draw_form,
)
from lib.ui.connection.key_pair import draw_key
from lib.ui.connection.set_up import draw_choice, draw_guide
from lib.ui.errors import plain, show_error
from lib.ui.links import CONNECT, go

_TRIED = "connection_tried"


@dataclass(frozen=True, slots=True)
class _Trial:
    """A test and the mark of the credentials it was made with; it has no secrets."""

    about: str
    mark: str
    tried: CheckedCredentials


def draw_editing(log: Log, name: str | None) -> None:
    """The way to sign in, its guide, the form, and below it the result of a test."""
    about = name or key_pairs.DRAFT
    trial = _trial_of(about)
    known = _known(log, name) if name else None
    flow = draw_choice(known.salesforce.flow if known else "")
    draw_guide(flow, is_open=name is None)
    has_made_key = False
    if flow == "jwt":
        keys = draw_key(log, about, known.salesforce.private_key if known else "")
        has_made_key = keys.shown is not None
    form = draw_form(name, flow, FormState(known, trial.tried if trial else None, has_made_key))
    answer = st.container(key="connection_answer")
    with answer:
        if form.pressed:
            _answer(log, form, known, about)
        elif trial is not None:
            tried = trial.tried
            draw_tried(tried.checks, tried.org, tried.instance_url)


def _known(log: Log, name: str) -> Credentials | None:
    """The stored credentials; without a key for them, what can be read, and a word about it."""
    try:
        return stored.stored(log, name)
    except SecretsUnreadable as error:
        st.warning(
            f"**{plain(error.message)}.** Enter the password or key again, then test and save. "
            "Optback stores it under the key it has now, and the history stays. If you still have "
            "the old key, put it back instead.",
            icon=":material/key_off:",
        )
        return stored.without_secrets(log, name)


def forget_trial() -> None:
    """Don't show an earlier test with a new form."""
    st.session_state.pop(_TRIED, None)


def _answer(log: Log, form: FilledForm, known: Credentials | None, about: str) -> None:
    try:
        made_key = key_pairs.waiting_key(log, about)
        credentials = stored.credentials_of(form.entered, known, made_key)
        if form.pressed == TEST:
            _test(log, credentials, about)
        elif form.pressed == TEST_JANGOMAIL:
            with st.spinner("Checking JangoMail"):
                checks = stored.check_source(credentials)
            draw_tried(checks)
        elif form.pressed == SAVE:
            _save(log, about or stored.new_name(log, form.name), credentials, about)
        elif form.pressed == SAVE_AND_WAIT:
            name = about or stored.new_name(log, form.name)
            _save(log, name, credentials, about, keeps_checking=True)
    except SettingsError as error:
        for each in (error, *error.also):
            with form.places.get(each.field, st.container()):  # below the field that it is about
                show_error(each)
    except OptbackError as error:
        show_error(error)


def _test(log: Log, credentials: Credentials, about: str) -> None:
    with st.spinner("Signing in to Salesforce, then checking JangoMail"):
        tried = stored.try_entered(log, credentials, about)
    mark = stored.fingerprint(log, credentials)
    st.session_state[_TRIED] = _Trial(about, mark, tried)
    st.rerun()


def _save(
    log: Log, name: str, credentials: Credentials, about: str, *, keeps_checking: bool = False
) -> None:
    trial = _trial_of(about)
    is_of_these = trial is not None and trial.mark == stored.fingerprint(log, credentials)
    tried = trial.tried if trial and is_of_these else None
    stored.save(log, name, credentials, tried, draft=about)
    is_waiting = keeps_checking and is_of_these
    if is_waiting:
        waiting.begin(log, name, user())
    forget_trial()
    test_first = " Test it before Optback can keep checking." if keeps_checking else ""
    st.toast(f"Saved as {plain(name)}.{'' if is_waiting else test_first}")
    go(CONNECT, connection=name)


def _trial_of(about: str) -> _Trial | None:
    trial: _Trial | None = st.session_state.get(_TRIED)
    return trial if trial is not None and trial.about == about else None
