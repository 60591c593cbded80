"""The rest of the builder: object, columns, campaigns, sorting, and limit."""

import streamlit as st

from lib.services.lists.builder_choices import Offered
from lib.services.lists.field_choices import OfferedObject
from lib.soql.builder import MOST_MEMBERSHIPS
from lib.soql.builder.model import LINKS
from lib.soql.builder.phrases import FieldType
from lib.ui.builder.conditions import RowsPlace, choose_field, remove_button, remover
from lib.ui.builder.draft import Draft, MemberRow, OrderRow, field_of
from lib.ui.builder.widgets import KEPT, choose_one, choose_several, field_label, seed

_UPWARD = {
    FieldType.DAY: ("oldest first", "newest first"),
    FieldType.MOMENT: ("oldest first", "newest first"),
    FieldType.NUMBER: ("smallest first", "largest first"),
    FieldType.BOX: ("not selected first", "selected first"),
}
_USUAL = ("A to Z", "Z to A")
_PAIRS = {
    f"{descending}{empty_last}": (descending, empty_last)
    for descending in (False, True)
    for empty_last in (False, True)
}
_MEMBERS = {"is": "is a member of", "not": "is not a member of"}


def draw_object(offers: Offered, chosen: OfferedObject, key: str) -> OfferedObject:
    """Which object the list is made of."""
    names = [offer.name for offer in offers.objects]
    labels = {offer.name: _plural(offer) for offer in offers.objects}
    name = st.segmented_control(
        "List of",
        names,
        format_func=labels.__getitem__,
        key=seed(f"{key}_object", chosen.name),
        persist_state=KEPT,
        required=True,
    )
    return offers.object(name or chosen.name) or chosen


def _plural(offer: OfferedObject) -> str:
    return "Person accounts" if offer.name == "Account" else offer.label_plural


def draw_columns(place: RowsPlace, draft: Draft) -> None:
    """The columns, in the order in which they are chosen."""
    offer = place.offer
    known = [found.path if (found := offer.field(path)) else path for path in draft.columns]
    chosen = choose_several(
        "Columns",
        {field.path: field_label(offer, field.path) for field in offer.fields},
        known,
        f"{place.key}_columns",
        placeholder="Choose columns",
        label_visibility="visible",
    )
    if list(chosen) != known:  # otherwise keep the author's spelling
        draft.columns = chosen


def draw_campaigns(place: RowsPlace, draft: Draft, offers: Offered) -> None:
    """Campaign conditions: a row each, with the campaigns and the member's status."""
    for row in list(draft.members):
        _draw_member(place, row, draft.members, offers)


def draw_add_campaign(place: RowsPlace, draft: Draft, offers: Offered) -> None:
    """The button that adds a campaign condition, if the org has campaigns."""
    if not offers.campaigns or draft.sobject.lower() not in LINKS:
        return
    st.button(
        "Add campaign",
        icon=":material/campaign:",
        key=f"{place.key}_add_campaign",
        help="People who are members of a campaign, or who aren't. Salesforce allows two of these "
        "conditions.",
        disabled=len(draft.members) >= MOST_MEMBERSHIPS,
        on_click=lambda: draft.members.append(MemberRow()),
    )


def _draw_member(place: RowsPlace, row: MemberRow, rows: list[MemberRow], offers: Offered) -> None:
    key = f"{place.key}_{row.id}"
    with st.container(horizontal=True, vertical_alignment="top", gap="xsmall", key=f"{key}_row"):
        said = choose_one(
            "Member or not", _MEMBERS, "not" if row.negated else "is", f"{key}_negated", width=190
        )
        row.negated = said == "not"
        row.campaigns = choose_several(
            "Campaigns",
            dict(offers.campaigns),
            row.campaigns,
            f"{key}_campaigns",
            placeholder="Choose campaigns",
            width=230,
        )
        row.statuses = choose_several(
            "Status in the campaign",
            dict(offers.statuses),
            row.statuses,
            f"{key}_statuses",
            placeholder="with any status",
            width=230,
        )
        remove_button("Remove this campaign condition", f"{key}_remove", remover(rows, row))


def draw_order_and_limit(place: RowsPlace, draft: Draft) -> None:
    """Sorting and limit; with a limit, the list has the first records in this order."""
    st.markdown("Sort by")
    for row in list(draft.orders):
        _draw_key(place, row, draft.orders)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{place.key}_last"):
        st.button(
            "Add sorting",
            icon=":material/sort:",
            key=f"{place.key}_add_order",
            on_click=lambda: draft.orders.append(OrderRow("")),
        )
        _draw_limit(place, draft)


def _draw_key(place: RowsPlace, row: OrderRow, rows: list[OrderRow]) -> None:
    offer, key = place.offer, f"{place.key}_{row.id}"
    with st.container(horizontal=True, vertical_alignment="top", gap="xsmall", key=f"{key}_row"):
        row.path = choose_field(
            offer,
            row.path,
            "Sort by",
            f"{key}_by",
            [field for field in offer.fields if field.sortable],
        )
        words = _directions(field_of(offer, row.path).kind)
        chosen = f"{row.is_descending}{row.is_empty_last}"
        said = choose_one("Direction", words, chosen, f"{key}_direction", width=180)
        row.is_descending, row.is_empty_last = _PAIRS[said]
        remove_button("Remove this sorting", f"{key}_remove", remover(rows, row))


def _directions(kind: FieldType) -> dict[str, str]:
    up, down = _UPWARD.get(kind, _USUAL)
    words = (up, f"{up}, empty last", down, f"{down}, empty last")
    return dict(zip(_PAIRS, words, strict=True))


def _draw_limit(place: RowsPlace, draft: Draft) -> None:
    """The most records on the list; empty means no limit."""
    number = st.number_input(
        "Limit",
        min_value=1,
        max_value=50_000_000,
        value=None,
        step=1,
        key=seed(f"{place.key}_limit", draft.limit),
        persist_state=KEPT,
        placeholder="no limit",
        width=200,
    )
    draft.limit = None if number is None else int(number)
