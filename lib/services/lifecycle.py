"""What a person does with a whole connection: rename it, pause and resume it, delete it.

Renaming and deleting wait for nothing: while a run, a pull or a hand-over is in progress, they're
refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from lib.errors import BusyError, UsageError
from lib.services.connections.chosen import ENVIRONMENT, PRACTICE, check_name
from lib.services.log import Log
from lib.services.runs import uploads
from lib.store import connections, hand_overs, pulls, runs
from lib.store.connections import History
from lib.sync.lease import leased

_SILENT = timedelta(seconds=60)  # whatever wrote nothing for this long is dead


def rename(log: Log, name: str, wanted: str) -> str:
    """Give a connection a new name, with its whole history; the new name.

    Raises UsageError for a name that's taken or not allowed, and BusyError.
    """
    new = check_name(wanted.strip())
    if name in (ENVIRONMENT, PRACTICE) or new == PRACTICE:
        raise UsageError(
            f"{name} can't be renamed to {new}",
            remedy=f"The names {ENVIRONMENT} and {PRACTICE} belong to variables and the practice "
            "org.",
        )
    with _at_rest(log, name), log.store.writing():
        if name not in connections.all_names(log.store):
            raise UsageError(
                f"There's no connection named {name}", remedy="Choose a stored connection."
            )
        if new in connections.all_names(log.store):
            raise UsageError(
                f"There's already a connection named {new}",
                remedy="Choose another name. A deleted connection keeps its name while its "
                "history stays.",
            )
        connections.rename(log.store, name, new)
    uploads.move(log, name, new)
    return new


def pause(log: Log, name: str, by: str) -> None:
    """Let no run write until a person resumes the connection. A run in progress goes on."""
    _refuse_unknown(log, name)
    connections.halt(log.store, name, by)


def resume(log: Log, name: str) -> None:
    """Let the connection run again."""
    _refuse_unknown(log, name)
    connections.resume(log.store, name)


def delete_credentials(log: Log, name: str) -> None:
    """Delete the stored credentials; runs, lists, and who unsubscribed stay. Raises BusyError."""
    with _at_rest(log, name):
        connections.forget(log.store, name)


def delete_everything(log: Log, name: str, shown: History) -> None:
    """Delete a connection with its history, if that's still as large as was `shown`.

    Raises UsageError if it isn't, and BusyError.
    """
    with _at_rest(log, name), log.store.writing():
        if connections.history(log.store, name) != shown:
            raise UsageError(
                "The history has changed since you looked, so nothing was deleted",
                remedy="Look at the new numbers, then delete again.",
            )
        connections.forget_everything(log.store, name)
    uploads.discard(log, name)


@contextmanager
def _at_rest(log: Log, name: str) -> Iterator[None]:
    """Nothing of the connection is in progress, and no run can begin. Raises BusyError."""
    store = log.store
    with leased(store, name, ""):
        since = store.now() - _SILENT
        beats = [run.beat_at for run in runs.unfinished(store, name)]
        beats += [pull.beat_at for pull in pulls.unfinished(store, name)]
        sent = hand_overs.of_connection(store, name)
        beats += [each.beat_at for each in sent if each.finished_at is None]
        if any(beat > since for beat in beats):
            raise BusyError(
                f"{name} has work in progress",
                remedy="Wait until the run, the pull, or the list on its way to JangoMail is done.",
            )
        yield


def unknown(log: Log, name: str) -> UsageError:
    """The error for a name that no connection has."""
    known = connections.all_names(log.store)
    return UsageError(
        f"There's no connection named {name}",
        remedy=f"Connections: {', '.join(known) or 'none yet'}.",
    )


def _refuse_unknown(log: Log, name: str) -> None:
    if name not in connections.all_names(log.store):
        raise unknown(log, name)
