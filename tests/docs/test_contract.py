"""docs/contract.md names every command, option, variable and key that is there, and no other."""

import re
from dataclasses import fields

from lib import settings
from lib.cli.results import EXIT_CODES
from lib.values import RunResult
from tests.docs.reading import ROOT, commands, options

CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
ROWS = [line for line in CONTRACT.splitlines() if line.startswith("| `")]


def named(pattern: str, *, not_yet: bool) -> set[str]:
    """What the first cell of a table names, in rows that say "Not yet" at their end or don't."""
    rows = [row for row in ROWS if bool(re.search(r"\. Not yet \|", row)) == not_yet]
    return {name for row in rows for name in re.findall(pattern, row.split(" | ")[0])}


def test_every_command_is_there_and_what_is_not_there_says_not_yet():
    section = CONTRACT.split("| command | does |")[1].split("### ")[0]
    rows = re.findall(r"^\| `([a-z-]+).*$", section, re.MULTILINE)
    later = re.findall(r"^\| `([a-z-]+).*\. Not yet \|$", section, re.MULTILINE)

    assert set(rows) - set(later) == set(commands())
    assert not set(later) & set(commands())


def test_every_option_is_there_and_what_is_not_there_says_not_yet():
    promised = set(re.findall(r"--[a-z][a-z-]+", CONTRACT))
    later = named(r"--[a-z-]+", not_yet=True)

    assert promised - later == options()
    assert not later & options()


def test_every_variable_is_there_and_what_is_not_there_says_not_yet():
    variable = r"(?:SALESFORCE|JANGOMAIL|OPTBACK)_[A-Z_]+"

    assert named(variable, not_yet=False) == set(settings.VARIABLES)
    assert not named(variable, not_yet=True) & set(settings.VARIABLES)


def test_every_status_exit_code_and_key_of_a_run_is_there():
    keys = {field.name for field in fields(RunResult)} - {"who_asked"}

    assert [one for one in (*EXIT_CODES, *sorted(keys)) if f"`{one}`" not in CONTRACT] == []
    assert [one for one in EXIT_CODES.values() if f"\n| {one} |" not in CONTRACT] == []
