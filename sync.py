"""Optback's command line: arguments in, exit code out. Try `python sync.py --help`."""

import sys
from collections.abc import Sequence

from lib.cli.main import main as _main


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command and return its exit code (contract.md)."""
    return _main(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
