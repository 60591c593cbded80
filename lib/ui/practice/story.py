"""The top of the Practice page: the state of the practice org, and the next step."""

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
from lib.ui.errors import stops_on_error
from lib.ui.links import HISTORY, SYNC, go
from lib.ui.practice import month as practice_time
from lib.ui.practice import outside
from lib.words import counted, people


def draw_state(world: PracticeWorld) -> None:
    """Who is in the practice org, in a line."""
    records = world.state["records"]
    opted_out = sum(kind["opted_out"] for kind in records.values())
    of_them = f"{opted_out:,} of them" if opted_out else "none of them"
    on_list = people(world.state["unsubscribes"]).capitalize()
    st.markdown(
        f"{counted(records['Contact']['all'], 'Contact', 'Contacts')} and "
        f"{counted(records['Lead']['all'], 'Lead', 'Leads')}, {of_them} opted out. {on_list} on "
        "JangoMail's unsubscribe list."
    )


def draw_story(found: Sequence[Run], log: Log, world: PracticeWorld) -> None:
    """What happened last, the next step and why, and the page's primary button."""
    month = month_process.progress(log.store.home)
    step = story.next_step(
        found,
        acted_at=outside.acted_at(),
        month_passed=month is not None and month.is_complete,
    )
    with st.container(border=True, key="story"):
        st.header("Next step")
        has_act = outside.draw_act(found[0].started_at if found else None)
        if step is not story.RUN_AGAIN or not has_act:
            st.markdown(step.why)
        if st.button(step.button, type="primary", key="next_step"):
            _take(step, log, world)


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
