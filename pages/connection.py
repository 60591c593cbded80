"""Connection: which Salesforce org and JangoMail account, and whether they let us do the work."""

import streamlit as st

from lib.ui.connection.details import draw_view
from lib.ui.connection.editor import draw_editing
from lib.ui.errors import plain, stops_on_error
from lib.ui.frame.head import draw_head
from lib.ui.frame.picker import connection_name
from lib.ui.links import CONNECT, NEW, go
from lib.ui.session import opened

name = connection_name()
is_new = name is None or NEW in st.query_params
is_edited = "edit" in st.query_params

with stops_on_error(), opened() as log:
    if is_new:
        draw_head("Connect Salesforce")
        draw_editing(log, None)
    elif is_edited:
        draw_head(f"Edit {plain(str(name))}", tab="Edit")
        draw_editing(log, name)
    else:
        draw_head("Connection")
        draw_view(log, str(name))

if name is not None and (is_new or is_edited) and st.button("Back", key="back"):
    go(CONNECT)
