"""How fresh a pulled list is: who has opted out since, and what changed since the pull before."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.errors import OptbackError
from lib.services.lists.freshness import Checked, check, read_unsubscribes
from lib.services.lists.saved import Freshness, ListsNow
from lib.services.log import Log
from lib.store import freshness, pull_changes, pulls
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.errors import show_error
from lib.ui.lists.numbers import draw_warnings
from lib.ui.lists.words import age_of, changed, since_in_words, why_left
from lib.ui.times import distance, exact, when
from lib.words import people

_TROUBLE = "lists_fresh_trouble"


def draw_age(log: Log, now: ListsNow) -> None:
    """On a bad day: a check that failed, or unsubscribes that were read too long ago."""
    _draw_trouble()
    if not now.is_old or now.as_of is None:
        return
    with st.container(border=True, key="old_unsubscribes"):
        status = st.empty()
        status.markdown(
            f"**JangoMail was last read {distance(now.as_of)}. Optback doesn't know of newer "
            "unsubscribes.** Pulling a list reads them first."
        )
        if st.button("Read JangoMail now", key="read_now", disabled=now.is_paused):
            environment = session.environment()
            _ask(status, lambda: read_unsubscribes(log, environment, now.connection))


def draw_check(log: Log, now: ListsNow) -> None:
    """The button that checks all saved lists again."""
    last = [kept.last.id for kept in now.kept if kept.last is not None and kept.last.file]
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="check_place"):
        pressed = st.button(
            "Check who has opted out since",
            key="check_freshness",
            disabled=now.is_paused,
            help="Reads JangoMail and checks the people on these lists in Salesforce",
        )
        status = st.empty()
        status.caption(_checked(now), width="content")
    if pressed:
        _ask(status, lambda: check(log, session.environment(), now.connection, last))


def draw_freshness(log: Log, now: ListsNow, pull: Pull, fresh: Freshness) -> None:
    """How many people on this list have opted out since, who they are, and a new check."""
    st.markdown(since_in_words(fresh))
    with st.container(horizontal=True, vertical_alignment="center", key="freshness"):
        pressed = st.button(
            "Check again",
            key="check_pull",
            disabled=now.is_paused,
            help="Reads JangoMail and checks the people on this list in Salesforce",
        )
        status = st.empty()
        status.caption(age_of(fresh), width="content")
    if pressed:
        _ask(status, lambda: check(log, session.environment(), now.connection, [pull.id]))
    if fresh.people_out:
        with st.expander(f"Who opted out ({people(fresh.people_out)})", key="opted_out_since"):
            found = freshness.noted(log.store, pull.id)
            _table(
                [{"Email": noted.shown or "–", "Why": why_left(noted.reason)} for noted in found],
                "since_table",
            )


def draw_changes(log: Log, pull: Pull) -> None:
    """What changed since the pull before, of the same list."""
    if pull.list_id is None:
        return
    done = pulls.of_list(log.store, pull.list_id, limit=5, done_only=True)
    before = next(
        (other for other in done if other.started_at < pull.started_at and other.file), None
    )
    if before is None:
        return
    changes = pull_changes.between(log.store, before.id, pull.id)
    st.markdown(changed(changes, before))
    if not changes.joined and not changes.gone:
        return
    with st.expander("Who joined and who left", key="changes"):
        lines = [{"Email": email, "Change": "joined"} for email in changes.who_joined]
        lines += [
            {"Email": email, "Change": f"left: {why_left(why)}"} for email, why in changes.who_left
        ]
        _table(lines, "changes_table")


def _checked(now: ListsNow) -> str:
    asked = [
        kept.fresh.check.checked_at
        for kept in now.kept
        if kept.fresh is not None and kept.fresh.check
    ]
    if not asked:
        read = f" Unsubscribes as of {exact(now.as_of)}." if now.as_of else ""
        return f"Not checked in Salesforce since the lists were pulled.{read}"
    return f"Last checked {when(min(asked))}."


def _ask(place: DeltaGenerator, asking: Callable[[], Checked]) -> None:
    """Ask JangoMail and Salesforce, keep what went wrong for the next page run, and rerun.

    The spinner is in this place, so that nothing below it jumps.
    """
    with place, st.spinner("Checking JangoMail and Salesforce", width="content"):
        try:
            st.session_state[_TROUBLE] = asking().warnings
        except OptbackError as error:
            st.session_state[_TROUBLE] = error
    st.rerun()


def _draw_trouble() -> None:
    trouble: OptbackError | Sequence[str] = st.session_state.pop(_TROUBLE, ())
    if isinstance(trouble, OptbackError):
        show_error(trouble)
        return
    draw_warnings(trouble)


def _table(lines: list[dict[str, str]], key: str) -> None:
    st.dataframe(pd.DataFrame(lines), hide_index=True, key=key, alt=", ".join(lines[0]))
