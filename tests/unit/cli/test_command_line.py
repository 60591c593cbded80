"""The command line: what it imports, how it refuses, and that it never prints a secret."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sync

ROOT = Path(__file__).resolve().parents[3]
BLOCKED = "import sys; sys.modules.update(streamlit=None, pandas=None, numpy=None, altair=None); "


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    for name in sync_variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPTBACK_HOME", str(tmp_path / "home"))


def sync_variables():
    from lib.settings import VARIABLES

    return VARIABLES


@pytest.mark.parametrize("arguments", [["history"], ["history", "--json"], ["run"], ["test"]])
def test_the_command_line_needs_neither_streamlit_nor_pandas(arguments):
    # Blocked rather than looked for in sys.modules: sqlite-utils imports pandas where it is there.
    probe = f"{BLOCKED}import sync; sys.exit(sync.main({arguments!r}))"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == (0 if arguments[0] == "history" else 2), done.stderr
    assert "Traceback" not in done.stderr


def test_help_imports_nothing_but_the_standard_library():
    probe = (
        f"{BLOCKED}sys.modules.update(sqlite_utils=None, lark=None, cryptography=None, "
        "requests=None, simple_salesforce=None); import sync; sync.main(['--help'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "run one sync" in done.stdout


@pytest.mark.parametrize("command", ["undo", "nonsense"])
def test_commands_of_later_versions_are_unknown(command, capsys):
    assert sync.main([command, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "usage"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "user name"),
        ({"SALESFORCE_USERNAME": "me@example.org"}, "me@example.org"),
        ({"SALESFORCE_PASSWORD": "hidden-1"}, "SALESFORCE_USERNAME"),
        ({"SALESFORCE_CONSUMER_SECRET": "hidden-1"}, "SALESFORCE_CONSUMER_KEY"),
        (
            {"SALESFORCE_CONSUMER_KEY": "k", "SALESFORCE_CONSUMER_SECRET": "hidden-1"},
            "login.salesforce.com",
        ),
        (
            {"SALESFORCE_USERNAME": "u", "SALESFORCE_PASSWORD": "hidden-1"},
            "JANGOMAIL_USERNAME and JANGOMAIL_PASSWORD",
        ),
        (
            {
                "SALESFORCE_USERNAME": "u",
                "SALESFORCE_PASSWORD": "hidden-1",
                "SALESFORCE_LOGIN_URL": "http://example.org",
            },
            "SALESFORCE_LOGIN_URL",
        ),
        ({"SALESFORCE_PRIVATE_KEY_FILE": "/nowhere/key.pem"}, "/nowhere/key.pem"),
        ({"OPTBACK_KEY": "hidden-1"}, "OPTBACK_KEY"),
        ({"JANGOMAIL_UTC_OFFSET": "far"}, "JANGOMAIL_UTC_OFFSET"),
    ],
)
def test_what_is_missing_is_named_and_no_secret_is_printed(variables, named, monkeypatch, capsys):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    code = sync.main(["run", "--json"])

    printed = capsys.readouterr()
    assert code == 2
    assert named in json.loads(printed.out)["errors"][0]["message"]
    assert "hidden-1" not in printed.out + printed.err
    assert len(printed.err.strip().splitlines()) <= 3


def test_a_file_that_is_not_there_is_a_usage_error_before_anything_is_contacted(
    monkeypatch, capsys
):
    # Nobody listens on port 9: contacting it would be exit 1.
    monkeypatch.setenv("SALESFORCE_LOGIN_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SALESFORCE_USERNAME", "u")
    monkeypatch.setenv("SALESFORCE_PASSWORD", "p")

    assert sync.main(["run", "--file", "/nowhere.csv", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "file_unreadable"


def test_an_empty_history_says_what_to_do_next(capsys):
    assert sync.main(["history"]) == 0
    assert "--dry-run" in capsys.readouterr().out


def test_modes_that_do_not_exist_yet_are_refused(capsys):
    assert sync.main(["run", "--mode", "bounces", "--json"]) == 2
