"""The story of the practice org: which step comes next, from what the log shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.store.runs import Run
from lib.values import CARRIED_OUT


@dataclass(frozen=True, slots=True)
class Step:
    """The next step: what it is called, its button, and why one would take it."""

    name: str
    button: str
    why: str


PREVIEW = Step(
    "preview",
    "Preview the first run",
    "150 people are on JangoMail's unsubscribe list, and most of them can still be mailed from "
    "Salesforce. A preview shows whom a run would opt out. It writes nothing.",
)
RUN = Step(
    "run",
    "Look at the preview on Sync",
    "The preview is ready: look at it, then opt these people out.",
)
UNSUBSCRIBE = Step(
    "unsubscribe",
    "Let 5 people unsubscribe",
    "The first run is done. Every day a few more people unsubscribe.",
)
RUN_AGAIN = Step(
    "run_again",
    "Go to Sync and run again",
    "Something happened outside since the last run.",
)
CLEAR = Step(
    "clear",
    "Let a colleague clear a box",
    "Somebody calls a colleague of yours and wants mail again; the colleague clears the box in "
    "Salesforce. The next run must leave it cleared.",
)
MONTH = Step(
    "month",
    "Let 30 days pass",
    "See what a month looks like: daily runs, an outage, a refused record, a cleared box.",
)
HISTORY = Step(
    "history",
    "Look at the history",
    "A month has passed. The charts show it day by day.",
)


def next_step(found: Sequence[Run], *, acted_at: datetime | None, month_passed: bool) -> Step:
    """The step after these runs, newest first; `acted_at`: when something last happened outside."""
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
