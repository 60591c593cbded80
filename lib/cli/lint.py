"""`sync.py lint FILE`: which SOQL queries `list` would take, one JSON line each; asks nobody."""

import argparse
import json

from lib.cli import query_text
from lib.errors import SoqlError
from lib.soql import STANDARD, guard_text, render

_REFUSED = 3


def carry_out(options: argparse.Namespace) -> int:
    """Print a line for each query; 3 where any is refused. Raises FileUnreadable."""
    refused = 0
    for soql in query_text.lines(options.file, quiet=options.quiet):
        told = linted(soql)
        refused += not told["ok"]
        if not (options.quiet and told["ok"]):
            print(json.dumps(told))  # in ASCII, so that no reader finds a line end inside
    return _REFUSED if refused else 0


def linted(soql: str) -> dict[str, object]:
    """What `lint` prints for one query (contract.md)."""
    try:
        query_text.check_letters(soql)
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
