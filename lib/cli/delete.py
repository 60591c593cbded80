"""`sync.py delete NAME`: the stored credentials go, and the history too if a person says so."""

import argparse
import sys

from lib.cli import output
from lib.cli.home import opened
from lib.errors import UsageError
from lib.services import lifecycle
from lib.services.connections.chosen import ENVIRONMENT
from lib.services.log import Log
from lib.services.practice.process import is_of_dashboard
from lib.store import connections
from lib.store.connections import History


def carry_out(options: argparse.Namespace) -> int:
    """Delete the connection after a confirmation; 5 while it's at work."""
    name: str = options.name
    with opened(options) as log:
        shown = _what_goes(log, name, with_history=options.with_history)
        is_meant = options.yes or _is_confirmed(name, shown, with_history=options.with_history)
        if is_meant and (options.with_history or shown.is_empty):
            lifecycle.delete_everything(log, name, shown)
        elif is_meant:
            lifecycle.delete_credentials(log, name)
    if options.json:
        kept = not (is_meant and options.with_history)
        output.show_json({"connection": name, "deleted": is_meant, "history_kept": kept})
    elif not options.quiet:
        done = _done(name, shown, with_history=options.with_history)
        output.say(done if is_meant else "Nothing was deleted.")
    return 0


def _what_goes(log: Log, name: str, *, with_history: bool) -> History:
    """How much the log knows about the connection. Raises UsageError if it can't be deleted."""
    if name == ENVIRONMENT or is_of_dashboard(log.store.home, name):
        raise UsageError(
            f"{name} can't be deleted",
            remedy="It isn't a stored connection of yours: environment comes from variables, and "
            "the practice org can be started over on the Practice page.",
        )
    if name not in connections.all_names(log.store):
        raise lifecycle.unknown(log, name)
    if not with_history and name not in connections.names(log.store):
        raise UsageError(
            f"{name} has no stored credentials, only its history",
            remedy=f"To delete the history: sync.py delete {name} --with-history",
        )
    return connections.history(log.store, name)


def _is_confirmed(name: str, history: History, *, with_history: bool) -> bool:
    """Ask the person at the terminal. Raises UsageError without one."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            f"Deleting {name} needs a confirmation", remedy="Add --yes to delete without asking."
        )
    output.note(_question(name, history, with_history=with_history))
    try:
        return input().strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _question(name: str, history: History, *, with_history: bool) -> str:
    if with_history and not history.is_empty:
        what = (
            f"Delete {name} with {history.amount}? If you connect this org again, Optback starts "
            "over: boxes that colleagues cleared are set again."
        )
    else:
        what = f"Delete the stored credentials and the schedule of {name}? {_kept(history)}"
    return f"{what} There's no way back. [y/N]" if with_history else f"{what} [y/N]"


def _kept(history: History) -> str:
    if history.is_empty:
        return "It has no history."
    return f"The log keeps {history.amount}."


def _done(name: str, history: History, *, with_history: bool) -> str:
    if with_history:
        return f"{name} is deleted, with everything the log had about it."
    return f"The credentials of {name} are deleted. {_kept(history)}"
