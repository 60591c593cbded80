"""`sync.py lint FILE`: which SOQL queries `list` would accept, a JSON line for each; no network."""

import argparse
import json

from lib.cli import query_text
from lib.errors import SoqlError
from lib.exit_codes import ExitCode
from lib.soql import STANDARD, guard_text, render


def carry_out(options: argparse.Namespace) -> int:
    """Print a line for each query; 3 if any query is refused. Raises FileUnreadable."""
    refused = 0
    for soql in query_text.lines(options.file, quiet=options.quiet):
        verdict = linted(soql)
        refused += not verdict["ok"]
        if not (options.quiet and verdict["ok"]):
            print(json.dumps(verdict))  # in ASCII, so that no reader finds a line end inside
    return ExitCode.PARTIAL if refused else ExitCode.DONE


def linted(soql: str) -> dict[str, object]:
    """What `lint` prints for a query (contract.md)."""
    try:
        query_text.check_letters(soql)
        guarded = render(guard_text(soql, STANDARD).query)
    except SoqlError as error:
        return _refused(soql, error.message, error.line, error.column, error.remedy)
    except Exception as error:  # noqa: BLE001 - a bug of ours must not hide the other lines
        return _refused(
            soql,
            f"Optback failed on this query ({type(error).__name__}), so it wasn't sent",
            1,
            1,
            "Please report the query.",
        )
    return {"ok": True, "soql": soql, "guarded": guarded, "error": None}


def _refused(soql: str, message: str, line: int, column: int, remedy: str) -> dict[str, object]:
    why = {"message": message, "line": line, "column": column, "remedy": remedy}
    return {"ok": False, "soql": soql, "guarded": None, "error": why}
