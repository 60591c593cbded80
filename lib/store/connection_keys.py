"""A key for each connection that stays the same when it's renamed; links in alerts carry it."""

import secrets

from lib.store.db import Store

_KEY = "select key from connection_key where connection = :connection"
_ADD = "insert into connection_key (connection, key) values (:connection, :key)"
_NAME = "select connection from connection_key where key = :key"


def key_of(store: Store, connection: str) -> str:
    """The key of a connection, made at first use."""
    with store.writing():
        row = store.first_row(_KEY, {"connection": connection})
        if row is not None:
            return str(row["key"])
        key = secrets.token_hex(6)
        store.execute(_ADD, {"connection": connection, "key": key})
        return key


def name_of(store: Store, key: str) -> str | None:
    """The present name of the connection with this key."""
    row = store.first_row(_NAME, {"key": key})
    return str(row["connection"]) if row else None
