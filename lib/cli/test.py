"""`sync.py test`: every check of a connection with its remedy, or a text for the administrator."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.services.connections.checks import test_connection
from lib.services.connections.for_admin import text_for_admin
from lib.services.log import Log
from lib.store import connections
from lib.values import Check, Level
from lib.words import remedy_lines

_MARKS = {Level.FINE: "Fine", Level.NOTE: "Note", Level.WARNING: "Warning"}
_MARGIN = 11


def carry_out(options: argparse.Namespace) -> int:
    """Test the connection; 0 if nothing stops the work, 1 if something needs a person."""
    with opened(options) as log:
        connection = chosen(log, options)
        checks = test_connection(log, connection)
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


def show_checks(checks: Sequence[Check]) -> None:
    """A line for each check, what follows from it, and once each remedy that isn't optional."""
    shown: set[str] = set()
    for check in checks:
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
