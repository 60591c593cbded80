"""Don't try refused credentials again: repeated failures lock the user (rules.md, 7)."""

import json
from dataclasses import astuple

from lib.clock import to_text
from lib.errors import CredentialsRefused, PausedByPerson, PausedError
from lib.settings import JangoMailLogin, SalesforceLogin
from lib.store import connections
from lib.store.db import Store
from lib.store.vault import Vault


def refuse_if_paused(store: Store, vault: Vault, name: str, login: SalesforceLogin) -> None:
    """Raise PausedError when Salesforce has refused just these credentials before."""
    state = connections.is_paused(store, name, fingerprints(vault, login))
    if state is None:
        return
    raise PausedError(
        f"Paused: {state.paused_message or 'Salesforce refused these credentials'}",
        remedy="Optback didn't try to sign in, so that Salesforce doesn't lock the user. "
        "Change the credentials, or test the connection once they're right.",
    )


def refuse_if_halted(store: Store, name: str) -> None:
    """Raise PausedByPerson when a person paused the connection."""
    state = connections.state(store, name)
    if state is None or state.halted_at is None:
        return
    raise PausedByPerson(
        f"{name} was paused by {state.halted_by} on {to_text(state.halted_at)[:10]}",
        remedy=f"Nothing was contacted. To let it run again: sync.py resume {name}, or Resume on "
        "the Connection page. A preview works while it's paused.",
    )


def pause(
    store: Store, vault: Vault, name: str, login: SalesforceLogin, error: CredentialsRefused
) -> None:
    """Remember that these credentials were refused."""
    with store.writing():  # the mark is made inside, so that a change of key comes before or after
        connections.pause(
            store,
            name,
            fingerprint=fingerprint(vault, login),
            code=error.vendor_code or error.code,
            message=error.message,
            remedy=error.remedy,
        )


def mark_again(store: Store, vault: Vault, name: str, login: SalesforceLogin | None) -> bool:
    """Mark refused credentials with the newest key. Whether `login` are the refused ones."""
    marks = fingerprints(vault, login) if login else []
    state = connections.state(store, name)
    if state is None or state.paused_fingerprint not in marks:
        return False
    connections.mark_paused(store, name, marks[0])
    return True


def fingerprint(vault: Vault, login: SalesforceLogin) -> str:
    """A value that differs between sets of credentials and reveals nothing about them."""
    return fingerprints(vault, login)[0]


def fingerprints(vault: Vault, login: SalesforceLogin | JangoMailLogin) -> list[str]:
    """The fingerprint under each key, the newest first."""
    return vault.fingerprints(json.dumps(astuple(login)))
