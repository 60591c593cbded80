"""When a connection suddenly leads to another org: both orgs, and the button that says which."""

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections import checks
from lib.services.connections.chosen import choose
from lib.services.log import Log
from lib.store.connections import ConnectionState
from lib.ui import session
from lib.ui.errors import plain, show_error
from lib.ui.frame.environment_marks import mark_of_org
from lib.ui.times import when
from lib.values import Org


def draw_other_org(log: Log, name: str, state: ConnectionState | None) -> None:
    """The question which org is meant, if there is one."""
    if state is None or state.other is None or state.org is None:
        return
    other = state.other
    with st.container(border=True, key="other_org"):
        st.markdown(
            f":material/front_hand: **These credentials now lead to another org "
            f"(seen {when(other.seen_at)})**"
        )
        st.markdown(f"- Until now: {_org(state.org)}\n- Now: {_org(other.org)}")
        st.markdown(_words(other.org))
        if st.button("Use this org", type="primary", key="use_other_org"):
            _use(log, name, other.org.org_id)


def _words(other: Org) -> str:
    refreshed = (
        "A sandbox gets a new ID each time it's refreshed, so after a refresh this is expected. "
        if other.environment == "sandbox"
        else ""
    )
    return (
        f"{refreshed}Nothing was read or changed there, and no one is opted out until you say "
        "which org is meant. If the new org is right, use it: it starts with a first run of its "
        "own, and what Optback knows about the other org isn't mixed in. If not, enter the "
        "credentials of the org you mean."
    )


def _org(org: Org) -> str:
    icon, mark = mark_of_org(org)
    return f"**{plain(org.name)}** ({plain(org.org_id)}), {icon} {mark}, as {plain(org.username)}"


def _use(log: Log, name: str, org_id: str) -> None:
    try:
        checks.use_other_org(log, choose(log, session.environment(), name), org_id)
    except OptbackError as error:
        show_error(error)
        return
    st.rerun()
