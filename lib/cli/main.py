"""Carry out a command: its result to standard output, its errors in three lines at most."""

import argparse
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Protocol

from lib.cli import output, parser
from lib.errors import OptbackError

_INTERRUPTED = 130  # what a shell reports for Ctrl-C
_NO_READER = 1
_OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""A run makes many objects and hardly any cycles: Python's 700 cost a tenth of its CPU time."""


class Command(Protocol):
    """A file of lib/cli that carries out the command of its name."""

    def carry_out(self, options: argparse.Namespace) -> int:
        """Do it, print the result, return the exit code. Raises OptbackError."""


def main(arguments: Sequence[str]) -> int:
    """Carry out a command and return its exit code; `--help` exits by itself."""
    try:
        try:
            return _carried_out(arguments)
        finally:
            sys.stdout.flush()
            gc.freeze()  # otherwise Python looks for cycles in all that is left before it ends
    except BrokenPipeError:
        # No one reads the result any longer (`… | head`), so Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NO_READER


def _carried_out(arguments: Sequence[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an address may hold any letter
    try:
        options = parser.parse(arguments)
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        command: Command = importlib.import_module(f"lib.cli.{options.command.replace('-', '_')}")
        return command.carry_out(options)
    except OptbackError as error:
        output.show_error(error, as_json="--json" in arguments)
        return error.exit_code
    except KeyboardInterrupt:
        output.note("Stopped.")
        return _INTERRUPTED
