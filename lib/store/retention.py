"""How long the log keeps what it doesn't need forever: people on pulled lists, and deleted lists.

Runs, changes, events and memory stay forever: without them, people would get email (rules.md, 3.1).
"""

from datetime import timedelta

from lib.clock import to_text
from lib.store import pull_rows
from lib.store.db import Store

PULLS_WITH_PEOPLE = 2
"""How many of a list's newest pulls keep their people and file, to show what changed."""

SENT_PEOPLE_KEPT = timedelta(days=400)
"""How long a pull sent to JangoMail keeps its people, so that other lists can leave them out."""

DELETED_LIST_KEPT = timedelta(hours=1)
"""How long a deleted list can be put back."""

_OLD_PULLS = """
    with past as (
        select id, row_number() over (
            partition by list_id order by started_at desc, id desc
        ) as place
        from pull
        where connection = :connection and status = 'done'
    )
    select id, (select file from pull where pull.id = past.id) as file
    from past
    where place > :kept
      and not exists (
        select 1 from hand_over
        where pull_id = past.id and started_at >= :since
      )
      and exists (select 1 from pull_row where pull_id = past.id)
"""
_FORGET_FILE = "update pull set file = null where id = :id"
_DELETED_LISTS = (
    """
    update pull set list_id = null
    where list_id in (select id from list where deleted_at < :until)
    """,
    "delete from list where deleted_at < :until",
)


def forget_old_pulls(store: Store, connection: str) -> list[str]:
    """Delete the people of older pulls. Their numbers stay.

    Returns the names of their files in the home's folder `lists`; the caller deletes them.
    """
    since = to_text(store.now() - SENT_PEOPLE_KEPT)
    parameters = {"connection": connection, "kept": PULLS_WITH_PEOPLE, "since": since}
    files: list[str] = []
    for row in store.query(_OLD_PULLS, parameters):
        pull_rows.forget(store, row["id"])
        store.execute(_FORGET_FILE, {"id": row["id"]})
        files += [row["file"]] if row["file"] else []
    return files


def forget_deleted_lists(store: Store) -> None:
    """Permanently delete the lists that can no longer be put back. Their pulls stay."""
    until = to_text(store.now() - DELETED_LIST_KEPT)
    for statement in _DELETED_LISTS:
        store.execute(statement, {"until": until})
