"""`sync.py test`: every check of a connection with its remedy."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.services.connections.checks import test_connection
from lib.values import Check


def carry_out(options: argparse.Namespace) -> int:
    """Test the connection; 0 if everything is fine, 1 if something needs a person."""
    with opened(options) as log:
        checks = test_connection(log, chosen(log, options))
    ok = all(check.ok for check in checks)
    if options.json:
        output.show_json({"ok": ok, "checks": [asdict(check) for check in checks]})
    elif not (ok and options.quiet):
        show_checks(checks)
    return 0 if ok else 1


def show_checks(checks: Sequence[Check]) -> None:
    """A line for each check, and the remedy below a failed check."""
    for check in checks:
        output.say(f"{'Fine     ' if check.ok else 'Needs you'}  {check.name}: {check.detail}")
        if check.remedy:
            output.say(f"           {check.remedy}")
