"""Names for the SOQL input: suggested while someone types, and a wrong one is named by then.

A component of our own, because Streamlit's text area knows no suggestions. It works on that text
area, so the text stays Streamlit's. Nothing is asked of Salesforce: the fields are known already.
"""

import re
from pathlib import Path

import streamlit as st

from lib.errors import SoqlError
from lib.soql import parse
from lib.soql.advice.mistakes import Mistake
from lib.soql.unknown_names import first_unknown
from lib.ui.builder.offers import BuilderOrg
from lib.ui.errors import plain

_FOLDER = Path(__file__).resolve().parent
_HINT = "Names of fields are suggested as you type."

_names = st.components.v2.component(
    "optback_soql_names",
    css=(_FOLDER / "soql_names.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "soql_names.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@st.fragment
def draw_names(input_key: str, org: BuilderOrg) -> None:
    """Below the input with this key; what is typed there redraws only this line."""
    place = st.empty()
    found = _names(
        data={"input": re.sub(r"[^a-zA-Z0-9_-]", "-", input_key), "objects": _offered(org)},
        key=f"{input_key}_names",
        height=1,
        on_typed_change=_nothing,
    )
    wrong = wrong_name(found.typed or "", org)
    place.caption(f":material/warning: {plain(wrong)}" if wrong else _HINT)


def wrong_name(typed: str, org: BuilderOrg) -> str:
    """The first name that the org doesn't have, in a text that reads as a query; else ""."""
    try:
        found = first_unknown(parse(typed), org.schema.known()) if typed else None
    except (SoqlError, Mistake):
        return ""  # half a query; what's wrong with it is said once it counts
    return f"{found.message} {found.remedy}" if found else ""


def _offered(org: BuilderOrg) -> list[dict[str, object]]:
    return [
        {
            "name": each.name,
            "label": each.label_plural,
            "fields": [[field.path, field.label] for field in each.fields],
        }
        for each in org.offers.objects
    ]


def _nothing() -> None:
    """The rerun after a pause in the typing reads the text."""
