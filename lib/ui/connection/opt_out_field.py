"""Which checkbox says that someone opted out: Email Opt Out, one of the org's own, or both."""

from collections.abc import Mapping

import streamlit as st

from lib.fields import OPT_OUT_LABEL, OptOutField
from lib.services.connections.checks import CheckedCredentials

_HELP = (
    "Optback sets it on everyone who unsubscribes, and leaves people who have it out of lists. An "
    "org can have a checkbox of its own for this, on Contact and Lead. After a change, the next "
    "run compares everyone."
)


def draw_opt_out_field(stored: str, tried: CheckedCredentials | None, prefix: str) -> str:
    """The setting that was chosen; the org's checkboxes are known once a test has signed in."""
    labels = {box.name: box.label for box in tried.checkboxes} if tried else {}
    options = _options(stored, labels)
    chosen = st.selectbox(
        "Opt-out field",
        options,
        index=options.index(stored),
        format_func=lambda setting: in_words(setting, labels),
        key=f"{prefix}_opt_out_field",
        help=_HELP,
    )
    if tried is None or tried.org is None:
        st.caption("Test to choose a checkbox of your org's own.")
    elif not labels:
        st.caption("Contact and Lead have no other checkbox in common that this user can edit.")
    return chosen or ""


def in_words(setting: str, labels: Mapping[str, str]) -> str:
    """`Email Opt Out and No Mail (No_Mail__c)`, or `Only …` if it replaces Email Opt Out."""
    own = OptOutField.of(setting)
    if own is None:
        return OPT_OUT_LABEL
    label = labels.get(own.name)
    name = f"{label} ({own.name})" if label else own.name
    return f"Only {name}" if own.is_only else f"{OPT_OUT_LABEL} and {name}"


def _options(stored: str, labels: Mapping[str, str]) -> list[str]:
    """Email Opt Out first, each checkbox with it and instead of it, and what is stored."""
    own = [setting for name in labels for setting in (name, f"={name}")]
    return list(dict.fromkeys(["", *own, stored]))
