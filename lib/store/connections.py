"""The stored connections: settings as plain text, secrets encrypted."""

import json
import sqlite3
from typing import TYPE_CHECKING

from lib.clock import to_text
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin
from lib.store.connection_state import (
    ConnectionState,
    is_paused,
    keep_checks,
    pause,
    remember_org,
    state,
    unpause,
)
from lib.store.db import Store

if TYPE_CHECKING:  # a process that only reads the log doesn't load the encryption
    from lib.store.vault import Vault

__all__ = [
    "ConnectionState",
    "all_names",
    "forget",
    "forget_everything",
    "is_paused",
    "keep_checks",
    "load",
    "names",
    "pause",
    "public",
    "remember_org",
    "save",
    "state",
    "unpause",
]

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
_FORGET_ANSWERS = ("delete from file_answer where connection = :name",)
_FORGET_RUNS = (
    "delete from change where run_id in (select id from run where connection = :name)",
    "delete from run where connection = :name",
    "delete from connection_state where name = :name",
)
_FORGET_ALL = (*_FORGET_LISTS, *_FORGET_ANSWERS, *_FORGET_SCHEDULE, *_FORGET_RUNS, _FORGET)


def save(store: Store, vault: "Vault", name: str, credentials: Credentials) -> None:
    """Store both accounts under a name, replacing what was there."""
    salesforce, jangomail = credentials.salesforce, credentials.jangomail
    row = {
        "name": name,
        "login_url": salesforce.login_url,
        "username": salesforce.username,
        "consumer_key": salesforce.consumer_key,
        "jangomail_url": jangomail.url,
        "jangomail_username": jangomail.username,
        "jangomail_utc_offset": float(jangomail.utc_offset),
        "opt_out_field": credentials.opt_out_field,
        "secrets": vault.encrypt(_secrets_of(credentials)),
        "now": to_text(store.now()),
    }
    with store.writing():
        store.execute(_SAVE, row)


def load(store: Store, vault: "Vault", name: str) -> Credentials | None:
    """The accounts of a connection. Raises SecretsUnreadable if the key has changed."""
    row = store.first_row(_LOAD, {"name": name})
    return _credentials(row, json.loads(vault.decrypt(row["secrets"]))) if row else None


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


def _secrets_of(credentials: Credentials) -> str:
    salesforce = credentials.salesforce
    return json.dumps(
        {
            "password": salesforce.password,
            "security_token": salesforce.security_token,
            "consumer_secret": salesforce.consumer_secret,
            "private_key": salesforce.private_key,
            "jangomail_password": credentials.jangomail.password,
        }
    )


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
