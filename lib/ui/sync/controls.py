"""The buttons of Sync: preview first, then the button that says what it will do."""

from typing import Literal

import streamlit as st

from lib.services.connections.own_settings import settings_of
from lib.services.log import Log
from lib.services.runs import proposal, uploads
from lib.services.runs.overview import Glance
from lib.services.runs.proposal import Proposal
from lib.services.runs.uploads import Upload
from lib.services.started_by import DASHBOARD
from lib.store.run import Run
from lib.sync.safety_limit import ALWAYS_ALLOWED
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.links import CONNECT, go, link
from lib.ui.runs.operations import draw_forecast
from lib.ui.sync.domain import draw_domain
from lib.values import ONLY_PLANNED, RunStatus
from lib.words import people, records


def draw_controls(log: Log, now: Glance) -> None:
    """What can be done now; the buttons stay in place while a run is in progress."""
    if now.is_paused and now.live is None:
        _draw_paused(now)
        return
    hindrance = proposal.why_not(log, session.environment(), now)
    if hindrance is not None:
        st.caption("You can't start runs for this connection here.")
        show_error(hindrance)
        return
    plan = proposal.proposal(log, now)
    if not now.copies_unsubscribes:
        link(CONNECT, "Turn copying on under Settings", key="to_settings")
    if plan is not None:
        own = settings_of(log, now.connection).safety_limit
        _draw_question(log, plan, ALWAYS_ALLOWED if own is None else own)
    elif now.latest is not None and now.live is None:
        _draw_outdated_plan(now.latest, uploads.waiting(log, now.connection))
    with st.container(horizontal=True, key="controls"):
        if plan is not None:
            off = not now.copies_unsubscribes
            _draw_approval(log, plan, disabled=off or now.live is not None)
        _draw_preview(log, now, plan)


def _draw_question(log: Log, plan: Proposal, usual_limit: int) -> None:
    """What to consider before pressing the button."""
    if plan.upload is not None and not plan.run.planned:
        st.markdown(f"No one in {plain(plan.upload.name)} can still be emailed.")
    elif plan.upload is not None:
        st.markdown(
            f"{people(plan.people)} in {plain(plan.upload.name)} can still be emailed. "
            "**Opt them out only if they asked to unsubscribe.**"
        )
    if plan.domain is not None:
        draw_domain(log, plan, plan.domain)
    draw_forecast(plan.run)
    planned = plan.run.planned or 0
    if plan.run.status == RunStatus.DRY_RUN and planned > usual_limit:
        st.markdown(
            f"That's more than the usual limit of {usual_limit:,} for one run. The button below "
            "allows exactly this many."
        )


def _draw_approval(log: Log, plan: Proposal, *, disabled: bool) -> None:
    other_file = plan.upload is None and uploads.waiting(log, plan.run.connection) is not None
    kind: Literal["primary", "secondary"] = "secondary" if other_file else "primary"
    if st.button(_approval_label(plan), type=kind, key="approve", disabled=disabled):
        proposal.approve(log, session.environment(), plan)
        st.rerun()
    refusal = "Don't opt them out" if plan.run.planned else "Discard file"
    if plan.upload is not None and st.button(refusal, key="refuse", disabled=disabled):
        uploads.discard(log, plan.run.connection)
        st.rerun()


def _approval_label(plan: Proposal) -> str:
    if not plan.run.planned and plan.domain is not None:
        return f"Approve {plan.domain.name}"
    if not plan.run.planned:
        return "Run now (nothing to opt out)"
    return f"Opt out {records(plan.run.planned)} of {people(plan.people)}"


def _draw_preview(log: Log, now: Glance, plan: Proposal | None) -> None:
    waits = uploads.waiting(log, now.connection) is not None
    pressed = st.button(
        _preview_label(plan, waits=waits),
        type="secondary" if plan is not None or waits else "primary",
        key="preview",
        help="Reads who unsubscribed and finds them in Salesforce. It changes nothing.",
        disabled=now.live is not None,
    )
    if pressed:
        proposal.preview(log, session.environment(), now.connection)
        st.rerun()


def _preview_label(plan: Proposal | None, *, waits: bool) -> str:
    """A waiting file has its own preview button; this button reads JangoMail."""
    if waits:
        return "Preview JangoMail instead"
    if plan is not None and plan.domain is not None:
        return f"Preview without {plan.domain.name}"
    return "Preview" if plan is None else "Preview again"


def _draw_paused(now: Glance) -> None:
    remedy = now.state.paused_remedy if now.state else None
    if remedy:
        st.markdown(plain(remedy))
    st.markdown("Optback isn't trying to sign in, so that Salesforce doesn't lock the user.")
    if st.button("Enter new credentials", type="primary", key="to_connection"):
        go(CONNECT)


def _draw_outdated_plan(run: Run, waiting: Upload | None) -> None:
    """A file's plan that can no longer be approved here."""
    if run.source == "file" and run.planned and run.status in ONLY_PLANNED:
        name = plain(run.file_name or "The file")
        if waiting is not None and waiting.name == run.file_name:
            st.markdown(
                f"Preview {name} again. The file, or your answer about who asked, has changed."
            )
        elif run.started_by == DASHBOARD:
            st.markdown(f"{name} was discarded. No one was opted out.")
        else:
            st.markdown(f"{name} came from the command line. Approve it there.")
