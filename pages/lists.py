"""Lists: whom to mail, pulled from Salesforce without anybody who opted out."""

import streamlit as st

from lib.services.lists.saved import lists_now
from lib.ui import lists_opened
from lib.ui.builder import draw_who
from lib.ui.failures import plain, stops_on_error
from lib.ui.lists_fresh import draw_age, draw_check
from lib.ui.lists_result import Asked, draw_list
from lib.ui.lists_saved import draw_place_of_who, draw_saved
from lib.ui.lists_templates import draw_templates
from lib.ui.lists_why import draw_why
from lib.ui.lists_words import state_of_lists
from lib.ui.nothing_yet import need_connection
from lib.ui.run_words import closed
from lib.ui.surroundings import environment, opened

st.title("Lists")
name = need_connection()

with stops_on_error(), opened() as log:
    shown = lists_opened.settle(log, name)
    now = lists_now(log, environment(), name)
    st.subheader(plain(closed(state_of_lists(now))), anchor=False)
    draw_age(log, now)
    draw_saved(log, now)
    draw_check(log, now)
    draw_templates(now)
    with draw_place_of_who(shown):
        who = draw_who(log, name, lists_opened.KEY)
    if who.soql is not None:
        asked = Asked(name, who.soql, who.options, shown)
        draw_list(log, now, asked)
        draw_why(log, asked)
