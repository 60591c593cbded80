"""The buttons of Sync: preview first, then the button that says what it will do."""

from typing import Literal

import streamlit as st

from lib.services.connections.own_settings import settings_of
from lib.services.log import Log
from lib.services.runs import proposal, uploads
from lib.services.runs.overview import Glance
from lib.services.runs.proposal import Proposal
from lib.sync.safety_limit import ALWAYS_ALLOWED
from lib.ui import session
from lib.ui.errors import plain
from lib.ui.links import CONNECT, go
from lib.ui.pressing import pressed_for
from lib.ui.sync.domain import draw_domain
from lib.values import RunStatus
from lib.words import people, records


def draw_way_on() -> None:
    """While Salesforce refuses the credentials: nothing else can be done."""
    if st.button("Enter new credentials", type="primary", key="to_connection"):
        go(CONNECT)


def draw_question(log: Log, plan: Proposal) -> None:
    """What to consider before pressing the button."""
    if plan.upload is not None and plan.run.planned:
        st.markdown(
            f"{people(plan.people)} in “{plain(plan.upload.name)}” can still be emailed. "
            "**Opt them out only if they asked to unsubscribe.**"
        )
    elif plan.upload is not None:
        st.markdown(f"No one in “{plain(plan.upload.name)}” can still be emailed.")
    if plan.domain is not None:
        draw_domain(log, plan, plan.domain)
    own = settings_of(log, plan.run.connection).safety_limit
    usual, planned = ALWAYS_ALLOWED if own is None else own, plan.run.planned or 0
    if plan.run.status == RunStatus.DRY_RUN and planned > usual:
        st.markdown(
            f"That's more than the usual limit of {usual:,} for one run. The button above "
            "allows exactly this many."
        )


def draw_decision(log: Log, now: Glance, plan: Proposal) -> None:
    """The button that carries the plan out; a file's has one to drop it, too."""
    disabled = not now.copies_unsubscribes or now.live is not None
    label = _approval_label(plan)
    if pressed_for(plan.run.id, label, key="approve", kind="primary", disabled=disabled):
        proposal.approve(log, session.environment(), plan)
        st.rerun()
    refusal = "Don't opt them out" if plan.run.planned else "Discard file"
    if plan.upload is not None and st.button(refusal, key="refuse", disabled=disabled):
        uploads.discard(log, plan.run.connection)
        st.rerun()


def _approval_label(plan: Proposal) -> str:
    if not plan.run.planned and plan.domain is not None:
        return f"Approve {plain(plan.domain.name)}"
    if not plan.run.planned:
        return "Run now (nothing to opt out)"
    return f"Opt out {records(plan.run.planned)} of {people(plan.people)}"


def draw_preview(log: Log, now: Glance, plan: Proposal | None, *, is_first: bool) -> None:
    """Reads JangoMail, also while a file waits. `is_first`: it's what to do on this page now."""
    kind: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
    pressed = st.button(
        _preview_label(now, plan),
        type=kind,
        key="preview",
        help="Reads who unsubscribed and finds them in Salesforce. It changes nothing.",
        disabled=now.live is not None,
    )
    if pressed:
        proposal.preview(log, session.environment(), now.connection)
        st.rerun()


def _preview_label(now: Glance, plan: Proposal | None) -> str:
    if plan is not None and plan.domain is not None:
        return f"Preview without {plain(plan.domain.name)}"
    if plan is not None:
        return "Preview again"
    return "Preview the first run" if now.latest is None else "Preview"
