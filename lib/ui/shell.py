"""The script behind every page: sets the page, lists the pages, draws what they share.

It is here and not in app.py: with a pages/ folder next to the script, a first visit to a deep
link would run that page alone.
"""

import streamlit as st

from lib.ui import sidebar
from lib.ui.errors import stops_on_error
from lib.ui.history_entries import keep_one_entry_a_step
from lib.ui.links import pages
from lib.ui.practice.banner import draw_banner
from lib.ui.session import opened

# In dark, the theme's color is too faint for the words of a chosen segment; its border keeps it.
_READABLE = 'button[data-variant][data-selected="true"] { color: inherit !important }'

# An emoji and no :material/ icon: the latter would be fetched from the outside.
st.set_page_config(page_title="Optback", page_icon="📬", layout="wide")
page = st.navigation(pages())
st.html(f"<style>{_READABLE}</style>")
keep_one_entry_a_step()
with stops_on_error():
    with opened() as log:
        sidebar.draw(log)
        draw_banner(log)
    page.run()
