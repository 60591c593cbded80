"""Why isn't someone on the list? An address, looked up in Salesforce and the ledger."""

import pandas as pd
import streamlit as st

from lib.errors import OptbackError
from lib.lists.values import Why, WhyRecord
from lib.services.lists import pulls
from lib.services.lists.on_pull import OnPull, found_on
from lib.services.lists.saved import latest_of
from lib.services.log import Log
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.lists.request import ListRequest
from lib.ui.lookup.tables import asked_in_words
from lib.ui.times import exact
from lib.words import LEFT_OUT_ONE, listed, object_in_words

_ASKED = "lists_why"
_NOTHING = "–"


def draw_why(log: Log, request: ListRequest) -> None:
    """The question, and the answer while it is about exactly this query."""
    with st.expander("Why isn't someone on it?", key="why_place"):
        _draw_question(log, request)


def _draw_question(log: Log, request: ListRequest) -> None:
    with (
        st.form("why", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        text = st.text_input(
            "Email address", key="why_address", placeholder="ann@example.org", width=340
        )
        pressed = st.form_submit_button("Look up", key="why_look")
    key = (request.connection, request.soql, request.options)
    if pressed and (text or "").strip():
        address = (text or "").strip()
        st.session_state[_ASKED] = (key, address, _asked(log, request, address))
    known = st.session_state.get(_ASKED)
    if known is None or known[0] != key:
        return
    pull = latest_of(log, request.connection, request.soql, request.options)
    stored = found_on(log, pull, known[1]) if pull is not None else None
    with st.container(key="why_answer"):
        if stored is not None:
            st.markdown(f"**{plain(on_pull(known[1], stored))}** Salesforce says now:")
        if isinstance(known[2], OptbackError):
            show_error(known[2])
        else:
            _draw(known[2])


def _asked(log: Log, request: ListRequest, address: str) -> Why | OptbackError:
    with st.spinner("Checking Salesforce"):
        try:
            return pulls.why(
                log,
                session.environment(),
                request.connection,
                request.soql,
                request.options,
                address,
            )
        except OptbackError as error:
            return error


def _draw(why: Why) -> None:
    st.markdown(f"**{plain(summary(why))}**")
    for event in (*why.events, *why.domain_events):
        whole = f" (its whole domain, {event.shown})" if event.is_domain else ""
        since = " They were taken off the list since." if event.resubscribed_at else ""
        st.markdown(plain(f"Unsubscribed in JangoMail {asked_in_words(event)}{whole}.{since}"))
    if why.records:
        lines = pd.DataFrame([_line(record) for record in why.records])
        frame = lines.loc[:, (lines != _NOTHING).any()]
        st.dataframe(frame, hide_index=True, key="why_records", alt="The records with this address")
    if why.as_of is not None:
        st.caption(f"Unsubscribes as of {exact(why.as_of)}.")


def on_pull(address: str, stored: OnPull) -> str:
    """What the list that was pulled says, in a sentence."""
    pulled = f"the list pulled at {exact(stored.pulled_at)}"
    if stored.left_out is None:
        return f"{address} is on {pulled}."
    return f"{address} isn't on {pulled}: {LEFT_OUT_ONE.get(stored.left_out, stored.left_out)}."


def summary(why: Why) -> str:
    """The answer in a sentence."""
    address = why.address
    if not why.records:
        return f"No record in Salesforce has {address}."
    if why.on_list is None and why.is_cut:
        return (
            f"{address} matches the query, but LIMIT or OFFSET takes only some of the records "
            "that do, so only a pulled list can tell."
        )
    if why.on_list is None:
        return (
            f"With this query, Optback can't tell for a single record whether {address} is on the "
            "list."
        )
    if why.on_list:
        return f"{address} is on the list."
    reasons = [record.removed for record in why.records if record.removed is not None]
    if reasons:
        words = LEFT_OUT_ONE.get(reasons[0], reasons[0])
        return f"{address} isn't on the list: {words}."
    if any(record.opted_out for record in why.records):
        return f"{address} isn't on the list: opted out in Salesforce."
    unmet = list(dict.fromkeys(words for record in why.records for words in record.unmet))
    if unmet:
        return f"{address} isn't on the list: it doesn't meet {listed(unmet)}."
    return f"{address} isn't on the list: the query doesn't match it."


def _line(record: WhyRecord) -> dict[str, str]:
    matches = {True: "yes", False: "no", None: "can't tell"}
    return {
        "Matches the query": matches[record.matches],
        "Email Opt Out": "yes" if record.opted_out else "no",
        "Left out": LEFT_OUT_ONE.get(record.removed, record.removed)
        if record.removed
        else _NOTHING,
        "Object": object_in_words(record.sobject),
        "Cleared by a colleague": "yes" if record.kept else _NOTHING,
        "Record ID": record.record_id,
    }
