"""The answers people gave about who in a file asked, kept for files with the same headings."""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store

_KEEP = """
    insert into file_answer (connection, headings, choice, answered_at, answered_by)
    values (:connection, :headings, :choice, :now, :answered_by)
    on conflict (connection, headings) do update
    set choice = excluded.choice, answered_at = excluded.answered_at,
        answered_by = excluded.answered_by
"""
_RECALL = """
    select choice, answered_at, answered_by from file_answer
    where connection = :connection and headings = :headings
"""


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """An answer as JSON, when someone gave it, and who."""

    choice: str
    answered_at: datetime
    answered_by: str


def keep(store: Store, connection: str, headings: str, choice: str, answered_by: str) -> None:
    """Store an answer as JSON, replacing an earlier one; `headings` is a hash of them."""
    row = {
        "connection": connection,
        "headings": headings,
        "choice": choice,
        "answered_by": answered_by,
        "now": to_text(store.now()),
    }
    with store.writing():
        store.execute(_KEEP, row)


def recall(store: Store, connection: str, headings: str) -> FileAnswer | None:
    """The answer for files with these headings, if there is one."""
    row = store.first_row(_RECALL, {"connection": connection, "headings": headings})
    if row is None:
        return None
    return FileAnswer(row["choice"], from_text(row["answered_at"]), row["answered_by"])
