"""`sync.py backup PATH`: a consistent copy of the log, even while a run is in progress."""

import argparse
from pathlib import Path

from lib.cli import output
from lib.cli.home import opened
from lib.services.log import Log
from lib.store import backup, connections, key_file


def carry_out(options: argparse.Namespace) -> int:
    """Write the copy, and say what it doesn't include."""
    path = Path(options.path).absolute()
    with opened(options) as log:
        size = backup.copy_to(log.store, path)
        note = _about_the_key(log)
    if options.json:
        output.show_json({"path": str(path), "bytes": size, "key_included": False})
    elif not options.quiet:
        output.say(f"Saved a copy of the log as {path} ({size:,} bytes).\n{note}")
    return 0


def _about_the_key(log: Log) -> str:
    if not connections.names(log.store):
        return "No credentials are stored, so the copy needs no key."
    where = (
        f"the file {log.store.home / key_file.NAME}" if log.vault.uses_key_file else "OPTBACK_KEY"
    )
    return (
        f"The key isn't included. Without it, no one can read the stored credentials in the copy: "
        f"keep {where} too, in another place."
    )
