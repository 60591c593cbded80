"""Texts to copy for runs without the dashboard: a systemd service and timer, and a cron line.

Both look every few minutes, and start what is due by the schedules of the Connection page. So a
scheduled time has one run no matter who looks, missed times are made up, zones and summer time are
the schedule's, and a failing run is tried again. The texts name this installation's own Python,
script, and home, and never a secret.
"""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.services.child_process import ROOT
from lib.services.connections.chosen import ENVIRONMENT
from lib.settings import JANGOMAIL_VARIABLES, SALESFORCE_VARIABLES

LOOK_EVERY_MINUTES = 5
UNIT = "optback"

_SERVICE = """\
[Unit]
Description=Optback: start the runs that are due

[Service]
Type=oneshot
ExecStart={command}
# Another run was in progress: no failure.
SuccessExitStatus=5
UMask=0077
{secrets}"""
_TIMER = """\
[Unit]
Description=Optback: look which runs are due

[Timer]
OnCalendar=*:0/{minutes}

[Install]
WantedBy=timers.target
"""
_SECRETS = """\
# These variables aren't stored here: {names}.
# Put them into this file, which only you can read, one NAME=value per line:
EnvironmentFile=%h/.config/optback.env
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where this Optback is; `variables` are the names a run needs from outside."""

    python: Path
    script: Path
    home: Path
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipes:
    """The texts, and the commands that switch the timer on. `cron_note` is what to know."""

    service: str
    timer: str
    commands: str
    cron: str
    cron_note: str
    command: str  # `sync.py schedule --all`


def recipes(at: Installation) -> Recipes:
    """The texts for an installation; they serve all of its connections."""
    look = _words(at, "schedule", "--once", "--quiet")
    names = ", ".join(at.variables)
    service = _SERVICE.format(
        command=" ".join(_for_systemd(word) for word in look),
        secrets=_SECRETS.format(names=names) if names else "",
    )
    cron = shlex.join(look).replace("%", "\\%")
    return Recipes(
        service,
        _TIMER.format(minutes=LOOK_EVERY_MINUTES),
        _COMMANDS,
        f"*/{LOOK_EVERY_MINUTES} * * * *  {cron}",
        f"Cron also needs these variables: {names}." if names else "",
        shlex.join(_words(at, "schedule", "--all")),
    )


def installation_of(home: Path, environment: Mapping[str, str], connection: str) -> Installation:
    """This installation; its variables are those that the connection's runs get from outside."""
    names = [*SALESFORCE_VARIABLES, *JANGOMAIL_VARIABLES] if connection == ENVIRONMENT else []
    needed = tuple(name for name in [*names, "OPTBACK_KEY"] if environment.get(name))
    return Installation(Path(sys.executable), ROOT / "sync.py", home, needed)


_COMMANDS = (
    "systemctl --user daemon-reload\n"
    f"systemctl --user enable --now {UNIT}.timer\n"
    "loginctl enable-linger  # so that it also runs while you're signed out\n"
)


def _words(at: Installation, *command: str) -> list[str]:
    return [str(at.python), str(at.script), f"--home={at.home}", *command]


def _for_systemd(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
