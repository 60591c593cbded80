"""Overview: is all well, and what should I do?"""

import streamlit as st

from lib.ui.first_start import draw_first_start
from lib.ui.sidebar import connection_name

if connection_name() is None:
    draw_first_start()
    st.stop()

st.title("Overview")
