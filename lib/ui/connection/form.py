"""The form of a connection: only the fields that the chosen way to sign in needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.services.connections import waiting
from lib.services.connections.checks import CheckedCredentials
from lib.services.connections.stored import LABELS, PLAIN, SECRETS, Entered
from lib.settings import (
    DEFAULT_JANGOMAIL_URL,
    DEFAULT_LOGIN_URL,
    Credentials,
    JangoMailLogin,
    SalesforceLogin,
)
from lib.ui.connection.opt_out_field import draw_opt_out_field

TEST, TEST_JANGOMAIL, SAVE = "test", "test_jangomail", "save"
SAVE_AND_WAIT = "save_and_wait"

_KEEP = "Stored. Leave blank to keep it"
_HELP: Mapping[str, str] = {
    "security_token": "Salesforce emails it to you from your personal settings > Reset My Security "
    "Token. Changing the password also changes the token. Leave it blank on trusted networks.",
    "consumer_key": "Setup > External Client App Manager > your app > Settings > OAuth Settings > "
    "Consumer Key and Secret. In an older connected app: Setup > App Manager > your app > View > "
    "Manage Consumer Details.",
    "username": "The Salesforce user who sets Email Opt Out, such as optback@yourcompany.com",
}

Places = Mapping[str, DeltaGenerator]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What was entered, and which button was pressed: such as TEST or SAVE, or none.

    `places` are below the fields, for what is wrong with them.
    """

    name: str
    entered: Entered
    pressed: str
    places: Places


@dataclass(frozen=True, slots=True)
class FormState:
    """What the form begins with.

    `known` are the stored credentials, and `tried` is the last test, if any: after a test, Save is
    the primary button. `has_made_key`: Optback made a private key, so no key file is needed.
    """

    known: Credentials | None = None
    tried: CheckedCredentials | None = None
    has_made_key: bool = False


def draw_form(name: str | None, flow: str, now: FormState) -> FilledForm:
    """The form for the connection `name`, or for a new one; stored secrets are never shown."""
    known = now.known
    prefix = f"{name or 'new'}_{flow}"
    places: dict[str, DeltaGenerator] = {}
    with st.form(f"form_{prefix}", border=False, enter_to_submit=False):
        chosen_name = name or st.text_input(
            "Connection name",
            value="default",
            key="connection_name",
            width=400,
            help="Scripts use the connection named default unless you choose another.",
        )
        left, right = st.columns(2, gap="medium")
        with left:
            st.header("Salesforce", anchor=False)
            values = _draw_salesforce(flow, now, prefix, places)
            own = draw_opt_out_field(known.opt_out_field if known else "", now.tried, prefix)
        with right:
            st.header("JangoMail", anchor=False)
            jangomail = _draw_jangomail(known.jangomail if known else None, prefix, places)
        pressed = _draw_buttons(now.tried)
    return FilledForm(chosen_name, Entered(flow, values, jangomail, own), pressed, places)


def _draw_salesforce(
    flow: str, now: FormState, prefix: str, places: dict[str, DeltaGenerator]
) -> dict[str, str]:
    known = now.known.salesforce if now.known else None
    values = {"login_url": _draw_login_address(flow, known, prefix)}
    places["login_url"] = st.container()
    for name in PLAIN[flow]:
        values[name] = st.text_input(
            LABELS[name],
            value=getattr(known, name) if known else "",
            key=f"{prefix}_{name}",
            help=_HELP.get(name),
        )
        places[name] = st.container()
    for name in SECRETS[flow]:
        is_stored = bool(known and getattr(known, name))
        key = f"{prefix}_{name}"
        if name == "private_key":
            values[name] = _draw_key_file(key, is_stored=is_stored, has_made_key=now.has_made_key)
        else:
            values[name] = _draw_secret(name, key, is_stored)
        places[name] = st.container()
    return values


def _draw_login_address(flow: str, known: SalesforceLogin | None, prefix: str) -> str:
    own = flow == "client_credentials"
    return st.text_input(
        LABELS["login_url"],
        value=known.login_url if known else "" if own else DEFAULT_LOGIN_URL,
        placeholder="https://yourcompany.my.salesforce.com",
        key=f"{prefix}_login_url",
        help="Your My Domain address (Setup > My Domain)."
        if own
        else "https://login.salesforce.com, https://test.salesforce.com for a sandbox, "
        "or your My Domain address.",
    )


def _draw_secret(name: str, key: str, is_stored: bool) -> str:
    return st.text_input(
        LABELS[name],
        type="password",
        key=key,
        placeholder=_KEEP if is_stored else None,
        help=_HELP.get(name),
        autocomplete="off",
    )


def _draw_key_file(key: str, *, is_stored: bool, has_made_key: bool) -> str:
    """For people who already have a key; the key that Optback made needs no file."""
    with st.expander("Use a private key of your own", key=f"{key}_own", type="compact"):
        if has_made_key:
            st.caption("A file you choose here is used instead of the key that Optback made.")
        elif is_stored:
            st.caption("A key is stored. Leave this blank to keep it.")
        file = st.file_uploader("Private key (PEM file)", type=["pem", "key"], key=key)
    return file.getvalue().decode("utf-8", errors="replace") if file else ""


def _draw_jangomail(
    known: JangoMailLogin | None, prefix: str, places: dict[str, DeltaGenerator]
) -> JangoMailLogin:
    known = known or JangoMailLogin(url="")
    username = st.text_input(
        "JangoMail user name", value=known.username, key=f"{prefix}_jangomail_username"
    )
    places["jangomail_username"] = st.container()
    password = st.text_input(
        "JangoMail password",
        type="password",
        key=f"{prefix}_jangomail_password",
        placeholder=_KEEP if known.password else None,
        autocomplete="off",
    )
    places["jangomail_password"] = st.container()
    with st.expander("Address and time zone", key=f"{prefix}_jangomail_more"):
        url = st.text_input(
            "JangoMail address",
            value=known.url,
            placeholder=DEFAULT_JANGOMAIL_URL,
            key=f"{prefix}_jangomail_url",
        )
        offset = st.number_input(
            "Hours JangoMail's clock is ahead of UTC",
            min_value=-14.0,
            max_value=14.0,
            value=known.utc_offset,
            step=0.25,
            key=f"{prefix}_jangomail_offset",
        )
    places["jangomail_url"] = st.container()  # not in there: it may be folded
    return JangoMailLogin(url, username, password, offset)


def _draw_buttons(tried: CheckedCredentials | None) -> str:
    fine = tried is None or all(check.ok for check in tried.checks)
    leads_on = SAVE if tried and fine else TEST
    labels = {
        TEST: "Test" if fine else "Test again",
        TEST_JANGOMAIL: "Test JangoMail only",
        SAVE: "Save" if fine else "Save and fix later",
    }
    if tried is not None and waiting.can_wait(tried.checks):
        labels[SAVE_AND_WAIT] = "Save, and keep checking"
        leads_on = SAVE_AND_WAIT
    with st.container(horizontal=True, key="connection_buttons"):
        pressed = {
            name: st.form_submit_button(
                label, key=name, type="primary" if name == leads_on else "secondary"
            )
            for name, label in labels.items()
        }
    return next((name for name, is_pressed in pressed.items() if is_pressed), "")
