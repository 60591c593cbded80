"""`sync.py lint FILE`: which SOQL queries `list` would take, one JSON line each; asks nobody."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lib.errors import FileUnreadable, SoqlError
from lib.soql import STANDARD, guard_text, render

_REFUSED = 3
_BOM = b"\xef\xbb\xbf"


def carry_out(options: argparse.Namespace) -> int:
    """Print a line for each query; 3 where any is refused. Raises FileUnreadable."""
    refused = 0
    with _opened(options.file) as file:
        for soql in _queries(file):
            told = linted(soql)
            refused += not told["ok"]
            if not (options.quiet and told["ok"]):
                print(json.dumps(told))  # in ASCII, so that no reader finds a line end inside
    return _REFUSED if refused else 0


def linted(soql: str) -> dict[str, object]:
    """What `lint` prints for one query (contract.md)."""
    try:
        guarded = render(guard_text(soql, STANDARD).query)
    except SoqlError as error:
        return _refused(soql, error.message, error.line, error.column, error.remedy)
    except Exception as error:  # noqa: BLE001 - a fault of our own must not hide the other lines
        return _refused(
            soql,
            f"Optback fails at this query ({type(error).__name__}), so it is not sent",
            1,
            1,
            "Please report the query.",
        )
    return {"ok": True, "soql": soql, "guarded": guarded, "error": None}


def _refused(soql: str, message: str, line: int, column: int, remedy: str) -> dict[str, object]:
    told = {"message": message, "line": line, "column": column, "remedy": remedy}
    return {"ok": False, "soql": soql, "guarded": None, "error": told}


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - reading it raises errors of its own
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read: {error.strerror}",
            remedy="Give the path of a file with one query a line, or - to read standard input.",
        ) from error
    with file:
        yield file


def _queries(file: IO[bytes]) -> Iterator[str]:
    """One query a line, whatever the bytes are; blank lines are none."""
    for number, line in enumerate(file):
        text = (line.removeprefix(_BOM) if number == 0 else line).decode("utf-8", "replace")
        text = text.rstrip("\r\n")
        if text.strip():
            yield text
