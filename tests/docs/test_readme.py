"""The README names every command, option, exit code and variable; it names nothing that is not."""

import re
import subprocess

import pytest

from lib import settings
from lib.cli import parser as command_line
from lib.cli.results import EXIT_CODES
from lib.errors import OptbackError
from tests.docs.reading import ROOT, commands, options

README = (ROOT / "README.md").read_text(encoding="utf-8")


def exit_codes() -> set[int]:
    errors = [OptbackError, *_descendants(OptbackError)]
    return {0, *EXIT_CODES.values(), *(error.exit_code for error in errors)}


def _descendants(kind: type[OptbackError]) -> list[type[OptbackError]]:
    return [one for child in kind.__subclasses__() for one in (child, *_descendants(child))]


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_readme(command):
    assert re.search(rf"^\| `{command}\b", README, re.MULTILINE)


@pytest.mark.parametrize("option", sorted(options()))
def test_every_option_is_in_the_readme(option):
    assert re.search(rf"{option}\b", README)


@pytest.mark.parametrize("code", sorted(exit_codes()))
def test_every_exit_code_is_in_the_readme_and_in_the_help(code):
    assert re.search(rf"^\| {code} \|", README, re.MULTILINE)
    assert re.search(rf"^  {code}  ", command_line.EPILOG, re.MULTILINE)


@pytest.mark.parametrize("name", settings.VARIABLES)
def test_every_variable_is_in_the_readme(name):
    assert f"`{name}`" in README


def test_the_readme_names_no_command_option_or_variable_that_is_not_there():
    told = set(re.findall(r"--[a-z][a-z-]+", README))
    variables = set(re.findall(r"\b(?:SALESFORCE|JANGOMAIL|OPTBACK)_[A-Z_]+", README))

    assert told <= options()
    assert variables <= set(settings.VARIABLES)


def test_every_variable_that_the_code_reads_is_declared():
    read = set()
    for path in [*(ROOT / "lib").rglob("*.py"), ROOT / "app.py", ROOT / "sync.py"]:
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"\"((?:SALESFORCE|JANGOMAIL|OPTBACK)_[A-Z_]+)\"", text))

    assert read <= set(settings.VARIABLES)


def test_every_link_of_the_readme_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", README)

    assert targets
    assert all((ROOT / target).exists() for target in targets if "://" not in target)


def test_ci_runs_the_test_command_of_the_readme():
    found = subprocess.run(
        ["sed", "-n", "/<!-- test command -->/,/```$/p", "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert [line for line in found.splitlines() if line.startswith("bash ")] == [
        "bash scripts/setup tests && bash scripts/check"
    ]
