"""A list in its own view: the builder at the left, the result at the right, always in sight."""

import streamlit as st

from lib.services.lists.saved import ListsNow
from lib.services.log import Log
from lib.store.lists import SavedList
from lib.ui.builder.section import draw_who
from lib.ui.errors import plain
from lib.ui.frame.head import draw_head
from lib.ui.lists.actions import draw_renaming
from lib.ui.lists.count_bar import draw_count_bar
from lib.ui.lists.freshness import draw_age
from lib.ui.lists.opened import KEY, show_all
from lib.ui.lists.request import ListRequest
from lib.ui.lists.result import COUNTS, draw_list, draw_unusable
from lib.ui.lists.why_not import draw_why


def draw_one(log: Log, now: ListsNow, saved: SavedList | None) -> None:
    """A saved list, or one that isn't saved."""
    title = saved.name if saved else "New list"
    draw_head(plain(title), tab=title, back=lambda: show_all(now.connection))
    draw_age(log, now)
    if saved is not None:
        draw_renaming(log, saved)
    last = next((one.last for one in now.kept if saved and one.saved.id == saved.id), None)
    kind = "saved" if last and last.rows else "new"  # on a phone, people come before the builder
    with st.container(key=f"one_list_{kind}"):
        left, right = st.columns([1, 1], gap="medium")
    with left:
        who = draw_who(log, now.connection, KEY)
        st.toggle(
            "Count as I build",
            value=True,
            key=COUNTS,
            persist_state="session",
            help="Asks Salesforce after each change, with a sign-in and about 5 API calls",
        )
    with right.container(border=True, key="card_list"):
        if who.soql is None:
            draw_count_bar(draw_unusable(now))
            return
        request = ListRequest(now.connection, who.soql, who.options, saved, who.labels)
        sentence = draw_list(log, now, request, has_org=who.has_org)
        draw_why(log, request)
    draw_count_bar(sentence)
