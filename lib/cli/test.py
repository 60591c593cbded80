"""`sync.py test`: every check of a connection with its remedy, or a text for the administrator."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict

from lib import settings
from lib.alerts.waiting_words import became_in_words
from lib.cli import output
from lib.cli.home import chosen, opened
from lib.clock import to_text
from lib.services.connections import look_again, waiting
from lib.services.connections.checks import test_connection
from lib.services.connections.chosen import Chosen
from lib.services.connections.for_admin import text_for_admin
from lib.services.log import Log
from lib.services.started_by import user_at_command_line
from lib.store import connections
from lib.store.waiting import Became
from lib.values import Check, Level
from lib.words import remedy_lines

_MARKS = {Level.FINE: "Fine", Level.NOTE: "Note", Level.WARNING: "Warning"}
_MARGIN = 11
_LOOK_EVERY_S = 5.0


def carry_out(options: argparse.Namespace) -> int:
    """Test the connection; 0 if nothing stops the work, 1 if something needs a person."""
    with opened(options) as log:
        connection = chosen(log, options)
        if options.look:
            look_again.look(log, connection)
            return 0
        checks = test_connection(log, connection)
        if options.wait and waiting.can_wait(checks):
            checks = _waited(log, connection, options)
        for_admin = _for_admin(log, connection.name, checks) if options.for_admin else ""
    ok = all(check.ok for check in checks)
    if options.json:
        extra = {"for_admin": for_admin} if for_admin else {}
        output.show_json({"ok": ok, "checks": [asdict(check) for check in checks], **extra})
    elif for_admin:
        output.say(for_admin.rstrip("\n"))
    elif not (ok and options.quiet):
        show_checks(checks)
    return 0 if ok else 1


def _waited(log: Log, connection: Chosen, options: argparse.Namespace) -> list[Check]:
    """Look again until the permissions are there, or it ends otherwise; the checks after that."""
    name = connection.name
    waiting.begin(log, name, user_at_command_line())
    output.note("Only permissions are missing. Checking again every few minutes. Ctrl-C stops it.")
    try:
        _look_until_it_ends(log, connection, quiet=options.quiet)
    except KeyboardInterrupt:
        waiting.stop(log, name)
        raise
    state = connections.state(log.store, name)
    return state.checks if state else []


def _look_until_it_ends(log: Log, connection: Chosen, *, quiet: bool) -> None:
    said = 0
    while (found := waiting.of(log, connection.name)) is not None and found.is_on:
        time.sleep(_LOOK_EVERY_S)
        is_due = connection.name in waiting.due(log, settings.environment())
        if is_due and waiting.claim(log, connection.name):
            look_again.look(log, connection)
        became = _became(log, connection.name)
        if not quiet:
            for one in became[said:]:
                output.note(f"{became_in_words(one.name)} at {to_text(one.at)}")
        said = len(became)


def _became(log: Log, name: str) -> Sequence[Became]:
    found = waiting.of(log, name)
    return found.became if found else ()


def show_checks(checks: Sequence[Check]) -> None:
    """A line for each check, what follows from it, and once each remedy that isn't optional."""
    shown: set[str] = set()
    for check in checks:
        if check.because is not None:
            output.say(f'{"Follows":9}  {check.name}: fix "{check.because}" first')
            _below(check.effect)
            continue
        mark = _MARKS.get(Level(check.level), "Needs you")
        output.say(f"{mark:9}  {check.name}: {check.detail}")
        _below(check.effect)
        if check.remedy and check.level != Level.NOTE and check.remedy not in shown:
            shown.add(check.remedy)
            for line in [*remedy_lines(check.remedy), check.link]:
                _below(line)


def _below(text: str | None) -> None:
    if text:
        output.say(" " * _MARGIN + text)


def _for_admin(log: Log, name: str, checks: Sequence[Check]) -> str:
    state = connections.state(log.store, name)
    org, url = (state.org, state.instance_url) if state else (None, None)
    return text_for_admin(checks, org, url or "", log.store.now())
