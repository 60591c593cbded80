"""Refused credentials aren't tried again (rules.md, 7)."""

from dataclasses import fields, replace

import pytest
from cryptography.fernet import Fernet

from lib.errors import CredentialsRefused, PausedByPerson, PausedError
from lib.settings import SalesforceLogin
from lib.store import connections
from lib.store.vault import Vault
from lib.sync import pause

LOGIN = SalesforceLogin("https://login.salesforce.com", "ana@example.org", "pass-word", "to-ken")
REFUSED = CredentialsRefused(
    "Salesforce doesn't know this user name and password",
    remedy="Enter the password again.",
    vendor_code="INVALID_LOGIN",
)


@pytest.fixture
def vault(home):
    """A vault with its own key."""
    return Vault(home, Fernet.generate_key().decode())


def is_refused(store, vault, login=LOGIN, name="default"):
    try:
        pause.refuse_if_paused(store, vault, name, login)
    except PausedError:
        return True
    return False


def test_credentials_that_were_never_refused_may_be_tried(store, vault):
    assert not is_refused(store, vault)


def test_rule_7_refused_credentials_are_not_tried_again(store, vault):
    pause.pause(store, vault, "default", LOGIN, REFUSED)

    with pytest.raises(PausedError, match="Paused: Salesforce doesn't know this user") as caught:
        pause.refuse_if_paused(store, vault, "default", LOGIN)

    assert "Optback didn't try to sign in" in caught.value.remedy


@pytest.mark.parametrize("name", [part.name for part in fields(SalesforceLogin)])
def test_rule_7_credentials_with_any_part_changed_may_be_tried(store, vault, name):
    pause.pause(store, vault, "default", LOGIN, REFUSED)

    assert not is_refused(store, vault, replace(LOGIN, **{name: "changed"}))


def test_credentials_refused_after_a_change_replace_those_refused_before(store, vault):
    changed = replace(LOGIN, password="changed")
    pause.pause(store, vault, "default", LOGIN, REFUSED)
    pause.pause(store, vault, "default", changed, REFUSED)

    assert is_refused(store, vault, changed)
    assert not is_refused(store, vault, LOGIN)


def test_a_pause_affects_only_its_connection(store, vault):
    pause.pause(store, vault, "default", LOGIN, REFUSED)

    assert not is_refused(store, vault, name="second")


def test_after_a_pause_ends_the_credentials_may_be_tried(store, vault):
    pause.pause(store, vault, "default", LOGIN, REFUSED)
    connections.unpause(store, "default")

    assert not is_refused(store, vault)


@pytest.mark.parametrize(
    ("vendor_code", "code"), [("INVALID_LOGIN", "INVALID_LOGIN"), ("", "credentials_refused")]
)
def test_a_pause_remembers_when_and_why_and_what_to_do(store, clock, vault, vendor_code, code):
    error = CredentialsRefused("Locked", remedy="Ask the admin.", vendor_code=vendor_code)

    pause.pause(store, vault, "default", LOGIN, error)

    state = connections.state(store, "default")
    assert (state.paused_at, state.paused_code) == (clock.now, code)
    assert (state.paused_message, state.paused_remedy) == ("Locked", "Ask the admin.")


def test_a_fingerprint_tells_credentials_apart_without_revealing_them(vault):
    fingerprint = pause.fingerprint(vault, LOGIN)

    assert fingerprint == pause.fingerprint(vault, replace(LOGIN))
    assert fingerprint != pause.fingerprint(
        vault, replace(LOGIN, password="to-ken", security_token="")
    )
    assert not [part for part in ("pass-word", "to-ken", "ana") if part in fingerprint]


def test_credentials_that_only_join_to_the_same_text_are_different(vault):
    split = replace(LOGIN, password="pass-wordto", security_token="-ken")

    assert pause.fingerprint(vault, split) != pause.fingerprint(vault, LOGIN)


def test_another_key_gives_another_fingerprint(home, vault):
    other = Vault(home, Fernet.generate_key().decode())

    assert pause.fingerprint(other, LOGIN) != pause.fingerprint(vault, LOGIN)


def test_rule_7_a_connection_that_a_person_paused_is_refused_with_who_did_it_and_when(store, clock):
    pause.refuse_if_halted(store, "default")
    connections.halt(store, "default", "ana")
    pause.refuse_if_halted(store, "second")

    with pytest.raises(PausedByPerson, match=f"default was paused by ana on {clock.now:%Y-%m-%d}$"):
        pause.refuse_if_halted(store, "default")

    connections.resume(store, "default")
    pause.refuse_if_halted(store, "default")


def test_without_credentials_there_is_nothing_to_mark_again(store, vault):
    pause.pause(store, vault, "default", LOGIN, REFUSED)

    assert not pause.mark_again(store, vault, "default", None)
    assert is_refused(store, vault)


def test_refused_credentials_are_known_under_a_new_key_once_they_are_marked_again(store, home):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    pause.pause(store, Vault(home, old), "default", LOGIN, REFUSED)
    both = Vault(home, f"{new},{old}")

    assert not pause.mark_again(store, both, "default", replace(LOGIN, password="other"))
    assert not pause.mark_again(store, both, "other", LOGIN)
    assert not is_refused(store, Vault(home, new))
    assert pause.mark_again(store, both, "default", LOGIN)

    assert is_refused(store, Vault(home, new))
    assert not is_refused(store, Vault(home, old))
