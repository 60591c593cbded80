"""The texts to copy name this installation, and systemd and a shell take them as they are."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.services.schedules.recipes import UNIT, Installation, installation_of, recipes

HERE = Installation(
    Path("/opt/optback/.venv/bin/python"),
    Path("/opt/optback/sync.py"),
    Path("/srv/optback data"),
)


def test_the_service_looks_with_this_installations_own_python_and_home():
    [line] = [line for line in recipes(HERE).service.splitlines() if line.startswith("ExecStart=")]

    assert line == (
        'ExecStart="/opt/optback/.venv/bin/python" "/opt/optback/sync.py" '
        '"--home=/srv/optback data" "schedule" "--once" "--quiet"'
    )


def test_the_timer_looks_every_five_minutes_and_leaves_the_times_to_the_schedules():
    assert "OnCalendar=*:0/5\n" in recipes(HERE).timer


def test_the_cron_line_runs_the_same_command_quoted_for_a_shell():
    assert recipes(HERE).cron == (
        "*/5 * * * *  /opt/optback/.venv/bin/python /opt/optback/sync.py "
        "'--home=/srv/optback data' schedule --once --quiet"
    )


def test_variables_that_are_not_stored_are_named_and_their_values_are_not_there():
    environment = {"OPTBACK_KEY": "made-up", "SALESFORCE_PASSWORD": "made-up"}
    own = recipes(installation_of(HERE.home, environment, "environment"))
    other = recipes(installation_of(HERE.home, environment, "acme"))

    assert "aren't stored here: SALESFORCE_PASSWORD, OPTBACK_KEY" in own.service
    assert "EnvironmentFile=%h/.config/optback.env\n" in own.service
    assert "SALESFORCE_PASSWORD, OPTBACK_KEY" in own.cron_note
    assert "these variables: OPTBACK_KEY." in other.cron_note
    assert "made-up" not in f"{own}{other}"


def test_the_commands_switch_on_the_timer():
    assert f"enable --now {UNIT}.timer\n" in recipes(HERE).commands


@given(some.text(some.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_a_shell_gives_any_folder_back_as_it_was(name):
    at = Installation(HERE.python, HERE.script, Path("/srv") / name)
    line = recipes(at).cron.partition("*  ")[2].replace("\\%", "%")
    shown = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True
    )

    assert f"--home={at.home}" in shown.stdout.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd isn't here")
def test_systemd_takes_both_units(tmp_path):
    python, script = tmp_path / "a %n b" / "python", tmp_path / "sync.py"
    python.parent.mkdir()
    python.touch(mode=0o755)
    found = recipes(Installation(python, script, tmp_path / 'home $x "y"', ("OPTBACK_KEY",)))
    for name, text in (("service", found.service), ("timer", found.timer)):
        (tmp_path / f"{UNIT}.{name}").write_text(text)

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.glob("optback.*"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
