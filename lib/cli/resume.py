"""`sync.py resume NAME`: a paused connection runs again."""

import argparse

from lib.cli import output
from lib.cli.home import opened
from lib.services import lifecycle


def carry_out(options: argparse.Namespace) -> int:
    """Resume the connection."""
    with opened(options) as log:
        lifecycle.resume(log, options.name)
    if options.json:
        output.show_json({"connection": options.name, "paused": False})
    elif not options.quiet:
        output.say(f"{options.name} can run again.")
    return 0
