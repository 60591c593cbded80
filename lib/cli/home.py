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
    with open_log(settings.home_from(environment, options.home), environment) as log:
        yield log


def chosen(log: Log, options: argparse.Namespace) -> Chosen:
    """The connection that the options and the environment name; notes when it hides variables."""
    found = choose(log, settings.environment(), options.connection)
    if found.hides_environment and not options.quiet:
        output.note(
            f"Using the stored connection {found.name}. SALESFORCE_* variables are ignored."
        )
    return found
