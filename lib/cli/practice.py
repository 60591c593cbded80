"""`sync.py practice`: run the practice org on this computer, and print how to reach it."""

import argparse
from pathlib import Path

from lib.cli import output

# Outside lib/practice and the tests, only this module imports the practice org.
from lib.practice.acts.control import read_acts
from lib.practice.faults.fault import fault_from_text
from lib.practice.pace import PACES
from lib.practice.serve import Practice, serve
from lib.practice.world import Size, new_world


def carry_out(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; once ready, print the variables that point to it."""

    def ready(practice: Practice) -> None:
        if options.json:
            output.show_json(dict(practice.environment))
        else:
            lines = [f"{name}={value}" for name, value in practice.environment.items()]
            output.say("\n".join(lines))

    size = Size(options.seed, options.contacts, options.leads, options.unsubscribes)
    state = Path(options.state) if options.state else None
    faults = [fault_from_text(text) for text in options.fault]
    world = new_world(size, state=state, pace=PACES[options.pace])
    for fault in faults:
        if fault.do:
            read_acts(fault.do)
        world.faults.add(fault)
    serve(world, port=options.port, ready=ready)
    return 0
