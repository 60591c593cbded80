"""The status of a run as a badge: a shape, a word, and a color, everywhere the same."""

from collections.abc import Mapping

from lib.store.run import Run
from lib.ui.columns import ChipColor
from lib.values import RunStatus

_MARKS: Mapping[RunStatus, tuple[str, ChipColor]] = {
    RunStatus.STARTING: ("… Running", "blue"),
    RunStatus.RUNNING: ("… Running", "blue"),
    RunStatus.SUCCEEDED: ("✓ Done", "green"),
    RunStatus.PARTIAL: ("! Partly", "orange"),
    RunStatus.FAILED: ("✕ Failed", "red"),
    RunStatus.OVER_LIMIT: ("‖ Stopped", "violet"),
    RunStatus.DRY_RUN: ("○ Preview", "blue"),
    RunStatus.BUSY: ("– Busy", "gray"),
}
_UNDO: tuple[str, ChipColor] = ("↩ Undo", "gray")


def badge_of_run(run: Run) -> tuple[str, ChipColor]:
    """Words and color; an undo has a word of its own once it's done."""
    if run.is_undo and run.status in (RunStatus.SUCCEEDED, RunStatus.PARTIAL):
        return _UNDO
    return _MARKS[run.status]


def status_colors() -> Mapping[str, ChipColor]:
    """Every word with its color, for a column of chips."""
    return dict([*_MARKS.values(), _UNDO])
