"""`sync.py pause NAME`: no run of the connection writes until it's resumed."""

import argparse

from lib.cli import output
from lib.cli.home import opened
from lib.services import lifecycle
from lib.services.started_by import user_at_command_line


def carry_out(options: argparse.Namespace) -> int:
    """Pause the connection, in the name of the person at the command line."""
    with opened(options) as log:
        lifecycle.pause(log, options.name, user_at_command_line())
    if options.json:
        output.show_json({"connection": options.name, "paused": True})
    elif not options.quiet:
        output.say(f"{options.name} is paused. To let it run again: sync.py resume {options.name}")
    return 0
