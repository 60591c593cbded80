"""What a person set for a connection, apart from credentials: what is copied, and its limits."""

import json
from dataclasses import dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.values import EventKind

EVERYTHING = frozenset({EventKind.UNSUBSCRIBE})
"""What is copied unless a person says otherwise."""

_SAVE = """
    insert into connection_setting (connection, safety_limit, copied, calls_a_day, calls_a_run,
        set_at, set_by)
    values (:connection, :safety_limit, :copied, :calls_a_day, :calls_a_run, :now, :set_by)
    on conflict (connection) do update
    set safety_limit = excluded.safety_limit, copied = excluded.copied,
        calls_a_day = excluded.calls_a_day, calls_a_run = excluded.calls_a_run,
        set_at = excluded.set_at, set_by = excluded.set_by
"""
_GET = "select * from connection_setting where connection = :connection"


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """`safety_limit`: the most changes of a run, instead of the rule's (rules.md, 4.1).

    `calls_a_day` and `calls_a_run`: its own cap of API calls, in percent (rules.md, 4.5).
    """

    safety_limit: int | None = None
    copied: frozenset[EventKind] = EVERYTHING
    calls_a_day: int | None = None
    calls_a_run: int | None = None
    set_at: datetime | None = None  # None: no person has set anything

    @property
    def copies_unsubscribes(self) -> bool:
        """Whether runs may write opt-outs at all."""
        return EventKind.UNSUBSCRIBE in self.copied


def get(store: Store, connection: str) -> ConnectionSettings:
    """The settings of a connection; the usual ones if no person has set any."""
    row = store.first_row(_GET, {"connection": connection})
    if row is None:
        return ConnectionSettings()
    copied = frozenset(EventKind(kind) for kind in json.loads(row["copied"]))
    return ConnectionSettings(
        row["safety_limit"],
        copied,
        row["calls_a_day"],
        row["calls_a_run"],
        from_text(row["set_at"]),
    )


def save(store: Store, connection: str, settings: ConnectionSettings, *, set_by: str) -> None:
    """Keep what a person set."""
    row = {
        "connection": connection,
        "safety_limit": settings.safety_limit,
        "copied": json.dumps(sorted(settings.copied)),
        "calls_a_day": settings.calls_a_day,
        "calls_a_run": settings.calls_a_run,
        "now": to_text(store.now()),
        "set_by": set_by,
    }
    with store.writing():
        store.execute(_SAVE, row)
