"""The guide to a way to sign in: why this one, its steps, and what to paste, ready to copy."""

import streamlit as st

from lib.ui.connection.guide import FLOWS, GUIDES, Step
from lib.ui.marks.copy_button import draw_copy_button


def draw_choice(known_flow: str) -> str:
    """The ways to sign in; the one that is chosen."""
    flows = list(FLOWS)
    return st.radio(
        "How should Optback sign in?",
        flows,
        index=flows.index(known_flow) if known_flow else 0,
        format_func=lambda flow: FLOWS[flow][0],
        captions=[caption for _, caption in FLOWS.values()],
        horizontal=True,
        key="flow",
    )


def draw_guide(flow: str, *, is_open: bool) -> None:
    """The steps in Salesforce; open for a new connection."""
    guide = GUIDES[flow]
    st.markdown(guide.why)
    with st.expander(
        "Set it up in Salesforce, step by step",
        expanded=is_open,
        icon=":material/format_list_numbered:",
        key=f"guide_{flow}",
    ):
        for number, step in enumerate(guide.steps, 1):
            _draw_step(f"copy_{flow}_{number}", number, step)


def _draw_step(key: str, number: int, step: Step) -> None:
    with st.container(gap="xsmall"):
        st.markdown(f"**{number}. {step.where}**  \n{step.what}")
        for place, (label, text) in enumerate(step.to_paste):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(label, width="content")
                st.markdown(f"`{text}`", width="content")
                draw_copy_button(label, text, key=f"{key}_{place}")
