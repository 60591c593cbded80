"""The script behind every page: sets the page, lists the pages, draws what they share.

It is here and not in app.py: with a pages/ folder next to the script, a first visit to a deep
link would run that page alone.
"""

from pathlib import Path

import streamlit as st

from lib.ui.arrival import note_page
from lib.ui.errors import stops_on_error
from lib.ui.frame.head import APP, draw_row
from lib.ui.frame.picker import settle
from lib.ui.frame.practice_org import wake
from lib.ui.links import pages
from lib.ui.session import opened

_FRAME = Path(__file__).resolve().parent / "frame"
_PAGE_WIDTH = 1240  # pixels: all that a table can use, and no more than an eye can follow

st.set_page_config(page_title=APP, page_icon=str(_FRAME / "icon.svg"), layout="wide")
st.logo(str(_FRAME / "logo.svg"), size="small")
page = st.navigation(pages(), position="top")
note_page(page.url_path)
middle = st.container(horizontal_alignment="center")
with middle, st.container(width=_PAGE_WIDTH, key="page"), stops_on_error():
    with opened() as log:
        draw_row(settle(log))
        wake(log)
    page.run()
