"""Printing: results to standard output, errors and progress to standard error."""

import json
import sys
from collections.abc import Mapping

from lib.errors import OptbackError, SoqlError, UsageError


def show_error(error: OptbackError, *, as_json: bool) -> None:
    """Say what happened and what to do; with --json, a usage error is a JSON object."""
    place = f"Line {error.line}, column {error.column}: " if isinstance(error, SoqlError) else ""
    note(f"{place}{error.message}\nWhat to do: {error.remedy}")
    if as_json and isinstance(error, UsageError):
        show_json({"errors": [error_line(error)]})


def error_line(error: OptbackError) -> dict[str, object]:
    """One entry of `errors` in a JSON result."""
    line: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "count": 1,
        "remedy": error.remedy,
    }
    if isinstance(error, SoqlError):
        line.update(line=error.line, column=error.column)
    return line


def show_json(value: Mapping[str, object]) -> None:
    """One JSON object on one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def note(text: str) -> None:
    """Lines for a person, apart from the result."""
    print(_harmless(text), file=sys.stderr)


def say(text: str) -> None:
    """Lines of the result for a person."""
    print(_harmless(text), flush=True)


def _harmless(text: str) -> str:
    """The text without control characters: a foreign message must not control the terminal."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text
    )
