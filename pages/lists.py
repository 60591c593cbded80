"""Lists: who to email, pulled from Salesforce without the people who opted out."""

import streamlit as st

from lib.services.lists.saved import lists_now
from lib.ui.builder.section import draw_who
from lib.ui.empty_states import need_connection
from lib.ui.errors import plain, stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.lists import opened as lists_opened
from lib.ui.lists.freshness import draw_age, draw_check
from lib.ui.lists.result import ListRequest, draw_list
from lib.ui.lists.saved import draw_place_of_who, draw_saved, draw_templates
from lib.ui.lists.why_not import draw_why
from lib.ui.lists.words import state_of_lists
from lib.ui.session import environment, opened
from lib.words import closed

draw_head("Lists")
name = need_connection()

with stops_on_error(), opened() as log:
    shown = lists_opened.settle(log, name)
    now = lists_now(log, environment(), name)
    st.header(plain(closed(state_of_lists(now))), anchor=False)
    draw_age(log, now)
    draw_saved(log, now)
    draw_check(log, now)
    draw_templates(now)
    with draw_place_of_who(shown):
        who = draw_who(log, name, lists_opened.KEY)
    if who.soql is not None:
        request = ListRequest(name, who.soql, who.options, shown)
        draw_list(log, now, request)
        draw_why(log, request)
