"""`sync.py rename NAME NEW`: a connection gets a new name, with its whole history."""

import argparse

from lib.cli import output
from lib.cli.home import opened
from lib.services import lifecycle


def carry_out(options: argparse.Namespace) -> int:
    """Rename the connection; 5 while it's at work."""
    with opened(options) as log:
        new = lifecycle.rename(log, options.name, options.new)
    if options.json:
        output.show_json({"connection": new})
    elif not options.quiet:
        output.say(f"{options.name} is now {new}.")
    return 0
