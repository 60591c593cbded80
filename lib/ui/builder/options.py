"""What else a list leaves out: options, because someone may want these people."""

import streamlit as st

from lib.lists.values import Options
from lib.services.log import Log
from lib.store import lists
from lib.ui.builder.widgets import KEPT, choose_one, choose_several, seed

_BOXES = {
    "no_duplicates": ("Duplicate addresses", "The first record with an address stays."),
    "no_empty": ("No usable address", "Records whose address is empty or invalid."),
    "no_bounced": ("Bounced addresses", "Salesforce noted that email to them bounced."),
    "no_converted": ("Converted Leads", "The Contacts they became may be on the list."),
}
_HANDED = (7, 14, 30, 90)


def draw_options(log: Log, connection: str, options: Options, key: str) -> Options:
    """The options to leave out more than the opted-out people; each is counted by reason."""
    st.markdown("**Also leave out**")
    with st.container(horizontal=True, key=f"{key}_leave_out"):
        boxes = {
            name: st.checkbox(
                label,
                key=seed(f"{key}_{name}", getattr(options, name)),
                help=why,
                persist_state=KEPT,
            )
            for name, (label, why) in _BOXES.items()
        }
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}_not_on"):
        not_on = _draw_lists(log, connection, options.not_on_lists, f"{key}_{connection}_lists")
        days = _draw_handed(options.not_handed_over_days, f"{key}_handed")
    return Options(**boxes, not_on_lists=not_on, not_handed_over_days=days)


def _draw_lists(log: Log, connection: str, chosen: tuple[str, ...], key: str) -> tuple[str, ...]:
    saved = {known.id: known.name for known in lists.of_connection(log.store, connection)}
    deleted = (lists.get(log.store, list_id) for list_id in chosen if list_id not in saved)
    saved |= {
        gone.id: f"{gone.name} (deleted)"
        for gone in deleted
        if gone and gone.connection == connection
    }
    chosen = tuple(list_id for list_id in chosen if list_id in saved)
    if not saved:
        return ()
    return choose_several(
        "People on the last pull of these lists",
        saved,
        chosen,
        key,
        label_visibility="visible",
        placeholder="Choose saved lists",
        width=420,
    )


def _draw_handed(days: int, key: str) -> int:
    offered = sorted({0, *_HANDED, days})
    words = {str(count): f"in the last {count} days" if count else "keep them" for count in offered}
    said = choose_one(
        "People you already sent to JangoMail",
        words,
        str(days),
        key,
        label_visibility="visible",
        width=280,
    )
    return int(said)
