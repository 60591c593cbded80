"""A source of unsubscribes that refused a connection's user name or password, and when."""

from dataclasses import dataclass

from lib.clock import to_text
from lib.store.db import Store

_GET = "select fingerprint, message, remedy from refused_source where connection = :connection"
_NOTE = """
    insert into refused_source (connection, fingerprint, message, remedy, refused_at)
    values (:connection, :fingerprint, :message, :remedy, :now)
    on conflict (connection) do update
    set fingerprint = excluded.fingerprint, message = excluded.message,
        remedy = excluded.remedy, refused_at = excluded.refused_at
"""
_FORGET = "delete from refused_source where connection = :connection"


@dataclass(frozen=True, slots=True)
class RefusedSource:
    """The refused account, as a fingerprint that reveals nothing, and what the source said."""

    fingerprint: str
    message: str
    remedy: str


def get(store: Store, connection: str) -> RefusedSource | None:
    """The account that was refused last, unless it has worked since."""
    row = store.first_row(_GET, {"connection": connection})
    return RefusedSource(*row) if row else None


def note(store: Store, connection: str, refused: RefusedSource) -> None:
    """Remember that the source refused this account."""
    values = {
        "connection": connection,
        "fingerprint": refused.fingerprint,
        "message": refused.message,
        "remedy": refused.remedy,
        "now": to_text(store.now()),
    }
    with store.writing():
        store.execute(_NOTE, values)


def forget(store: Store, connection: str) -> None:
    """The source accepts the account again."""
    with store.writing():
        store.execute(_FORGET, {"connection": connection})
