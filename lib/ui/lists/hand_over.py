"""Send a list to JangoMail as a new group: name it, confirm, follow it, continue it."""

import streamlit as st

from lib.errors import OptbackError
from lib.lists.pulled_file import PulledFile
from lib.services.lists import hand_over
from lib.services.lists.saved import ListsNow
from lib.services.log import Log
from lib.sources.jangomail.groups import GroupNameTaken
from lib.store import freshness, hand_overs
from lib.store.hand_overs import HandOver
from lib.store.pulls import Pull
from lib.ui import session
from lib.ui.errors import plain, show_error, show_trouble
from lib.ui.lists.live import watch_hand_over
from lib.ui.times import viewer_zone, when
from lib.words import people

_OPEN = "handing_open"
_FAILED = "handing_failed"


def draw_hand_button(now: ListsNow, pull: Pull) -> None:
    """Opens the form; disabled while a list is being sent."""
    st.button(
        "Send to JangoMail",
        key="hand_over",
        icon=":material/forward_to_inbox:",
        disabled=now.handing is not None or now.is_paused,
        help="Creates a new list there. No one is emailed",
        on_click=_open,
        args=(pull.id,),
    )


def draw_handing(log: Log, now: ListsNow, pull: Pull, file: PulledFile, title: str) -> None:
    """The form while it is open, and each time this list was sent."""
    if st.session_state.get(_OPEN) == pull.id and now.handing is None:
        _draw_questions(log, pull, file, title)
    orders = hand_overs.of_pull(log.store, pull.id)
    if not orders:
        return
    with st.container(key="hand_overs"):
        for order in orders:
            _draw_order(log, now, order)


def _draw_questions(log: Log, pull: Pull, file: PulledFile, title: str) -> None:
    with st.container(border=True, key="handing"):
        st.markdown("**This creates a new list in JangoMail.** No one is emailed.")
        _draw_failure()
        if not file.is_in_step():
            show_trouble(
                "This list has several people in one record, so it can't be sent to JangoMail",
                "Write the query so that each record is one person, without a subquery in SELECT.",
            )
            return
        name = st.text_input(
            "Name of the new list",
            hand_over.name_for(log, pull.connection, title, viewer_zone()),
            max_chars=hand_over.LONGEST_NAME,
            key=f"group_name_{pull.id}",
        )
        columns = st.multiselect(
            "Columns to send with the address",
            _columns(file),
            default=[name for name in _columns(file) if name in _USUAL],
            key=f"group_columns_{pull.id}",
            placeholder="Address only",
        )
        out = freshness.addresses(log.store, pull.id)
        count = hand_overs.people_of(log.store, pull.id, out)
        st.caption(
            "Right before sending, Optback checks again who has opted out and leaves them out. "
            "Each address is sent once."
        )
        with st.container(horizontal=True, key="handing_controls"):
            label = f"Send {people(count)} to JangoMail" if count else "No one to send"
            if st.button(label, key="hand_now", disabled=not count):
                _start(log, pull, name or "", columns)
            st.button("Cancel", key="hand_not", type="tertiary", on_click=_close)


_USUAL = ("FirstName", "LastName")


def _columns(file: PulledFile) -> list[str]:
    return [name for name in dict.fromkeys(file.titles()) if name.lower() not in ("email", "id")]


def _draw_order(log: Log, now: ListsNow, order: HandOver) -> None:
    name = plain(order.group_name)
    if now.handing is not None and now.handing.id == order.id:
        st.markdown(f"**Sending to JangoMail as {name}**")
        watch_hand_over(order)
    elif order.status == "done":
        out = f", without {order.left_out:,} who opted out since the pull" if order.left_out else ""
        st.markdown(f"**{people(order.done).capitalize()} sent to JangoMail as {name}**{out}.")
        st.caption(f"{when(order.started_at)}, by {plain(order.handed_by)}. No one was emailed.")
        if order.error is not None:
            show_trouble(order.error.message, order.error.remedy)
    else:
        _draw_stopped(log, now, order)


def _draw_stopped(log: Log, now: ListsNow, order: HandOver) -> None:
    """A list that wasn't sent to the end, and how to continue."""
    error = order.error or hand_over.INTERRUPTED
    done = f" after {people(order.done)}" if order.done else ""
    show_trouble(f"{order.group_name}: stopped{done}. {error.message}", error.remedy)
    _draw_failure()
    busy = now.handing is not None or now.is_paused
    name = None
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"on_{order.id}"):
        if error.code == GroupNameTaken.code:
            name = st.text_input(
                "Another name",
                hand_over.another_name(log, order.connection, order.group_name),
                max_chars=hand_over.LONGEST_NAME,
                key=f"another_name_{order.id}",
            )
        label = "Send under this name" if name is not None else "Continue"
        if st.button(label, key=f"go_on_{order.id}", disabled=busy):
            try:
                hand_over.go_on(log, session.environment(), order, name)
            except OptbackError as failure:
                st.session_state[_FAILED] = failure
            st.rerun()


def _start(log: Log, pull: Pull, name: str, columns: list[str]) -> None:
    try:
        hand_over.start_hand_over(log, session.environment(), pull, name, columns)
        _close()
    except OptbackError as error:
        st.session_state[_FAILED] = error
    st.rerun()


def _draw_failure() -> None:
    failure = st.session_state.pop(_FAILED, None)
    if failure is not None:
        show_error(failure)


def _open(pull_id: str) -> None:
    st.session_state[_OPEN] = pull_id


def _close() -> None:
    st.session_state.pop(_OPEN, None)
