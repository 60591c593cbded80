"""The top of the Practice page: the next step, and the practice org in figures."""

from collections.abc import Sequence

import streamlit as st

from lib.services.connections.chosen import PRACTICE
from lib.services.log import Log
from lib.services.practice import acts, month_process, story
from lib.services.practice.story import NextStep
from lib.services.practice.world import PracticeWorld
from lib.services.runs.start import RunStart, start_run
from lib.store.runs import Run
from lib.ui import session
from lib.ui.errors import plain, stops_on_error
from lib.ui.frame.answer import Mark, draw_answer
from lib.ui.links import HISTORY, SYNC, go
from lib.ui.practice import month as practice_time
from lib.ui.practice import outside
from lib.words import counted

_HIGH = 110  # pixels: what a figure needs, also before it is loaded
_MARKS = {
    story.PREVIEW.name: Mark.NEEDS_YOU,
    story.RUN.name: Mark.PREVIEW,
    story.UNSUBSCRIBE.name: Mark.WELL,
    story.HISTORY.name: Mark.WELL,
}


def draw_story(found: Sequence[Run], log: Log, world: PracticeWorld) -> None:
    """What is so, what happened last, and the next step: the page's answer."""
    month = month_process.progress(log.store.home)
    step = story.next_step(
        found,
        acted_at=outside.acted_at(),
        month_passed=month is not None and month.is_complete,
    )
    told = outside.told_now(found[0].started_at if found else None)
    now = story.RUN_AGAIN.now if told else step.now
    quiet = f"{plain(told.happened)}. {told.next}" if told else step.why
    with draw_answer(_mark(step, is_told=told is not None), now, quiet, key="story"):
        if st.button(step.button, type="primary", key="next_step"):
            _take(step, log, world)
        if told is not None:
            outside.draw_told_link(told)


def _mark(step: NextStep, *, is_told: bool) -> Mark:
    if is_told or step is story.RUN_AGAIN:
        return Mark.WAITING
    return _MARKS.get(step.name, Mark.FIRST)


def draw_figures(world: PracticeWorld, found: Sequence[Run]) -> None:
    """Who is in the practice org."""
    records = world.state["records"]
    with st.grid(4, min_column_width=165, key="practice_figures"):
        for kind, label in (("Contact", "Contacts"), ("Lead", "Leads")):
            opted_out = records[kind]["opted_out"]
            words = f"{opted_out:,} opted out" if opted_out else "none opted out"
            _draw_figure(label, records[kind]["all"], words)
        _draw_figure("Unsubscribed", world.state["unsubscribes"], "on JangoMail's list")
        previews = sum(run.dry_run for run in found)
        words = counted(previews, "preview", "previews")
        _draw_figure("Runs", len(found) - previews, f"and {words}")


def _draw_figure(label: str, value: int, words: str) -> None:
    st.metric(label, f"{value:,}", delta_description=words, border=True, height=_HIGH)


def _take(step: NextStep, log: Log, world: PracticeWorld) -> None:
    if step is story.UNSUBSCRIBE:
        outside.carry_out(lambda _log, there: acts.people_unsubscribe(there), world)
    elif step is story.CLEAR:
        outside.carry_out(acts.colleague_clears_a_box, world)
    elif step is story.MONTH:
        practice_time.confirm(log)
    elif step is story.HISTORY:
        go(HISTORY, connection=PRACTICE)
    else:
        if step is story.PREVIEW:
            with stops_on_error():
                start_run(log, session.environment(), RunStart(PRACTICE, dry_run=True))
        go(SYNC, connection=PRACTICE)
