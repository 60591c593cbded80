"""Practice."""

import streamlit as st

st.title("Practice")
