"""The opt-out filter, as a line that nobody can take out."""

from collections.abc import Sequence

import streamlit as st


def draw_filter(conditions: Sequence[str], key: str) -> None:
    """The guard's conditions, locked, and one sentence on why they are there."""
    codes = ", ".join(f"`{one}`" for one in dict.fromkeys(conditions))
    with st.container(key=f"{key}_filter", gap="xxsmall"):
        st.markdown(f":material/lock: **Opt-out filter**: {codes}")
        st.caption(
            "Always on, whatever the query says. No one who asked not to be emailed is on any list."
        )
