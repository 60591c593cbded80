"""How fresh the log is: every statement about all people bears this time (rules.md, 8)."""

from datetime import datetime

from lib.store.column_values import moment
from lib.store.db import Store

_LAST_READING = """
    select max(read_at) as read_at from reading
    where scope = :scope and kind <> 'file'
"""


def last_complete_reading(store: Store, scope: str) -> datetime | None:
    """When a source last answered completely; a file tells nothing about all people."""
    row = store.one(_LAST_READING, {"scope": scope})
    return moment(row["read_at"]) if row else None
