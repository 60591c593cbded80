"""The script behind every page: sets the page, lists the pages, draws what they share.

It lies here and not in app.py: a script with a pages/ folder beside it would let a first visit
to a deep link run that page alone.
"""

import streamlit as st

from lib.ui import sidebar
from lib.ui.errors import stops_on_error
from lib.ui.links import pages
from lib.ui.practice.banner import draw_banner
from lib.ui.session import opened

# An emoji and no :material/ icon: the latter would be fetched from the outside.
st.set_page_config(page_title="Optback", page_icon="📬", layout="wide")
page = st.navigation(pages())
with stops_on_error():
    with opened() as log:
        sidebar.draw(log)
        draw_banner(log)
    page.run()
