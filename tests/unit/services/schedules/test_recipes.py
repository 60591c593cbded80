"""The texts to copy name this installation, and systemd and a shell take them as they are."""

import shutil
import subprocess
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.services.schedules.recipes import Installation, recipes
from lib.store.schedules import Schedule

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
HERE = Installation(
    Path("/opt/optback/.venv/bin/python"),
    Path("/opt/optback/sync.py"),
    Path("/srv/optback data"),
    "Europe/Zurich",
)
DAILY = Schedule(time(7, 5), "Europe/Zurich")
QUARTER = Schedule(None, "UTC", 15)


def of(schedule=DAILY, connection="acme", at=HERE):
    return recipes(at, connection, schedule, NOW)


def test_the_service_runs_this_installation_with_its_own_python_and_home():
    [line] = [line for line in of().service.splitlines() if line.startswith("ExecStart=")]

    assert line == (
        'ExecStart="/opt/optback/.venv/bin/python" "/opt/optback/sync.py" '
        '"--home=/srv/optback data" "--connection=acme" "run" "--quiet"'
    )


def test_the_timer_keeps_the_zone_and_makes_up_for_missed_runs():
    timer = of().timer

    assert "OnCalendar=*-*-* 07:05:00 Europe/Zurich\n" in timer
    assert "Persistent=true\n" in timer
    assert "OnUnitActiveSec=15min\n" in of(QUARTER).timer


def test_the_cron_line_runs_the_same_command_quoted_for_a_shell():
    assert of().cron == (
        "5 7 * * *  /opt/optback/.venv/bin/python /opt/optback/sync.py "
        "'--home=/srv/optback data' --connection=acme run --quiet"
    )
    assert "missed" in of().cron_note


@pytest.mark.parametrize(
    ("minutes", "when"),
    [(1, "*/1 * * * *"), (15, "*/15 * * * *"), (60, "0 */1 * * *"), (240, "0 */4 * * *"),
     (1440, "0 0 * * *")],
)  # fmt: skip
def test_cron_has_a_line_for_every_n_minutes_that_it_can_keep(minutes, when):
    assert of(Schedule(None, "UTC", minutes)).cron.startswith(f"{when}  /opt")


@pytest.mark.parametrize("minutes", [7, 45, 90, 1000, 2880])
def test_cron_has_no_line_for_the_others_and_says_so(minutes):
    found = of(Schedule(None, "UTC", minutes))

    assert found.cron == ""
    assert "Cron can't run every" in found.cron_note


def test_in_another_zone_cron_gets_todays_hour_and_the_note_says_what_follows():
    found = of(Schedule(time(7), "America/New_York"))

    assert found.cron.startswith("0 13 * * *")
    assert "an hour off when clocks change in America/New_York" in found.cron_note


def test_variables_that_are_not_stored_are_named_and_their_values_are_not_there():
    at = Installation(HERE.python, HERE.script, HERE.home, HERE.zone, ("OPTBACK_KEY",))
    found = of(at=at)

    assert "variables that aren't stored here: OPTBACK_KEY" in found.service
    assert "EnvironmentFile=%h/.config/optback.env\n" in found.service
    assert "OPTBACK_KEY" in found.cron_note


def test_the_commands_switch_on_the_timer_of_that_name():
    found = of(connection="Acme / Zürich")

    assert found.unit == "optback-Acme-Z-rich"
    assert "enable --now optback-Acme-Z-rich.timer\n" in found.commands


@given(some.text(some.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_a_shell_gives_any_name_back_as_it_was(name):
    line = of(connection=name).cron.partition("*  ")[2].replace("\\%", "%")
    shown = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True
    )

    assert f"--connection={name}" in shown.stdout.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd isn't here")
@pytest.mark.parametrize("schedule", [DAILY, QUARTER])
@pytest.mark.parametrize("connection", ["acme", '100% "odd" $HOME \\n'])
def test_systemd_takes_both_units(tmp_path, schedule, connection):
    python, script = tmp_path / "a %n b" / "python", tmp_path / "sync.py"
    python.parent.mkdir()
    python.touch(mode=0o755)
    at = Installation(python, script, tmp_path / "home $x", "UTC", ("OPTBACK_KEY",))
    found = recipes(at, connection, schedule, NOW)
    for name, text in (("service", found.service), ("timer", found.timer)):
        (tmp_path / f"{found.unit}.{name}").write_text(text)

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.glob("optback-*"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
