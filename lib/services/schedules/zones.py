"""Time zones by their IANA names, and which zone and name this computer has."""

import socket
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from lib.errors import SettingsError

_LOCALTIME = Path("/etc/localtime")
_TIMEZONE = Path("/etc/timezone")


def check_zone(name: str) -> str:
    """The name, if it is a time zone's. Raises SettingsError."""
    if not _is_zone(name):
        raise SettingsError(
            f"There's no time zone named {name}",
            remedy="Use an IANA name such as Europe/Zurich, America/New_York, or UTC.",
        )
    return name


def local_zone(
    environment: Mapping[str, str],
    *,
    localtime: Path = _LOCALTIME,
    timezone: Path = _TIMEZONE,
) -> str:
    """The name of this computer's zone. Raises SettingsError if it has none."""
    named = environment.get("TZ", "").removeprefix(":")
    linked = str(localtime.resolve()).rpartition("zoneinfo/")[2]
    noted = timezone.read_text(encoding="utf-8").strip() if timezone.is_file() else ""
    for name in (named, linked, noted):
        if name and _is_zone(name):
            return name
    raise SettingsError(
        "This computer doesn't say which time zone it is in",
        remedy="Name the zone with --zone, such as --zone Europe/Zurich.",
    )


@cache
def zone_names() -> list[str]:
    """The zones to choose from: continents and cities, and UTC."""
    left_out = ("Etc/", "SystemV/", "posix/", "right/", "US/")
    cities = {name for name in available_timezones() if "/" in name}
    return ["UTC", *sorted(name for name in cities if not name.startswith(left_out))]


def host_name() -> str:
    """This computer's name: whose clock a time in the log is from."""
    return socket.gethostname() or "this computer"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
