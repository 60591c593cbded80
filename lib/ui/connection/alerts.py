"""Alerts of a connection: who gets them, what is open, and what was sent, when, and who got it."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from lib.alerts.causes import CauseKind
from lib.alerts.words import title_of
from lib.clock import utc_now
from lib.errors import OptbackError
from lib.services.alerts import overview
from lib.services.alerts.overview import AlertsView
from lib.services.log import Log
from lib.services.started_by import user
from lib.store.alerts import Channel, Message, OpenAlert
from lib.ui import session
from lib.ui.connection.alert_kinds import draw_kinds
from lib.ui.errors import plain, show_error
from lib.ui.frame.card_title import draw_card_title
from lib.ui.state_words import who_is_told
from lib.ui.times import exact, viewer_zone, when
from lib.words import closed, counted, listed

_MESSAGES = 20
_SAID = "alerts_said"
_ON_OVERVIEW = (
    CauseKind.REFUSED,
    CauseKind.HELD,
    CauseKind.MASS_CLEARING,
    CauseKind.LIST_SHRANK,
)
"""What has a card on Overview, with its button."""


def draw_alerts(log: Log, name: str) -> None:
    """The section of the Connection page."""
    now = overview.view(log, name, last=_MESSAGES)
    with st.container(border=True, gap="xsmall", key="alerts"):
        draw_card_title("Alerts")
        for alert in now.open:
            _draw_open(name, alert)
        st.markdown(plain(who_is_told(now)))
        _draw_trouble(now)
        _draw_said()
        own = listed(now.own or ()) or "the usual receivers"
        with st.expander(f"Send emails to: {plain(own)}", type="compact", key="receivers_fold"):
            _draw_receivers(log, now)
        draw_kinds(log, now)
        _draw_messages(now.messages)


def _draw_trouble(now: AlertsView) -> None:
    if now.problem is not None:
        st.warning(plain(now.problem.remedy), icon=":material/mail_off:")
    elif not now.receivers:
        with st.expander("How to turn alerts on", type="compact"):
            st.caption(
                "Set `OPTBACK_SMTP_URL`, `OPTBACK_ALERT_FROM`, and `OPTBACK_ALERT_TO` (or "
                "`OPTBACK_WEBHOOK_URL`) for this dashboard and for the program that runs "
                "`sync.py`, then start them again."
            )
    if now.stuck:
        waiting = now.stuck[0]
        st.warning(
            f"**{plain(closed(waiting.error or ''))}** "
            f"{counted(len(now.stuck), 'message is', 'messages are')} waiting, "
            f"the latest for {plain(waiting.receiver)}. "
            f"Next try: {exact(waiting.next_try_at or utc_now())}, or at the first run after that.",
            icon=":material/mail_off:",
        )


def _draw_said() -> None:
    """What the last click did; kept over the rerun that shows its result."""
    said: tuple[str, str] | None = st.session_state.pop(_SAID, None)
    if said is None:
        return
    kind, words = said
    if kind == "error":
        st.error(words, icon=":material/error:")
    else:
        st.success(words, icon=":material/check:")


def _draw_receivers(log: Log, now: AlertsView) -> None:
    usual = listed(now.default) or "no one yet"
    with st.form(f"alert_receivers_{now.connection}", border=False, enter_to_submit=False):
        text = st.text_input(
            "Send emails to",
            value=", ".join(now.own or ()),
            placeholder=f"The usual receivers: {usual}",
            key=f"alert_to_{now.connection}",
            help="Email addresses, separated by commas. Leave blank for the usual receivers "
            "(OPTBACK_ALERT_TO).",
        )
        with st.container(horizontal=True, key="alert_buttons"):
            is_saved = st.form_submit_button("Save receivers", key="alert_save")
            is_test = st.form_submit_button("Send a test email", key="alert_test")
    if is_saved or is_test:
        _take(log, now.connection, text.strip() or None, is_test=is_test)


def _take(log: Log, name: str, receivers: str | None, *, is_test: bool) -> None:
    """A test goes to the receivers that are on the screen, so they are saved first."""
    try:
        overview.choose_receivers(log, name, receivers)
        if is_test:
            with st.spinner("Sending a test"):
                found = overview.send_test(log, name)
            reached = counted(found.sent, "receiver", "receivers")
            words = " ".join(closed(plain(reason)) for reason in found.reasons)
            kind = "error" if found.waiting else "success"
            st.session_state[_SAID] = (kind, words or f"Test sent to {reached}.")
        else:
            st.session_state[_SAID] = ("success", "Receivers saved.")
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()


def _draw_open(name: str, alert: OpenAlert) -> None:
    sent = alert.first_sent_at
    told = f"first sent {when(sent)}" if sent else "no one was told yet"
    words = f"{plain(alert.text.cause)} {plain(alert.text.remedy)} "
    if alert.cause in _ON_OVERVIEW:
        words = "Overview says more, and what to do. "
    elif alert.cause == CauseKind.CREDENTIALS:  # the page says it on top: opt-outs are paused
        words = ""
    with st.container(gap="xsmall", key=f"alert_{alert.cause}"):
        st.markdown(f":orange[:material/front_hand:] **{plain(title_of(alert.cause))}**")
        st.caption(f"{words}Since {exact(alert.opened_at)}; {told}.")
        until = alert.acknowledged_until
        if until is not None and until > utc_now():
            st.caption(f"No more alerts about this until {exact(until)}.")
        _draw_acknowledge(name, alert)


def _draw_acknowledge(name: str, alert: OpenAlert) -> None:
    today = utc_now().astimezone(viewer_zone()).date()
    with st.popover("I know about this", key=f"know_{alert.cause}"):
        until = st.date_input(
            "Remind me on",
            value=today + timedelta(days=7),
            min_value=today + timedelta(days=1),
            max_value=today + timedelta(days=365),
            key=f"know_until_{alert.cause}",
        )
        if st.button("Say nothing until then", key=f"know_confirm_{alert.cause}"):
            try:
                with session.opened() as log:
                    overview.acknowledge(log, name, alert.cause, until, user())
            except OptbackError as error:
                show_error(error)
                return
            st.rerun()


def _draw_messages(messages: Sequence[Message]) -> None:
    if not messages:
        st.caption("Nothing has been sent yet.")
        return
    rows = [_row(message) for message in messages]
    widths = {"Status": 80, "What": 260, "When": 130, "To": 210}
    columns = {name: st.column_config.TextColumn(width=width) for name, width in widths.items()}
    with st.expander(counted(len(rows), "message", "messages"), type="compact"):
        st.dataframe(rows, hide_index=True, key="alert_messages", column_config=columns)


def _row(message: Message) -> dict[str, str]:
    webhook = message.channel is Channel.WEBHOOK
    return {
        "Status": "Sent" if message.sent_at else "Waiting" if message.next_try_at else "Not sent",
        "What": message.text.subject.partition(": ")[2],
        "When": exact(message.sent_at or message.queued_at),
        "To": f"Webhook at {message.receiver}" if webhook else message.receiver,
        "Why": message.error or "–",
    }
