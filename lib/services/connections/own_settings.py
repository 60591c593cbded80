"""The settings of a connection as people see and change them: what is copied, and its limit."""

from lib.errors import UsageError
from lib.services.log import Log
from lib.services.started_by import user
from lib.store import connection_settings
from lib.store.connection_settings import ConnectionSettings
from lib.values import EventKind

MOST = 10_000_000
"""No org has more Contacts and Leads than that."""


def settings_of(log: Log, connection: str) -> ConnectionSettings:
    """What was set, or the usual settings."""
    return connection_settings.get(log.store, connection)


def change(
    log: Log, connection: str, *, copies_unsubscribes: bool, safety_limit: int | None
) -> None:
    """Keep what a person set; the next run follows it. Raises UsageError for an unusable limit."""
    if safety_limit is not None and not 0 <= safety_limit <= MOST:
        raise UsageError(
            f"The safety limit can't be {safety_limit:,}",
            remedy=f"Enter a whole number from 0 to {MOST:,}.",
        )
    known = settings_of(log, connection)
    only = frozenset({EventKind.UNSUBSCRIBE})
    copied = known.copied | only if copies_unsubscribes else known.copied - only
    changed = ConnectionSettings(safety_limit, copied)
    if (known.safety_limit, known.copied) != (safety_limit, copied):
        connection_settings.save(log.store, connection, changed, set_by=user())


def keep_over(log: Log, connection: str, known: ConnectionSettings) -> None:
    """Set again what was known before the connection's log was emptied."""
    if known.set_at is not None:
        connection_settings.save(log.store, connection, known, set_by=user())
