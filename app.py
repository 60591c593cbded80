"""The dashboard's front door: `streamlit run app.py`."""

import streamlit as st
from starlette.middleware import Middleware

from lib.ui.frame.page_head import StylesInHead
from lib.ui.front_door import LoopbackOnly, open_front_door
from lib.ui.landing import ConnectionInAddress
from lib.ui.lists.download_route import download_route
from lib.ui.runs.download_route import records_route

# Streamlit finds the app by reading this assignment, so it stays literal and at module level.
app = st.App(
    "lib/ui/shell.py",
    lifespan=open_front_door,
    routes=[download_route, records_route],
    middleware=[
        Middleware(LoopbackOnly),
        Middleware(ConnectionInAddress),
        Middleware(StylesInHead),
    ],
)

if __name__ == "__main__":
    app.run()
