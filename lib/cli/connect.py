"""`sync.py connect NAME`: check the credentials in the environment and store them, encrypted."""

import argparse
from dataclasses import asdict

from lib import settings
from lib.cli import output
from lib.cli.home import opened
from lib.cli.test import show_checks
from lib.services.connections import own_settings
from lib.services.connections.checks import connect
from lib.services.connections.chosen import Chosen, check_name
from lib.services.log import Log
from lib.settings import credentials_from


def carry_out(options: argparse.Namespace) -> int:
    """Store the connection if both accounts accept its credentials; 1 if not."""
    name = check_name(options.name)
    candidate = Chosen(name, credentials_from(settings.environment()))
    with opened(options) as log:
        stored, checks = connect(log, candidate)
        if stored:
            _keep_call_cap(log, name, options)
    ok = stored and all(check.ok for check in checks)
    if options.json:
        lines = [asdict(check) for check in checks]
        output.show_json({"ok": ok, "stored": stored, "connection": name, "checks": lines})
    elif not (ok and options.quiet):
        show_checks(checks)
        output.say(f"Stored as {name}." if stored else "Nothing was stored.")
    return 0 if stored else 1


def _keep_call_cap(log: Log, name: str, options: argparse.Namespace) -> None:
    """The cap that the options set; a share that isn't given stays as it was."""
    known = own_settings.settings_of(log, name)
    a_day = options.calls_a_day or known.calls_a_day
    own_settings.set_call_cap(log, name, a_day, options.calls_a_run or known.calls_a_run)
