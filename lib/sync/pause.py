"""Refused credentials are not offered again: repeated failures lock the user (rules.md, 7)."""

import json
from dataclasses import astuple

from lib.errors import CredentialsRefused, PausedError
from lib.settings import SalesforceLogin
from lib.store import connections
from lib.store.db import Store
from lib.store.vault import Vault


def refuse_if_paused(store: Store, vault: Vault, name: str, login: SalesforceLogin) -> None:
    """Raise PausedError when Salesforce has refused just these credentials before."""
    state = connections.is_paused(store, name, fingerprint(vault, login))
    if state is None:
        return
    raise PausedError(
        f"Paused: {state.paused_message or 'Salesforce refused these credentials'}",
        remedy="Nothing was contacted, so that the user is not locked. Change the credentials, "
        "or run test once they are right.",
    )


def pause(
    store: Store, vault: Vault, name: str, login: SalesforceLogin, error: CredentialsRefused
) -> None:
    """Remember that these credentials were refused."""
    connections.pause(
        store,
        name,
        fingerprint=fingerprint(vault, login),
        code=error.vendor_code or error.code,
        message=error.message,
        remedy=error.remedy,
    )


def fingerprint(vault: Vault, login: SalesforceLogin) -> str:
    """What tells one set of credentials from another without revealing either."""
    return vault.fingerprint(json.dumps(astuple(login)))
