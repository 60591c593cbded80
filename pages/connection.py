"""Connection."""

import streamlit as st

st.title("Connection")
