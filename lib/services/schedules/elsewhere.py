"""Other ways to start runs that this computer shows: lines of cron, and systemd timers.

Only what names this installation's own `sync.py` counts. Another user's crontab can't be seen.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lib.services.child_process import output_of

_CRON_FILES = (Path("/etc/crontab"), Path("/etc/cron.d"))
_UNIT_FOLDERS = (
    Path("~/.config/systemd/user").expanduser(),
    Path("/etc/systemd/user"),
    Path("/etc/systemd/system"),
)
_RUNS = re.compile(r"\bsync\.py['\"]?\s.*\brun\b")
_LOOKS = re.compile(r"\bsync\.py['\"]?\s.*\bschedule\b.*--once\b")
_WHEN = re.compile(r"^\s*(On\w+Sec|OnCalendar)\s*=\s*(.+?)\s*$", re.MULTILINE)
_UNIT = re.compile(r"^\s*Unit\s*=\s*(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A line of cron or a timer that starts runs; `is_on` is False for a timer that isn't.

    `follows_schedules`: it starts what is due by the schedules of the Connection page. Otherwise
    it starts a run each time, whatever these schedules say.
    """

    kind: str  # "cron" or "systemd"
    where: str
    line: str
    is_on: bool = True
    follows_schedules: bool = False


def found_elsewhere(root: Path) -> list[Found]:
    """What starts the runs of the installation in the folder `root`."""
    return [*in_crontabs(root, own_crontab()), *in_units(root, _UNIT_FOLDERS)]


def own_crontab() -> str:
    """This user's crontab; empty without one."""
    return output_of(["crontab", "-l"])


def in_crontabs(root: Path, own: str, files: Sequence[Path] = _CRON_FILES) -> Iterator[Found]:
    """Lines of this user's crontab and of the system's."""
    yield from _cron_lines(root, "your crontab", own)
    for path in files:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            yield from _cron_lines(root, str(file), _text(file))


def in_units(root: Path, folders: Iterable[Path]) -> Iterator[Found]:
    """Timers whose service runs a sync, or looks whether one is due."""
    for folder in folders:
        for timer in sorted(folder.glob("*.timer")):
            text = _text(timer)
            named = _UNIT.search(text)
            service = _text(folder / (named[1] if named else f"{timer.stem}.service"))
            if _is_ours(root, service):
                when = ", ".join(value for _, value in _WHEN.findall(text))
                is_on = any(folder.glob(f"*.wants/{timer.name}"))
                follows = _LOOKS.search(service) is not None
                yield Found("systemd", str(timer), when, is_on, follows)


def _cron_lines(root: Path, where: str, text: str) -> Iterator[Found]:
    for line in text.splitlines():
        if not line.lstrip().startswith("#") and _is_ours(root, line):
            follows = _LOOKS.search(line) is not None
            yield Found("cron", where, line.strip(), follows_schedules=follows)


def _is_ours(root: Path, text: str) -> bool:
    names_us = str(root) in text.replace("\\", "").replace("%%", "%")
    return names_us and (_RUNS.search(text) or _LOOKS.search(text)) is not None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
