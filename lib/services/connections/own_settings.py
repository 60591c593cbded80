"""The settings of a connection as people see and change them: what is copied, and its limits."""

from dataclasses import replace

from lib.call_cap import USUAL, CallCap
from lib.errors import UsageError
from lib.services.log import Log
from lib.services.started_by import user
from lib.settings import call_shares_from, environment
from lib.store import connection_settings
from lib.store.connection_settings import ConnectionSettings
from lib.values import EventKind

MOST = 10_000_000
"""No org has more Contacts and Leads than that."""
MOST_PERCENT = 100


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
    _save(log, connection, known, replace(known, safety_limit=safety_limit, copied=copied))


def set_call_cap(log: Log, connection: str, a_day: int | None, a_run: int | None) -> None:
    """Keep a connection's own cap of API calls, in percent; None: the usual. Raises UsageError."""
    for percent in (a_day, a_run):
        if percent is not None and not 1 <= percent <= MOST_PERCENT:
            raise UsageError(
                f"A cap of API calls can't be {percent}%",
                remedy=f"Enter a whole number from 1 to {MOST_PERCENT}.",
            )
    known = settings_of(log, connection)
    _save(log, connection, known, replace(known, calls_a_day=a_day, calls_a_run=a_run))


def call_cap(log: Log, connection: str) -> CallCap:
    """The cap of a connection: its own, else that of the variables, else the usual."""
    own, usual = settings_of(log, connection), usual_call_cap()
    return CallCap(own.calls_a_day or usual.a_day, own.calls_a_run or usual.a_run)


def usual_call_cap() -> CallCap:
    """The cap of connections without one of their own. Raises SettingsError."""
    a_day, a_run = call_shares_from(environment())
    return CallCap(a_day or USUAL.a_day, a_run or USUAL.a_run)


def _save(
    log: Log, connection: str, known: ConnectionSettings, changed: ConnectionSettings
) -> None:
    if known != changed:
        connection_settings.save(log.store, connection, changed, set_by=user())


def keep_over(log: Log, connection: str, known: ConnectionSettings) -> None:
    """Set again what was known before the connection's log was emptied."""
    if known.set_at is not None:
        connection_settings.save(log.store, connection, known, set_by=user())
