"""The stored connections: settings as plain text, secrets encrypted."""

import json
import sqlite3
from typing import TYPE_CHECKING

from lib.clock import to_text
from lib.errors import SecretsUnreadable
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store.connection_state import (
    ANY_CREDENTIALS,
    ConnectionState,
    is_paused,
    keep_checks,
    mark_paused,
    pause,
    paused_names,
    remember_org,
    state,
    unpause,
)
from lib.store.db import Store
from lib.words import listed

if TYPE_CHECKING:  # a process that only reads the log doesn't load the encryption
    from lib.store.vault import Vault

__all__ = [
    "ANY_CREDENTIALS",
    "ConnectionState",
    "all_names",
    "encrypt_again",
    "encrypted",
    "forget",
    "forget_everything",
    "is_paused",
    "keep_checks",
    "load",
    "mark_paused",
    "names",
    "pause",
    "paused_names",
    "public",
    "remember_org",
    "save",
    "state",
    "unpause",
    "without_secrets",
]

_SECRETS = (
    "password",
    "security_token",
    "consumer_secret",
    "private_key",
    "jangomail_password",
)
_SAVE = """
    insert into connection (name, login_url, username, consumer_key, jangomail_url,
        jangomail_username, jangomail_utc_offset, opt_out_field, secrets, saved_at)
    values (:name, :login_url, :username, :consumer_key, :jangomail_url,
        :jangomail_username, :jangomail_utc_offset, :opt_out_field, :secrets, :now)
    on conflict (name) do update
    set login_url = excluded.login_url, username = excluded.username,
        consumer_key = excluded.consumer_key, jangomail_url = excluded.jangomail_url,
        jangomail_username = excluded.jangomail_username,
        jangomail_utc_offset = excluded.jangomail_utc_offset,
        opt_out_field = excluded.opt_out_field,
        secrets = excluded.secrets, saved_at = excluded.saved_at
"""
_LOAD = "select * from connection where name = :name"
_PUBLIC = """
    select login_url, username, consumer_key, jangomail_url, jangomail_username,
        jangomail_utc_offset, opt_out_field
    from connection
    where name = :name
"""
_ENCRYPTED = "select name, secrets from connection order by name"
_REPLACE_SECRETS = "update connection set secrets = :secrets where name = :name"
_NAMES = "select name from connection order by name"
_ALL_NAMES = """
    select name from connection
    union select name from connection_state
    union select connection from run
    order by 1
"""
_FORGET = "delete from connection where name = :name"
_FORGET_SCHEDULE = (
    "delete from schedule where connection = :name",
    "delete from schedule_claim where connection = :name",
)
_SCOPES = """
    select scope from run where connection = :name and scope is not null
    union select scope from connection_state where name = :name and scope is not null
"""
_FORGET_SCOPE = (
    "delete from event where scope = :scope",
    "delete from reading where scope = :scope",
    "delete from watermark where scope = :scope",
    "delete from memory where scope = :scope",
)
_FILES = "select file from pull where connection = :name and file is not null"
_FORGET_LISTS = (
    "delete from hand_over where connection = :name",
    "delete from pull_row where pull_id in (select id from pull where connection = :name)",
    "delete from pull where connection = :name",
    "delete from list where connection = :name",
)
_FORGET_ALERTS = (
    "delete from alert_message where connection = :name",
    "delete from alert where connection = :name",
    "delete from alert_receivers where connection = :name",
)
_FORGET_ANSWERS = ("delete from file_answer where connection = :name",)
_FORGET_RUNS = (
    "delete from change where run_id in (select id from run where connection = :name)",
    "delete from run where connection = :name",
    "delete from connection_state where name = :name",
)
_FORGET_ALL = (
    *_FORGET_LISTS,
    *_FORGET_ANSWERS,
    *_FORGET_ALERTS,
    *_FORGET_SCHEDULE,
    *_FORGET_RUNS,
    _FORGET,
)


def save(store: Store, vault: "Vault", name: str, credentials: Credentials) -> None:
    """Store both accounts under a name, replacing what was there."""
    salesforce, jangomail = credentials.salesforce, credentials.jangomail
    row: dict[str, object] = {
        "name": name,
        "login_url": salesforce.login_url,
        "username": salesforce.username,
        "consumer_key": salesforce.consumer_key,
        "jangomail_url": jangomail.url,
        "jangomail_username": jangomail.username,
        "jangomail_utc_offset": float(jangomail.utc_offset),
        "opt_out_field": credentials.opt_out_field,
        "now": to_text(store.now()),
    }
    with store.writing():  # encrypted inside, so that a change of key comes before or after
        row["secrets"] = vault.encrypt(_secrets_of(credentials))
        store.execute(_SAVE, row)


def load(store: Store, vault: "Vault", name: str) -> Credentials | None:
    """The accounts of a connection. Raises SecretsUnreadable when the key is another one."""
    row = store.first_row(_LOAD, {"name": name})
    if row is None:
        return None
    try:
        secrets = vault.decrypt(row["secrets"])
    except SecretsUnreadable:  # perhaps the key was changed since the row was read
        again = store.first_row(_LOAD, {"name": name})
        if again is None or again["secrets"] == row["secrets"]:
            raise
        row, secrets = again, vault.decrypt(again["secrets"])
    return _credentials(row, json.loads(secrets))


def without_secrets(store: Store, name: str) -> Credentials | None:
    """The accounts of a connection as far as they can be read without the key."""
    row = store.first_row(_LOAD, {"name": name})
    return _credentials(row, dict.fromkeys(_SECRETS, "")) if row else None


def encrypted(store: Store) -> dict[str, str]:
    """The secrets of every stored connection, as they are stored."""
    return {row["name"]: row["secrets"] for row in store.query(_ENCRYPTED)}


def encrypt_again(store: Store, vault: "Vault") -> list[str]:
    """Encrypt every connection's secrets with the newest key; the names of these connections.

    All of them or none. Raises SecretsUnreadable, naming the connections no key of ours can read.
    """
    store.execute("pragma secure_delete = on")  # so that no page keeps the old text
    with store.writing():
        stored = encrypted(store)
        fresh = {name: vault.encrypt_again(token) for name, token in stored.items()}
        unreadable = [name for name, token in fresh.items() if token is None]
        if unreadable:
            raise _unreadable(unreadable)
        for name, token in fresh.items():
            store.execute(_REPLACE_SECRETS, {"name": name, "secrets": token})
    return list(stored)


def public(store: Store, name: str) -> dict[str, str | float]:
    """The settings of a stored connection that aren't secret; empty if there is none."""
    row = store.first_row(_PUBLIC, {"name": name})
    return dict(row) if row else {}


def names(store: Store) -> list[str]:
    """The stored connections."""
    return [row["name"] for row in store.query(_NAMES)]


def all_names(store: Store) -> list[str]:
    """The stored connections, and those that only have runs, such as `environment`."""
    return [row["name"] for row in store.query(_ALL_NAMES)]


def forget(store: Store, name: str) -> None:
    """Delete the stored credentials and the schedule; runs, ledger and memory stay."""
    with store.writing():
        for statement in (*_FORGET_SCHEDULE, _FORGET):
            store.execute(statement, {"name": name})


def forget_everything(store: Store, name: str) -> None:
    """Delete a connection and everything the log knows about it: its orgs, runs and lists."""
    files = [row["file"] for row in store.query(_FILES, {"name": name})]
    with store.writing():
        for scope in store.query(_SCOPES, {"name": name}):
            for statement in _FORGET_SCOPE:
                store.execute(statement, {"scope": scope["scope"]})
        for statement in _FORGET_ALL:
            store.execute(statement, {"name": name})
    for file in files:
        (store.home / "lists" / file).unlink(missing_ok=True)


def _unreadable(names: list[str]) -> SecretsUnreadable:
    which = listed(names)
    return SecretsUnreadable(
        f"No key can read the stored credentials of {which}, so nothing was encrypted again",
        remedy="Add the key they were stored with to OPTBACK_KEY, behind the new one. If it's "
        "lost, run sync.py connect NAME for each of them, or delete them on the Connection page.",
    )


def _secrets_of(credentials: Credentials) -> str:
    salesforce = credentials.salesforce
    values = (
        salesforce.password,
        salesforce.security_token,
        salesforce.consumer_secret,
        salesforce.private_key,
        credentials.jangomail.password,
    )
    return json.dumps(dict(zip(_SECRETS, values, strict=True)))


def _credentials(row: sqlite3.Row, secrets: dict[str, str]) -> Credentials:
    salesforce = SalesforceLogin(
        login_url=row["login_url"],
        username=row["username"],
        password=secrets["password"],
        security_token=secrets["security_token"],
        consumer_key=row["consumer_key"],
        consumer_secret=secrets["consumer_secret"],
        private_key=secrets["private_key"],
    )
    jangomail = JangoMailLogin(
        url=row["jangomail_url"],
        username=row["jangomail_username"],
        password=secrets["jangomail_password"],
        utc_offset=row["jangomail_utc_offset"],
    )
    return Credentials(salesforce, jangomail, row["opt_out_field"])
