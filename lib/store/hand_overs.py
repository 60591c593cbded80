"""Hand-overs: sending a pull to JangoMail as a new group, and how far that has come.

Each batch is noted before it is sent and after it is answered. If a process dies in between,
`sent_to` is beyond `done_to`, and the next process knows what to look up.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.runs import new_id
from lib.store.sql_values import json_list, moment
from lib.values import Fault

_START = """
    insert into hand_over (id, pull_id, connection, group_name, columns, status, handed_by,
        started_at, beat_at)
    values (:id, :pull_id, :connection, :group_name, :columns, 'starting', :by, :now, :now)
"""
_GET = "select * from hand_over where id = :id"
_OF_CONNECTION = """
    select * from hand_over
    where connection = :connection
    order by started_at desc, id desc
    limit :limit
"""
_OF_PULL = """
    select * from hand_over
    where pull_id = :pull_id
    order by started_at desc, id desc
"""
_DONE_OF_LISTS = """
    select pull.list_id as of_list, max(hand_over.finished_at) as sent_at from hand_over
    join pull on pull.id = hand_over.pull_id
    where hand_over.connection = :connection and hand_over.status = 'done'
      and pull.list_id is not null
    group by pull.list_id
"""
_TAKE_UP = """
    update hand_over
    set status = 'running', beat_at = :now, finished_at = null, error = null
    where id = :id and status <> 'done'
"""
_BEGIN_AGAIN = """
    update hand_over
    set status = 'starting', beat_at = :now, finished_at = null, error = null
    where id = :id and status <> 'done'
"""
_RENAME = """
    update hand_over
    set group_name = :name, making_at = null
    where id = :id and made_at is null and status <> 'done'
"""
_MAKING = "update hand_over set making_at = :now, beat_at = :now where id = :id"
_MADE = "update hand_over set made_at = :now, beat_at = :now where id = :id"
_SET_COUNTS = """
    update hand_over
    set total = :total, done = :done, left_out = :left_out, beat_at = :now
    where id = :id
"""
_SENDING = "update hand_over set sent_to = :position, beat_at = :now where id = :id"
_ANSWERED = """
    update hand_over
    set done_to = :position, sent_to = :position, done = done + :people, beat_at = :now
    where id = :id
"""
_FINISH = """
    update hand_over
    set status = :status, finished_at = :now, beat_at = :now, error = :error,
        members = coalesce(:members, members)
    where id = :id and finished_at is null
"""
# If several rows have the same address, the first is sent: a group has each address once.
_ROWS = """
    select position, address, shown,
        address <> '' and not exists (
            select 1 from pull_row as earlier indexed by pull_row_by_address
            where earlier.pull_id = pull_row.pull_id and earlier.address = pull_row.address
              and earlier.removed is null and earlier.position < pull_row.position
        ) as is_first
    from pull_row
    where pull_id = :pull_id and removed is null and position > :after
    order by position
    limit :limit
"""
_PEOPLE = """
    select count(distinct address) as count from pull_row
    where pull_id = :pull_id and removed is null and address <> '' and position <= :until
      and address not in (select value from json_each(:left_out))
"""
_COUNT_ROWS = "select count(*) as count from pull_row where pull_id = :pull_id and removed is null"
_LAST_POSITION = 2**62


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over as the log knows it. Positions are those of the pull's rows."""

    id: str
    pull_id: str
    connection: str
    group_name: str
    columns: tuple[str, ...]  # headings of the pull's file that are sent with the address
    status: str  # starting, running, done or failed
    handed_by: str
    started_at: datetime
    beat_at: datetime
    finished_at: datetime | None
    making_at: datetime | None  # no group had its name then
    made_at: datetime | None
    sent_to: int
    done_to: int
    done: int  # people
    total: int
    left_out: int  # people who opted out since the pull
    members: int | None  # what JangoMail counted at the end
    error: Fault | None  # if status is done: what to look at

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, done or failed."""
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row that is on the list; `is_first`: no row before it has the same address."""

    position: int
    address: str
    shown: str
    is_first: bool


def start(
    store: Store,
    *,
    connection: str,
    pull_id: str,
    group_name: str,
    columns: Sequence[str],
    by: str,
) -> str:
    """Write a hand-over's row before its process starts. Returns its id."""
    now = store.now()
    row = {
        "id": new_id(now),
        "pull_id": pull_id,
        "connection": connection,
        "group_name": group_name,
        "columns": json.dumps(list(columns), ensure_ascii=False),
        "by": by,
        "now": to_text(now),
    }
    with store.writing():
        store.execute(_START, row)
    return str(row["id"])


def get(store: Store, hand_over_id: str) -> HandOver | None:
    """The hand-over with this id, if the log has it."""
    row = store.first_row(_GET, {"id": hand_over_id})
    return _hand_over(row) if row else None


def of_connection(store: Store, connection: str, *, limit: int = 20) -> list[HandOver]:
    """The newest hand-overs of a connection, newest first."""
    rows = store.query(_OF_CONNECTION, {"connection": connection, "limit": limit})
    return [_hand_over(row) for row in rows]


def of_pull(store: Store, pull_id: str) -> list[HandOver]:
    """The hand-overs of a pull, newest first."""
    return [_hand_over(row) for row in store.query(_OF_PULL, {"pull_id": pull_id})]


def last_of_lists(store: Store, connection: str) -> dict[str, datetime]:
    """When each saved list was last handed over, by the list's ID."""
    rows = store.query(_DONE_OF_LISTS, {"connection": connection})
    return {row["of_list"]: from_text(row["sent_at"]) for row in rows}


def take_up(store: Store, hand_over_id: str) -> HandOver | None:
    """Start or resume a hand-over; None if there is none, or it is done."""
    with store.writing():
        if not store.execute(_TAKE_UP, {"id": hand_over_id, "now": to_text(store.now())}):
            return None
    return get(store, hand_over_id)


def begin_again(store: Store, hand_over_id: str) -> None:
    """Note that a hand-over resumes, before its process starts."""
    _beat(store, _BEGIN_AGAIN, hand_over_id)


def rename(store: Store, hand_over_id: str, group_name: str) -> bool:
    """Choose another name for a group. Returns False if the group already exists."""
    with store.writing():
        return store.execute(_RENAME, {"id": hand_over_id, "name": group_name}) == 1


def making(store: Store, hand_over_id: str) -> None:
    """Note that the group is about to be created, and that no group has its name."""
    _beat(store, _MAKING, hand_over_id)


def made(store: Store, hand_over_id: str) -> None:
    """Note that JangoMail has created the group."""
    _beat(store, _MADE, hand_over_id)


def set_counts(store: Store, hand_over_id: str, *, total: int, done: int, left_out: int) -> None:
    """Note how many people to send, how many are done, and how many opted out since the pull."""
    _beat(store, _SET_COUNTS, hand_over_id, total=total, done=done, left_out=left_out)


def sending(store: Store, hand_over_id: str, position: int) -> None:
    """Note the last row of the next batch, before the call."""
    _beat(store, _SENDING, hand_over_id, position=position)


def answered(store: Store, hand_over_id: str, position: int, people: int) -> None:
    """Note that everyone up to this row was sent, `people` of them just now."""
    _beat(store, _ANSWERED, hand_over_id, position=position, people=people)


def finish(
    store: Store,
    hand_over_id: str,
    status: str,
    *,
    members: int | None = None,
    error: Fault | None = None,
) -> None:
    """Close the hand-over as done or failed; if it has ended already, nothing changes."""
    error_json = json.dumps(asdict(error), ensure_ascii=False) if error else None
    _beat(store, _FINISH, hand_over_id, status=status, members=members, error=error_json)


def listed_rows(store: Store, pull_id: str, *, after: int, limit: int) -> list[ListedRow]:
    """The next rows that are on the list, in the order of the pull's file."""
    rows = store.query(_ROWS, {"pull_id": pull_id, "after": after, "limit": limit})
    return [
        ListedRow(row["position"], row["address"], row["shown"], bool(row["is_first"]))
        for row in rows
    ]


def count_rows(store: Store, pull_id: str) -> int:
    """How many rows are on the list."""
    row = store.first_row(_COUNT_ROWS, {"pull_id": pull_id})
    return int(row["count"]) if row else 0


def people_of(
    store: Store, pull_id: str, left_out: Iterable[str], *, until: int = _LAST_POSITION
) -> int:
    """How many distinct addresses are on the list up to a position, except those in `left_out`."""
    parameters = {"pull_id": pull_id, "until": until, "left_out": json_list(left_out)}
    row = store.first_row(_PEOPLE, parameters)
    return int(row["count"]) if row else 0


def _beat(store: Store, statement: str, hand_over_id: str, **values: object) -> None:
    with store.writing():
        store.execute(statement, {"id": hand_over_id, "now": to_text(store.now()), **values})


def _hand_over(row: sqlite3.Row) -> HandOver:
    values = dict(row)
    for name in ("started_at", "beat_at"):
        values[name] = from_text(values[name])
    for name in ("finished_at", "making_at", "made_at"):
        values[name] = moment(values[name])
    values["columns"] = tuple(json.loads(values["columns"]))
    values["error"] = Fault(**json.loads(values["error"])) if values["error"] else None
    return HandOver(**values)
