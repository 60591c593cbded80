"""Sync."""

import streamlit as st

st.title("Sync")
