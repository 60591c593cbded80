"""Keys that Optback made for signing in: the certificate as plain text, the private key encrypted.

A key that was just made waits until the connection is saved with it; until then, the connection
goes on with the key it has. Once saved, the private key is among the connection's secrets, and
only the certificate stays here. The name is empty for a connection that isn't stored yet.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lib.clock import from_text, to_text
from lib.errors import SecretsUnreadable
from lib.store.db import Store

if TYPE_CHECKING:  # a process that only reads the log doesn't load the encryption
    from lib.store.vault import Vault

_PUT = """
    insert into made_key (connection, is_waiting, certificate, private_key, made_at)
    values (:connection, 1, :certificate, :private_key, :now)
    on conflict (connection, is_waiting) do update
    set certificate = excluded.certificate, private_key = excluded.private_key,
        made_at = excluded.made_at
"""
_FIND = "select * from made_key where connection = :connection and is_waiting = :is_waiting"
_FORGET = "delete from made_key where connection = :connection and is_waiting = :is_waiting"
_USE = """
    insert into made_key (connection, is_waiting, certificate, private_key, made_at)
    select :connection, 0, certificate, null, made_at
    from made_key
    where connection = :draft and is_waiting = 1
"""
_WAITING = "select connection, private_key from made_key where is_waiting = 1"
_ENCRYPT = """
    update made_key set private_key = :private_key
    where connection = :connection and is_waiting = 1
"""


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A certificate and when it was made; its private key is asked for apart."""

    certificate: str  # PEM
    made_at: datetime


def put(store: Store, vault: "Vault", connection: str, certificate: str, private_key: str) -> None:
    """Keep a new key, which waits until the connection is saved; it replaces one that waits."""
    with store.writing():
        row = {
            "connection": connection,
            "certificate": certificate,
            "private_key": vault.encrypt(private_key),
            "now": to_text(store.now()),
        }
        store.execute(_PUT, row)


def find(store: Store, connection: str, *, is_waiting: bool) -> MadeKey | None:
    """The key that waits, or the key that is in use."""
    row = store.first_row(_FIND, {"connection": connection, "is_waiting": int(is_waiting)})
    return MadeKey(row["certificate"], from_text(row["made_at"])) if row else None


def waiting_private_key(store: Store, vault: "Vault", connection: str) -> str:
    """The private key that waits; empty if there is none, or if no key of ours can read it."""
    row = store.first_row(_FIND, {"connection": connection, "is_waiting": 1})
    if row is None:
        return ""
    try:
        return vault.decrypt(row["private_key"])
    except SecretsUnreadable:
        return ""


def forget(store: Store, connection: str, *, is_waiting: bool) -> None:
    """Delete the key that waits, or the certificate of a key that is no longer in use."""
    with store.writing():
        store.execute(_FORGET, {"connection": connection, "is_waiting": int(is_waiting)})


def use(store: Store, draft: str, connection: str) -> None:
    """The key that waits for `draft` is now the connection's own."""
    with store.writing():
        forget(store, connection, is_waiting=False)
        store.execute(_USE, {"draft": draft, "connection": connection})
        forget(store, draft, is_waiting=True)


def encrypt_again(store: Store, vault: "Vault") -> None:
    """Encrypt the keys that wait with the newest key; one that can't be read is deleted."""
    with store.writing():
        for row in store.query(_WAITING):
            fresh = vault.encrypt_again(row["private_key"])
            if fresh is None:
                forget(store, row["connection"], is_waiting=True)
            else:
                fields = {"connection": row["connection"], "private_key": fresh}
                store.execute(_ENCRYPT, fields)
