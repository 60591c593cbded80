"""A plan that would approve a whole domain: who is there, and what the button decides for later."""

import streamlit as st

from lib.services.log import Log
from lib.services.runs.proposal import Proposal
from lib.store import changes
from lib.ui.columns import height_of
from lib.ui.errors import plain
from lib.values import DomainPart
from lib.words import by_count, object_in_words, people, records

_SHOWN = 1_000


def draw_domain(log: Log, plan: Proposal, part: DomainPart) -> None:
    """The part of the plan that is about the domain, and what the button decides for later."""
    others = plan.people - part.people
    who = by_count(
        part.people,
        f"No one at {part.name} can still be emailed.",
        f"1 person at {part.name} would be opted out ({records(part.records)}).",
        f"{{n}} people at {part.name} would be opted out ({records(part.records)}).",
    )
    more = by_count(
        others,
        "",
        " The run would also opt out 1 person who unsubscribed by address.",
        " The run would also opt out {n} people who unsubscribed by address.",
    )
    st.markdown(
        f"**{plain(who)}**{more}  \nWith the button you approve {plain(part.name)}: people who "
        "come to this domain later are opted out too, until you withdraw that on the Connection "
        "page. Other domains and subdomains aren't affected."
    )
    if part.records:
        _draw_people(log, plan, part)


def _draw_people(log: Log, plan: Proposal, part: DomainPart) -> None:
    """The domain's own records, without the others of the run."""
    label = f"Who at {plain(part.name)}: {people(part.people)}, {records(part.records)}"
    with st.expander(label, key="domain_people"):
        found = changes.listed_at_domain(log.store, plan.run.id, part.name, most=_SHOWN)
        rows = [
            {
                "Address": change.address,
                "Kind": object_in_words(change.sobject),
                "Record": change.record_id,
            }
            for change in found
        ]
        columns = {"Address": st.column_config.TextColumn(width=280)}
        st.dataframe(
            rows,
            hide_index=True,
            height=height_of(len(rows)),
            key="domain_records",
            column_config=columns,
        )
        if part.records > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of them. History has all records of this preview.")
