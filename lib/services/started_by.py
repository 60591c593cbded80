"""Who started a run, or pulled and saved a list, in the words that the log keeps.

The words are stored, so they stay as they are: `lib/store/run_lists.py` finds unattended runs by
them.
"""

import getpass
import sys

DASHBOARD = "dashboard"
SCHEDULE = "schedule"
PRACTICE_MONTH = "rehearsal"

_SCRIPT = "script of "
_SOMEONE = "someone"
_IN_WORDS = {
    DASHBOARD: "from the dashboard",
    SCHEDULE: "by the schedule",
    PRACTICE_MONTH: "by the practice month",
}


def in_words(started_by: str | None) -> str:
    """How a page says it, after "started": `from the dashboard`, `by ann at a terminal`."""
    if not started_by:
        return f"by {_SOMEONE}"
    if started_by.startswith(_SCRIPT):
        return f"by a script running as {started_by.removeprefix(_SCRIPT)}"
    return _IN_WORDS.get(started_by, f"by {started_by}")


def user() -> str:
    """The user of this computer: the dashboard has no sign-in of its own."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return _SOMEONE


def user_at_command_line() -> str:
    """A person at a terminal, or a script such as cron's."""
    is_terminal = sys.stdin is not None and sys.stdin.isatty()
    return f"{user()} at a terminal" if is_terminal else f"{_SCRIPT}{user()}"
