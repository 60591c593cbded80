"""The lists that an address is on, and the groups in JangoMail that it was sent to."""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.db import Store

# The people on a saved list are those of its last complete pull.
_LISTED = """
    select list.name, pull.started_at, min(pull_row.removed is not null) as is_left_out
    from list
    join pull on pull.id = (
        select id from pull as latest
        where latest.list_id = list.id and latest.status = 'done'
        order by latest.started_at desc, latest.id desc
        limit 1
    )
    join pull_row indexed by pull_row_by_address
        on pull_row.pull_id = pull.id and pull_row.address = :address
    where list.connection = :connection and list.deleted_at is null
    group by list.id
    order by pull.started_at
"""
_SENT = """
    select distinct hand_over.id, hand_over.group_name, hand_over.started_at
    from hand_over
    join pull_row indexed by pull_row_by_address
        on pull_row.pull_id = hand_over.pull_id and pull_row.address = :address
    where hand_over.connection = :connection
      and pull_row.removed is null and pull_row.position <= hand_over.sent_to
    order by hand_over.started_at
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved list whose last pull found the address; on it, unless it was left out."""

    name: str
    pulled_at: datetime
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A group in JangoMail that the address was, or may have been, sent to."""

    group: str
    at: datetime


def lists_with(store: Store, connection: str, address: str) -> list[Listed]:
    """The saved lists of a connection that have the address, or left it out; oldest pull first."""
    rows = store.query(_LISTED, {"connection": connection, "address": address})
    return [
        Listed(row["name"], from_text(row["started_at"]), bool(row["is_left_out"])) for row in rows
    ]


def groups_with(store: Store, connection: str, address: str) -> list[Sent]:
    """The groups that the address was sent to, oldest first."""
    rows = store.query(_SENT, {"connection": connection, "address": address})
    return [Sent(row["group_name"], from_text(row["started_at"])) for row in rows]
