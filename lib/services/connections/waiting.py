"""Save, and keep checking: when missing rights are looked for again, and what a test changes.

The looks themselves are in look_again.py. All of it is in the log, so any process can go on with
it: the dashboard, `sync.py schedule`, or both, also after a restart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lib.errors import OptbackError, UsageError
from lib.salesforce.permission_set.rights import failed_rights
from lib.services.connections.chosen import choose
from lib.services.log import Log
from lib.store import connections, waiting
from lib.store.connections import ConnectionState
from lib.store.waiting import Became, Ended, Waiting
from lib.values import Check
from lib.words import SIGN_IN

GIVES_UP_AFTER = timedelta(days=7)
_DISTANCES = (
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(hours=6), timedelta(minutes=15)),
)
_LATER = timedelta(hours=1)


def next_look(begun_at: datetime, now: datetime) -> datetime:
    """Every 5 minutes in the first hour, then every 15 minutes for 5 hours, then hourly.

    A look costs 1 or 2 API calls.
    """
    since = now - begun_at
    return now + next((pause for until, pause in _DISTANCES if since < until), _LATER)


def can_wait(checks: Sequence[Check]) -> bool:
    """Whether a test found that the sign-in is fine, and that only rights are missing."""
    signed_in = any(check.ok and check.name == SIGN_IN for check in checks)
    causes = [check for check in checks if not check.ok and check.because is None]
    return signed_in and bool(causes) and len(failed_rights(causes)) == len(causes)


def begin(log: Log, name: str, by: str) -> None:
    """Keep looking for what the last test found missing. Raises UsageError if it isn't only that.

    No run starts because of this.
    """
    state = connections.state(log.store, name)
    if state is None or not _is_usable(state) or not can_wait(state.checks):
        raise UsageError(
            f"There's nothing that {name} could wait for",
            remedy="Waiting is for permissions that are missing while everything else is fine. "
            "Test the connection first.",
        )
    missing = [check.name for check in failed_rights(state.checks)]
    now = log.store.now()
    waiting.begin(log.store, name, missing, by=by, next_look_at=next_look(now, now))


def stop(log: Log, name: str) -> None:
    """Look no more; no one is emailed about that."""
    waiting.end(log.store, name, Ended.STOPPED, is_told=True)


def of(log: Log, name: str) -> Waiting | None:
    """The connection's waiting, on or ended."""
    return waiting.get(log.store, name)


def due(log: Log, environment: Mapping[str, str]) -> list[str]:
    """The connections to look at now, as far as this process knows their credentials."""
    return [
        one.connection
        for one in waiting.due(log.store)
        if _has_credentials(log, environment, one.connection)
    ]


def claim(log: Log, name: str) -> bool:
    """Take the look that is due, so that no other process makes it too."""
    found = waiting.get(log.store, name)
    if found is None:
        return False
    return waiting.claim(log.store, name, next_look(found.begun_at, log.store.now()))


def note_rights(log: Log, name: str, missing: Sequence[str]) -> None:
    """Note which rights are missing now, and since when the others are there."""
    found = waiting.get(log.store, name)
    if found is None or not found.is_on:
        return
    now = log.store.now()
    became = [one for one in found.became if one.name not in missing]
    became += [Became(each, now) for each in found.missing if each not in missing]
    waiting.note(log.store, name, missing, became)


def after_test(log: Log, name: str, checks: Sequence[Check], *, was_refused: bool) -> None:
    """What a test means for the waiting: everything is there, or the credentials are refused.

    A person who tests sees the result, so no one is told here.
    """
    state = connections.state(log.store, name)
    if was_refused:
        waiting.end(log.store, name, Ended.REFUSED, is_told=True)
    elif state is not None and state.other is not None:
        waiting.end(log.store, name, Ended.OTHER_ORG, is_told=True)
    elif any(check.ok and check.name == SIGN_IN for check in checks):
        missing = [check.name for check in failed_rights(checks)]
        note_rights(log, name, missing)
        if not missing:
            waiting.end(log.store, name, Ended.READY, is_told=True)


def _is_usable(state: ConnectionState) -> bool:
    return state.paused_at is None and state.other is None


def _has_credentials(log: Log, environment: Mapping[str, str], name: str) -> bool:
    try:
        choose(log, environment, name).credentials.salesforce.checked()
    except OptbackError:
        return False
    return True
