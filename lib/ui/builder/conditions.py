"""The builder's conditions: rows of field, operator, and value, alone or in a group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from lib.services.lists.field_choices import OfferedField, OfferedObject
from lib.soql import render
from lib.soql.builder import Match, Model, to_query
from lib.soql.builder.model import Operator
from lib.soql.builder.phrases import PHRASES, FieldType, Input
from lib.ui.builder.draft import (
    ConditionRow,
    Draft,
    GroupRow,
    condition_in,
    field_of,
    missing_in,
    phrase_of,
    settle,
)
from lib.ui.builder.widgets import KEPT, ask, choose, choose_one, field_label, seed
from lib.ui.errors import plain

_Row = TypeVar("_Row")
_FIELD_WIDTH, _OPERATOR_WIDTH = 180, 126  # with the remove button, they fit a phone
_LETTERS = 19  # of a field, in its picker
_EXACT = (Operator.EQUALS, Operator.DIFFERS)
_MOST_SHOWN = 300  # characters of a condition that is kept as written
_MATCHES = {
    Match.ALL: "all of these",
    Match.ANY: "any of these",
    Match.NONE: "none of these",
}


@dataclass(frozen=True, slots=True)
class RowsPlace:
    """Where rows are drawn: the offered object, and the start of their keys.

    `values` are those that records have in a field; `suggested` collects those of the inputs.
    """

    offer: OfferedObject
    key: str
    values: Callable[[str], Sequence[str]] = lambda _path: ()
    suggested: dict[str, Sequence[str]] = field(default_factory=dict)


def draw_conditions(place: RowsPlace, draft: Draft) -> None:
    """How the conditions go together, and every condition and group."""
    draft.match = _draw_match(place, draft.match, "top", "People must meet")
    for part in list(draft.parts):
        if isinstance(part, GroupRow):
            _draw_group(place, draft, part)
        else:
            _draw_row(place, part, remover(draft.parts, part))


def draw_add(place: RowsPlace, draft: Draft) -> None:
    """The buttons that add a condition or a group."""
    st.button(
        "Add condition",
        icon=":material/add:",
        key=f"{place.key}_add",
        on_click=lambda: draft.parts.append(ConditionRow("")),
    )
    st.button(
        "Add group",
        icon=":material/data_array:",
        key=f"{place.key}_add_group",
        help="Conditions where all, any, or none must be met, such as two cities.",
        on_click=lambda: draft.parts.append(GroupRow(Match.ANY, [ConditionRow("")])),
    )


def _draw_match(place: RowsPlace, match: Match, name: str, label: str) -> Match:
    chosen = st.segmented_control(
        label,
        list(_MATCHES),
        format_func=_MATCHES.__getitem__,
        key=seed(f"{place.key}_match_{name}", match),
        persist_state=KEPT,
        required=True,
    )
    return Match(chosen or match)


def _draw_group(place: RowsPlace, draft: Draft, group: GroupRow) -> None:
    with st.container(border=True, key=f"{place.key}_group_{group.id}"):
        group.match = _draw_match(place, group.match, str(group.id), "Group: people must meet")
        for row in list(group.rows):
            _draw_row(place, row, remover(group.rows, row))
        with st.container(horizontal=True, key=f"{place.key}_group_more_{group.id}"):
            st.button(
                "Add condition to group",
                icon=":material/add:",
                key=f"{place.key}_add_{group.id}",
                on_click=lambda: group.rows.append(ConditionRow("")),
            )
            st.button(
                "Remove group",
                icon=":material/close:",
                type="tertiary",
                key=f"{place.key}_remove_{group.id}",
                on_click=remover(draft.parts, group),
            )


def _draw_row(place: RowsPlace, row: ConditionRow, remove: Callable[[], None]) -> None:
    key = f"{place.key}_{row.id}"
    with st.container(horizontal=True, vertical_alignment="top", gap="xsmall", key=f"{key}_row"):
        if row.written is not None and not row.words and row.path == row.written.field:
            _draw_as_written(place, row)
        else:
            _draw_inputs(place, row, key)
        remove_button("Remove this condition", f"{key}_remove", remove)
    if row.path and len(whole := field_label(place.offer, row.path)) > _LETTERS:
        st.caption(plain(whole))
    if row.entered and (missing := missing_in(row, place.offer)):
        st.caption(missing)


def _draw_as_written(place: RowsPlace, row: ConditionRow) -> None:
    """A condition the builder has no words for is kept, and can be removed."""
    condition = condition_in(row, place.offer)
    if condition is not None:
        where = to_query(Model(place.offer.name, ("Id",), parts=(condition,))).where
        text = render(where)
        shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]} …"
        st.code(shown, language=None, wrap_lines=True)


def _draw_inputs(place: RowsPlace, row: ConditionRow, key: str) -> None:
    offer = place.offer
    row.path = choose_field(
        offer,
        row.path,
        "Field",
        f"{key}_field",
        [field for field in offer.fields if field.filterable],
    )
    found = field_of(offer, row.path)
    settle(offer, row)
    if not PHRASES[found.kind]:
        return
    words = {phrase.words: phrase.words for phrase in PHRASES[found.kind]}
    row.words = choose_one(
        "Operator", words, row.words, f"{key}_{found.kind}", width=_OPERATOR_WIDTH
    )
    settle(offer, row)
    phrase = phrase_of(offer, row)
    if phrase is not None:
        name = f"{key}_{found.path}_{phrase.input}"
        known: Sequence[str] = ()
        if phrase.input == Input.TEXTS or phrase.operator in _EXACT:
            known = place.values(found.path) if found.kind == FieldType.TEXT else ()
        if phrase.input == Input.TEXT and known:
            place.suggested[name] = known
        row.entered = ask(
            found, phrase.input, row.entered, f"Value of {found.label}", name, known=known
        )


def choose_field(
    offer: OfferedObject, path: str, label: str, key: str, among: Sequence[OfferedField]
) -> str:
    """A choice of a field; a chosen field keeps its author's spelling."""
    known = offer.field(path)
    picked = choose(
        label,
        [field.path for field in among],
        known.path if known else path,
        key,
        format_func=lambda path: field_label(offer, path),
        placeholder="Choose a field",
        width=_FIELD_WIDTH,
    )
    return path if picked.lower() == path.lower() else picked


def remove_button(label: str, key: str, remove: Callable[[], None]) -> None:
    """A small button at the end of a row."""
    st.button("", icon=":material/close:", help=label, key=key, on_click=remove, type="tertiary")


def remover(rows: list[_Row], row: _Row) -> Callable[[], None]:
    """A function that removes this row from the list, wherever it is by then."""

    def remove() -> None:
        rows[:] = [other for other in rows if other is not row]

    return remove
