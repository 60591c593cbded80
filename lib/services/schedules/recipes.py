"""Texts to copy for runs without the dashboard: a systemd service and timer, and a cron line.

They name this installation's own Python, script, and home, and never a secret.
"""

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lib.errors import SettingsError
from lib.services.child_process import ROOT
from lib.services.connections.chosen import ENVIRONMENT
from lib.services.schedules import timetable
from lib.services.schedules.zones import local_zone
from lib.settings import JANGOMAIL_VARIABLES, SALESFORCE_VARIABLES
from lib.store.schedules import Schedule

_HOUR, _DAY = 60, 1440  # minutes
_NOT_IN_A_UNIT_NAME = re.compile(r"[^A-Za-z0-9_.-]+")

_SERVICE = """\
[Unit]
Description=Optback: opt out people who unsubscribed ({connection})

[Service]
Type=oneshot
ExecStart={command}
# Another run was in progress: no failure.
SuccessExitStatus=5
UMask=0077
{secrets}"""
_TIMER = """\
[Unit]
Description=Optback: {when} ({connection})

[Timer]
{times}
{persistent}RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""
_SECRETS = """\
# This connection needs variables that aren't stored here: {names}.
# Put them into this file, which only you can read, one NAME=value per line:
EnvironmentFile=%h/.config/optback.env
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where this Optback is, and its computer's zone; `variables` are the names a run needs."""

    python: Path
    script: Path
    home: Path
    zone: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipes:
    """The texts, and the commands that switch the timer on.

    `cron` is empty if cron can't keep this schedule, and `cron_note` says what to know about it.
    """

    unit: str  # the name of both units
    service: str
    timer: str
    commands: str
    cron: str
    cron_note: str
    command: str  # `sync.py schedule --all`


def recipes(at: Installation, connection: str, schedule: Schedule, now: datetime) -> Recipes:
    """The texts for a connection; `now` says how far its zone is from the computer's today."""
    unit = f"optback-{_NOT_IN_A_UNIT_NAME.sub('-', connection).strip('-') or 'connection'}"
    words = _words(at, connection)
    described = _one_line(connection)
    service = _SERVICE.format(
        connection=described,
        command=" ".join(_for_systemd(word) for word in words),
        secrets=_SECRETS.format(names=", ".join(at.variables)) if at.variables else "",
    )
    cron, note = _cron(at, words, schedule, now)
    timer = _timer(described, schedule)
    words = [str(at.python), str(at.script), f"--home={at.home}", "schedule", "--all"]
    return Recipes(unit, service, timer, _commands(unit), cron, note, shlex.join(words))


def installation_of(home: Path, environment: Mapping[str, str], connection: str) -> Installation:
    """This installation; its variables are those that the connection's runs get from outside."""
    names = [*SALESFORCE_VARIABLES, *JANGOMAIL_VARIABLES] if connection == ENVIRONMENT else []
    needed = tuple(name for name in [*names, "OPTBACK_KEY"] if environment.get(name))
    try:
        zone = local_zone(environment)
    except SettingsError:
        zone = "UTC"
    return Installation(Path(sys.executable), ROOT / "sync.py", home, zone, needed)


def _words(at: Installation, connection: str) -> list[str]:
    options = [f"--home={at.home}", f"--connection={connection}"]
    return [str(at.python), str(at.script), *options, "run", "--quiet"]


def _timer(connection: str, schedule: Schedule) -> str:
    if schedule.at is not None:
        times = f"OnCalendar=*-*-* {schedule.at:%H:%M}:00 {schedule.zone}"
        persistent = "# Makes up for a run that was missed while the computer was off.\n"
        persistent += "Persistent=true\n"
    else:
        times = f"OnActiveSec=1min\nOnUnitActiveSec={schedule.every_minutes}min"
        persistent = ""
    when = timetable.in_words(schedule)
    return _TIMER.format(connection=connection, when=when, times=times, persistent=persistent)


def _commands(unit: str) -> str:
    return (
        "systemctl --user daemon-reload\n"
        f"systemctl --user enable --now {unit}.timer\n"
        "loginctl enable-linger  # so that it also runs while you're signed out\n"
    )


def _cron(at: Installation, words: list[str], schedule: Schedule, now: datetime) -> tuple[str, str]:
    when, note = _cron_times(at, schedule, now)
    if not when:
        return "", note
    command = " ".join(shlex.quote(word) for word in words).replace("%", "\\%")
    if at.variables:
        names = ", ".join(at.variables)
        note = f"{note} Cron also needs these variables: {names}.".strip()
    return f"{when}  {command}", note


def _cron_times(at: Installation, schedule: Schedule, now: datetime) -> tuple[str, str]:
    minutes = schedule.every_minutes
    if minutes is not None:
        return _every(minutes)
    note = "Cron doesn't make up for runs that were missed while the computer was off."
    upcoming = timetable.next_time(schedule, now)
    here = upcoming.astimezone(ZoneInfo(at.zone))
    if at.zone != schedule.zone:
        note += (
            f" Cron uses this computer's time zone ({at.zone}), so the run may be an hour off when "
            f"clocks change in {schedule.zone}. A systemd timer follows that zone."
        )
        return f"{here.minute} {here.hour} * * *", note
    assert schedule.at is not None  # noqa: S101 - it isn't every N minutes
    return f"{schedule.at.minute} {schedule.at.hour} * * *", note


def _every(minutes: int) -> tuple[str, str]:
    if minutes < _HOUR and _HOUR % minutes == 0:
        return f"*/{minutes} * * * *", ""
    if minutes == _DAY:
        return "0 0 * * *", ""
    if minutes % _HOUR == 0 and _DAY % minutes == 0:
        return f"0 */{minutes // _HOUR} * * *", ""
    return "", f"Cron can't run {timetable.in_words(Schedule(None, 'UTC', minutes))}."


def _for_systemd(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "%%")
