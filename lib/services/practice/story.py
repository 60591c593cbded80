"""The story of the practice org: the next step, from what the log shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.store.runs import Run
from lib.values import CARRIED_OUT


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step: its name, its button, what is so, and the reason to take it."""

    name: str
    button: str
    now: str
    why: str = ""


PREVIEW = NextStep(
    "preview",
    "Preview the first run",
    "People who unsubscribed can still be emailed.",
    "They are on JangoMail's unsubscribe list, and Salesforce doesn't know yet. A preview shows "
    "who would be opted out. It changes nothing.",
)
RUN = NextStep(
    "run",
    "Look at the preview on Sync",
    "The preview is ready.",
    "Look at it, then opt these people out.",
)
UNSUBSCRIBE = NextStep(
    "unsubscribe",
    "Unsubscribe 5 people",
    "The first run is done.",
    "Every day, a few more people unsubscribe.",
)
RUN_AGAIN = NextStep(
    "run_again",
    "Go to Sync and run again",
    "Something has happened outside since the last run.",
)
CLEAR = NextStep(
    "clear",
    "Have a colleague clear a box",
    "Next, someone changes their mind.",
    "They call a colleague of yours and want your emails again, so the colleague clears the box in "
    "Salesforce. The next run must leave it cleared.",
)
MONTH = NextStep(
    "month",
    "Play 30 days",
    "See what a month looks like.",
    "It has daily runs, an outage, a refused record, and a cleared box.",
)
HISTORY = NextStep(
    "history",
    "Go to History",
    "A month has passed.",
    "The charts show it day by day.",
)


def next_step(found: Sequence[Run], *, acted_at: datetime | None, month_passed: bool) -> NextStep:
    """The step after these runs, newest first. `acted_at`: the last time something happened."""
    finished = [run for run in found if run.is_finished]
    real = [run for run in finished if not run.dry_run and run.status in CARRIED_OUT]
    if not finished:
        return PREVIEW
    if not real:
        return RUN
    if acted_at is not None and acted_at > real[0].started_at:
        return RUN_AGAIN
    if month_passed:
        return HISTORY
    if len(real) == 1:
        return UNSUBSCRIBE
    return MONTH if any(run.kept for run in real) else CLEAR
