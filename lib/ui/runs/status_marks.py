"""The status of a run as a badge: a shape, a word, and a color, everywhere the same."""

from collections.abc import Mapping
from typing import Literal

from lib.store.run import Run
from lib.values import RunStatus

BadgeColor = Literal["green", "orange", "red", "blue", "violet", "gray"]

_MARKS: Mapping[RunStatus, tuple[str, BadgeColor]] = {
    RunStatus.STARTING: ("… Running", "blue"),
    RunStatus.RUNNING: ("… Running", "blue"),
    RunStatus.SUCCEEDED: ("✓ Done", "green"),
    RunStatus.PARTIAL: ("! Partly", "orange"),
    RunStatus.FAILED: ("✕ Failed", "red"),
    RunStatus.OVER_LIMIT: ("‖ Stopped", "violet"),
    RunStatus.DRY_RUN: ("○ Preview", "blue"),
    RunStatus.BUSY: ("– Busy", "gray"),
}


def badge_of_run(run: Run) -> tuple[str, BadgeColor]:
    """Words and color; an undo has a word of its own once it's done."""
    if run.is_undo and run.status in (RunStatus.SUCCEEDED, RunStatus.PARTIAL):
        return "↩ Undo", "gray"
    return _MARKS[run.status]
