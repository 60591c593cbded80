"""A connection gets another name, or goes away: every row that names it or its orgs."""

from dataclasses import dataclass

from lib.store.db import Store
from lib.words import counted, listed, people

_SCOPES = """
    select scope from run where connection = :name and scope is not null
    union select scope from pull where connection = :name and scope is not null
    union select scope from connection_state where name = :name and scope is not null
"""
_RENAME = (
    "update connection set name = :new where name = :name",
    "update connection_state set name = :new where name = :name",
    "update run set connection = :new where connection = :name",
    "update list set connection = :new where connection = :name",
    "update pull set connection = :new where connection = :name",
    "update hand_over set connection = :new where connection = :name",
    "update file_answer set connection = :new where connection = :name",
    "update schedule set connection = :new where connection = :name",
    "update schedule_claim set connection = :new where connection = :name",
    "update scheduler set connection = :new where connection = :name",
    "update alert set connection = :new where connection = :name",
    "update alert_message set connection = :new where connection = :name",
    "update alert_receivers set connection = :new where connection = :name",
    "update alert_off set connection = :new where connection = :name",
    "update connection_key set connection = :new where connection = :name",
    "update made_key set connection = :new where connection = :name",
    "update connection_setting set connection = :new where connection = :name",
    "update permission_set set connection = :new where connection = :name",
    "update waiting set connection = :new where connection = :name",
    "update refused_source set connection = :new where connection = :name",
)
_FORGET_COUNTS = """
    delete from people_count where scope = (select id from term where text = :scope)
"""
_NEW_TERM = "insert or ignore into term (text) values (:new)"
_MOVE_SCOPE = (
    _NEW_TERM,
    _FORGET_COUNTS,
    """
    update event_row set scope = (select id from term where text = :new)
    where scope = (select id from term where text = :scope)
    """,
    """
    update memory_row set scope = (select id from term where text = :new)
    where scope = (select id from term where text = :scope)
    """,
    """
    update change_row set scope = (select id from term where text = :new)
    where scope = (select id from term where text = :scope)
    """,
    "update reading set scope = :new where scope = :scope",
    "update watermark set scope = :new where scope = :scope",
    "update domain_decision set scope = :new where scope = :scope",
    "update undone set scope = :new where scope = :scope",
    "update mass_clearing set scope = :new where scope = :scope",
    "update bulk_job set scope = :new where scope = :scope",
    "update run set scope = :new where scope = :scope",
    "update pull set scope = :new where scope = :scope",
    "update connection_state set scope = :new where scope = :scope",
)
_FORGET_SCOPE = (
    _FORGET_COUNTS,
    "delete from event_row where scope = (select id from term where text = :scope)",
    "delete from reading where scope = :scope",
    "delete from watermark where scope = :scope",
    "delete from memory_row where scope = (select id from term where text = :scope)",
    "delete from domain_decision where scope = :scope",
    "delete from undone where scope = :scope",
    "delete from mass_clearing where scope = :scope",
)
_FILES = "select file from pull where connection = :name and file is not null"
_FORGET_SCHEDULE = (
    "delete from schedule where connection = :name",
    "delete from schedule_claim where connection = :name",
    "delete from scheduler where connection = :name",
    "delete from waiting where connection = :name",
    "delete from refused_source where connection = :name",
)
_FORGET_KEYS = ("delete from made_key where connection = :name",)
_FORGET = (
    *_FORGET_SCHEDULE,
    *_FORGET_KEYS,
    "delete from hand_over where connection = :name",
    "delete from pull_row where pull_id in (select id from pull where connection = :name)",
    "delete from pull where connection = :name",
    "delete from list where connection = :name",
    "delete from file_answer where connection = :name",
    "delete from alert_message where connection = :name",
    "delete from alert where connection = :name",
    "delete from alert_receivers where connection = :name",
    "delete from alert_off where connection = :name",
    "delete from connection_key where connection = :name",
    "delete from connection_setting where connection = :name",
    "delete from permission_set where connection = :name",
    "delete from operation where run_id in (select id from run where connection = :name)",
    "delete from run_wait where run_id in (select id from run where connection = :name)",
    """
    delete from change_row where run in (
        select term.id from run join term on term.text = run.id where run.connection = :name
    )
    """,
    "delete from bulk_job where run_id in (select id from run where connection = :name)",
    "delete from run where connection = :name",
    "delete from connection_state where name = :name",
    "delete from connection where name = :name",
)
# Addresses that nothing is known about any more.
_FORGET_ADDRESSES = """
    delete from address
    where not exists (select 1 from event_row where event_row.entry = address.id)
      and not exists (select 1 from change_row where change_row.address = address.id)
      and not exists (select 1 from memory_row where memory_row.address = address.id)
"""
_FORGET_CREDENTIALS = (
    *_FORGET_SCHEDULE,
    *_FORGET_KEYS,
    "delete from connection where name = :name",
)
_HISTORY = """
    select
        (select count(*) from run where connection = :name) as runs,
        (select count(*) from list where connection = :name and deleted_at is null) as lists
"""
_PEOPLE = """
    select count(distinct entry) as people from event_row
    where scope = (select id from term where text = :scope)
"""


@dataclass(frozen=True, slots=True)
class History:
    """How much the log knows about a connection: runs, people who unsubscribed, saved lists."""

    runs: int
    people: int
    lists: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.runs or self.people or self.lists)

    @property
    def amount(self) -> str:
        """`12 runs, 140 people who unsubscribed, and 1 list`."""
        parts = [
            counted(self.runs, "run", "runs"),
            f"{people(self.people)} who unsubscribed" if self.people else "",
            counted(self.lists, "list", "lists") if self.lists else "",
        ]
        return listed([part for part in parts if part])


def history(store: Store, name: str) -> History:
    """What would go away with the connection's history."""
    row = store.first_row(_HISTORY, {"name": name})
    people = [store.first_row(_PEOPLE, {"scope": scope}) for scope in _scopes(store, name)]
    count = sum(each["people"] for each in people if each)
    return History(row["runs"] if row else 0, count, row["lists"] if row else 0)


def rename(store: Store, name: str, new: str) -> None:
    """Give the connection another name, with everything the log knows about it."""
    with store.writing():
        scopes = [*_scopes(store, name), _own_scope(name)]
        moved = [*(new + scope.removeprefix(name) for scope in scopes[:-1]), _own_scope(new)]
        for scope, to in zip(scopes, moved, strict=True):
            for statement in _MOVE_SCOPE:
                store.execute(statement, {"scope": scope, "new": to})
        for statement in _RENAME:
            store.execute(statement, {"name": name, "new": new})


def forget(store: Store, name: str) -> None:
    """Delete the stored credentials and the schedule; runs, ledger and memory stay."""
    with store.writing():
        for statement in _FORGET_CREDENTIALS:
            store.execute(statement, {"name": name})


def forget_everything(store: Store, name: str) -> None:
    """Delete a connection and everything the log knows about it: its orgs, runs and lists."""
    with store.writing():
        files = [row["file"] for row in store.query(_FILES, {"name": name})]
        for scope in [*_scopes(store, name), _own_scope(name)]:
            for statement in _FORGET_SCOPE:
                store.execute(statement, {"scope": scope})
        for statement in _FORGET:
            store.execute(statement, {"name": name})
        store.execute(_FORGET_ADDRESSES)
    for file in files:
        (store.home / "lists" / file).unlink(missing_ok=True)


def _scopes(store: Store, name: str) -> list[str]:
    return [row["scope"] for row in store.query(_SCOPES, {"name": name})]


def _own_scope(name: str) -> str:
    """The scope of what is noted about a connection apart from its orgs."""
    return f"connection:{name}"
