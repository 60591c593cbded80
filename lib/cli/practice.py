"""`sync.py practice`: serve the practice org on this computer, and say how to reach it."""

import argparse
from collections.abc import Mapping

from lib.cli import out


def carry_out(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; once ready, print the variables that point at it."""
    from lib.practice.serve import serve  # the one place outside lib/practice that knows it

    def ready(environment: Mapping[str, str]) -> None:
        if options.json:
            out.show_json(dict(environment))
        else:
            print("\n".join(f"{name}={value}" for name, value in environment.items()))

    serve(
        port=options.port,
        contacts=options.contacts,
        leads=options.leads,
        unsubscribes=options.unsubscribes,
        seed=options.seed,
        state=options.state,
        ready=ready,
    )
    return 0
