"""Printing: results to standard output, errors and progress to standard error."""

import json
import sys
from collections.abc import Mapping

from lib.errors import OptbackError, UsageError


def show_error(error: OptbackError, *, as_json: bool) -> None:
    """Say what happened and what to do; with --json a usage error is one JSON object."""
    print(f"{error.message}\nWhat to do: {error.remedy}", file=sys.stderr)
    if as_json and isinstance(error, UsageError):
        show_json({"errors": [error_line(error)]})


def error_line(error: OptbackError) -> dict[str, object]:
    """One entry of `errors` in a JSON result."""
    return {"code": error.code, "message": error.message, "count": 1, "remedy": error.remedy}


def show_json(value: Mapping[str, object]) -> None:
    """One JSON object on one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def note(line: str) -> None:
    """A line for a person beside the result."""
    print(line, file=sys.stderr)
