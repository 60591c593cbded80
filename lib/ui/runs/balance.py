"""The balance of a run as a bar; its words pick the outcome that a table shows."""

from lib import undo_words
from lib.store.run import Run
from lib.ui.marks.balance import Part, draw_balance
from lib.ui.marks.component import Color
from lib.values import Outcome
from lib.words import OUTCOMES, outcome_counts

_DONE = (Outcome.UPDATED, Outcome.PLANNED)


def draw_run_balance(run: Run, *, key: str, can_pick: bool = True) -> Outcome | None:
    """Good news first, as in the sentence; returns the picked outcome, None for all."""
    picked = draw_balance(parts_of(run), key=key, can_pick=can_pick)
    return Outcome(picked) if picked else None


def parts_of(run: Run) -> list[Part]:
    """An area for each outcome that has records; what was done is first."""
    words = undo_words.OUTCOMES if run.is_undo else OUTCOMES
    counts = list(reversed(outcome_counts(run)))
    counts.sort(key=lambda found: found[0] not in _DONE)
    return [Part(outcome, count, words[outcome], _color_of(outcome)) for outcome, count in counts]


def _color_of(outcome: Outcome) -> Color:
    """What would be done has the color of what was done."""
    return Color(Outcome.UPDATED if outcome is Outcome.PLANNED else outcome)
