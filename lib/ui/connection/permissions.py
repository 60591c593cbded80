"""Fix it for me: the permission set shown in full, its button, what it changed, and its removal."""

from dataclasses import dataclass

import streamlit as st

from lib.errors import OptbackError
from lib.salesforce.permission_set.rights import DESCRIPTION, LABEL, NAME, failed_rights
from lib.services.connections import permissions
from lib.services.connections.chosen import choose
from lib.services.connections.permissions import Fixed, Proposal, Removed
from lib.services.log import Log
from lib.store.connections import ConnectionState
from lib.store.permission_sets import PermissionSetNote
from lib.ui import session
from lib.ui.errors import plain, show_trouble
from lib.ui.times import when

_SHOWN, _SAID = "permission_set_shown", "permission_set_said"
_TAKES_TIME = "Salesforce may take minutes, or hours, until new rights count. Test again later."
_IF_REQUIRED = "If Salesforce requires Read on Account for Contact, that is included."


@dataclass(frozen=True, slots=True)
class _Said:
    """What the last click did, kept over the rerun that shows its result."""

    name: str
    words: str
    remedy: str = ""
    is_error: bool = False


def is_asking(name: str) -> bool:
    """Whether a permission set is shown, to be created after a yes."""
    return _shown(name) is not None


def draw_permissions(log: Log, name: str, state: ConnectionState) -> None:
    """What can be done about missing rights."""
    if not failed_rights(state.checks) or not _can_sign_in(state):
        return
    shown = _shown(name)
    if shown is not None:
        _draw_proposal(log, name, shown)
    else:
        _draw_offer(log, name)


def draw_note(log: Log, name: str, state: ConnectionState) -> None:
    """The permission set that Optback made, and the button that takes it back."""
    note = permissions.note_of(log, name)
    if note is not None and _can_sign_in(state):
        _draw_note(log, name, note)


def _can_sign_in(state: ConnectionState) -> bool:
    return state.paused_at is None and state.other is None


def _draw_offer(log: Log, name: str) -> None:
    with st.container(
        border=True, horizontal=True, wrap=False, vertical_alignment="center", key="fix_permissions"
    ):
        with st.container(gap="xxsmall"):
            st.markdown("**Optback can fix permissions**")
            st.caption("If its user is allowed to. It shows you the exact rights first.")
        wanted = st.button("Fix it for me", key="fix_it")
    if wanted:
        _propose(log, name)


def _draw_proposal(log: Log, name: str, shown: Proposal) -> None:
    org = shown.org
    verb = "completed" if shown.is_there else "created"
    with st.container(border=True, key="fix_permissions"):
        st.markdown(
            f"**This permission set would be {verb} in {plain(org.name)}** ({plain(org.org_id)}) "
            f"and assigned to {plain(org.username)}"
        )
        st.markdown(f"**{plain(LABEL)}** ({plain(NAME)})\n\n{_rights(shown)}")
        st.caption(f"{plain(DESCRIPTION)} {_IF_REQUIRED}")
        with st.container(horizontal=True, key="fix_buttons"):
            label = "Complete permission set" if shown.is_there else "Create permission set"
            if st.button(label, type="primary", key="fix_confirm"):
                _make(log, name, shown)
            if st.button("Cancel", key="fix_cancel"):
                st.session_state.pop(_SHOWN, None)
                st.rerun()


def _rights(shown: Proposal) -> str:
    return "\n".join(
        f"- {plain(right.what)}: **{right.words}**"
        f"{'' if right in shown.missing else ' (there already)'}"
        for right in shown.rights
    )


def _draw_note(log: Log, name: str, note: PermissionSetNote) -> None:
    words = (
        f"Optback created the permission set {plain(LABEL)} for {plain(note.username)} "
        f"({when(note.made_at)})."
        if note.made_at
        else f"Optback began to create the permission set {plain(LABEL)} ({when(note.begun_at)}), "
        'but didn\'t finish. "Fix it for me" completes it.'
    )
    with st.container(horizontal=True, vertical_alignment="center", key="permission_set_note"):
        st.caption(words, width="content")
        with st.popover("Remove", type="tertiary", key="remove_permission_set"):
            st.markdown(
                f"This takes the permission set **{plain(LABEL)}** back from "
                f"{plain(note.username)} and deletes it, unless other users have it. If someone "
                "added rights to it, they go too. The user has the rights from before, so opting "
                "people out may stop working."
            )
            if st.button("Remove permission set", type="primary", key="remove_confirm"):
                _remove(log, name)


def _propose(log: Log, name: str) -> None:
    try:
        with st.spinner("Asking Salesforce what this user is allowed to do"):
            shown = permissions.propose(log, choose(log, session.environment(), name))
    except OptbackError as error:
        _say(_Said(name, error.message, error.remedy, is_error=True))
        return
    st.session_state[_SHOWN] = (name, shown)
    st.rerun()


def _make(log: Log, name: str, shown: Proposal) -> None:
    st.session_state.pop(_SHOWN, None)
    try:
        with st.spinner("Creating the permission set, then testing again"):
            fixed = permissions.make(log, choose(log, session.environment(), name), shown)
    except OptbackError as error:
        _say(_Said(name, error.message, error.remedy, is_error=True))
        return
    _say(_Said(name, _fixed_in_words(fixed)))


def _remove(log: Log, name: str) -> None:
    try:
        with st.spinner("Removing the permission set, then testing again"):
            removed = permissions.remove(log, choose(log, session.environment(), name))
    except OptbackError as error:
        _say(_Said(name, error.message, error.remedy, is_error=True))
        return
    _say(_Said(name, _removed_in_words(removed)))


def _fixed_in_words(fixed: Fixed) -> str:
    lines = ["**The permission set is created and assigned.**"]
    if fixed.now_fine:
        lines.append("Fine now:\n" + "\n".join(f"- {plain(one.name)}" for one in fixed.now_fine))
    if failed_rights(fixed.checks):
        lines.append(_TAKES_TIME)
    return "\n\n".join(lines)


def _removed_in_words(removed: Removed) -> str:
    if removed.was_deleted:
        return "The permission set is deleted. The user has the rights from before."
    if removed.was_assigned:
        return "The user no longer has the permission set. Others still do, so it isn't deleted."
    return "There was no permission set of Optback's to remove."


def _say(said: _Said) -> None:
    st.session_state[_SAID] = said
    st.rerun()


def draw_said(name: str) -> bool:
    """What the last click did; whether there was anything."""
    said: _Said | None = st.session_state.pop(_SAID, None)
    if said is None or said.name != name:
        return False
    if said.is_error:
        show_trouble(said.words, said.remedy)
    else:
        st.success(said.words, icon=":material/check:")
    return True


def _shown(name: str) -> Proposal | None:
    kept: tuple[str, Proposal] | None = st.session_state.get(_SHOWN)
    return kept[1] if kept is not None and kept[0] == name else None
