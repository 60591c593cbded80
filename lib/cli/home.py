"""What most commands start with: the log of the chosen home, and the chosen connection."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from lib import settings
from lib.cli import output
from lib.services.connections.chosen import Chosen, choose
from lib.services.log import Log, open_log


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Log]:
    """The log that the options and the environment name."""
    environment = settings.environment()
    home = settings.home_from(environment, options.home)
    large_update = None if options.quiet else _large_update
    with open_log(home, environment, large_update=large_update) as log:
        yield log


def _large_update(megabytes: int) -> None:
    """Say why nothing else happens for a while: about half a minute for a million records."""
    output.note(
        f"Bringing the log up to date ({megabytes:,} MB). This happens once, and can take a few "
        "minutes. Please let it finish."
    )


def chosen(log: Log, options: argparse.Namespace) -> Chosen:
    """The connection that the options and the environment name; notes when it hides variables."""
    found = choose(log, settings.environment(), options.connection)
    if found.hides_environment and not options.quiet:
        output.note(
            f"Using the stored connection {found.name}. SALESFORCE_* variables are ignored."
        )
    return found
