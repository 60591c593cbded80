"""`sync.py rotate-key`: encrypt all stored credentials again, with a new key."""

import argparse

from lib import settings
from lib.cli import output
from lib.cli.home import opened
from lib.services.connections.rotation import Rotation, rotate
from lib.store import key_file
from lib.words import counted, listed


def carry_out(options: argparse.Namespace) -> int:
    """Rotate, and say what the old key is still good for."""
    with opened(options) as log:
        done = rotate(log, settings.environment())
    if options.json:
        output.show_json(
            {
                "connections": list(done.connections),
                "key": "file" if done.made_key_file else "OPTBACK_KEY",
                "paused_until_tested": list(done.in_doubt),
            }
        )
    elif not options.quiet:
        output.say(_in_words(done))
    return 0


def _in_words(done: Rotation) -> str:
    stored = counted(len(done.connections), "connection", "connections")
    if done.made_key_file:
        key = f"with a new key in {key_file.NAME}. Backups made before need the old key, which is "
        key += "gone."
    else:
        key = "with the first key of OPTBACK_KEY. Remove the other keys from it once every "
        key += "Optback has the new one. Backups made before still need them."
    lines = [f"Encrypted the credentials of {stored} again, {key}"]
    if done.in_doubt:
        lines.append(
            f"{listed(done.in_doubt)}: Salesforce refused the credentials, and they aren't known "
            "here. It stays paused until a test succeeds: sync.py test"
        )
    return "\n".join(lines)
