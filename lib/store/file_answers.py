"""What a person said about who in a file asked, kept for files with the same headings."""

from lib.clock import to_text
from lib.store.db import Store

_KEEP = """
    insert into file_answer (connection, headings, choice, answered_at, answered_by)
    values (:connection, :headings, :choice, :now, :answered_by)
    on conflict (connection, headings) do update
    set choice = excluded.choice, answered_at = excluded.answered_at,
        answered_by = excluded.answered_by
"""
_RECALL = """
    select choice from file_answer where connection = :connection and headings = :headings
"""


def keep(store: Store, connection: str, headings: str, choice: str, answered_by: str) -> None:
    """Keep an answer, as JSON, in place of an earlier one; `headings` is their hash."""
    row = {
        "connection": connection,
        "headings": headings,
        "choice": choice,
        "answered_by": answered_by,
        "now": to_text(store.now()),
    }
    with store.writing():
        store.execute(_KEEP, row)


def recall(store: Store, connection: str, headings: str) -> str | None:
    """The answer for files with these headings, if there is one."""
    row = store.one(_RECALL, {"connection": connection, "headings": headings})
    return row["choice"] if row else None
