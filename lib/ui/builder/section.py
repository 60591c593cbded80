"""*Who* is on a list: the builder and the SOQL input, two views of the same query."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.errors import OptbackError, SoqlError
from lib.fields import OPT_OUT
from lib.lists.values import Options
from lib.services.lists.builder_choices import Offered
from lib.services.lists.column_labels import Labels
from lib.services.log import Log
from lib.soql import comment_in
from lib.soql.builder import Beyond, BeyondPart, Model, from_query, place_of
from lib.soql.standard_objects import STANDARD
from lib.soql.tree import Query
from lib.ui.builder.clauses import (
    draw_add_campaign,
    draw_campaigns,
    draw_columns,
    draw_object,
    draw_order_and_limit,
)
from lib.ui.builder.conditions import RowsPlace, draw_add, draw_conditions
from lib.ui.builder.draft import read
from lib.ui.builder.offers import BuilderOrg, ask_again, org_of, read_again, values_in
from lib.ui.builder.options import draw_options
from lib.ui.builder.soql_input import draw_lines, draw_mistake, draw_text
from lib.ui.builder.soql_names import draw_names
from lib.ui.builder.state import (
    BUILDER,
    SOQL,
    WhoState,
    bring_back,
    change_object,
    checked,
    rows_of,
    state_of,
    write_back,
)
from lib.ui.builder.suggestions import draw_suggestions
from lib.ui.builder.widgets import KEPT, seed
from lib.ui.errors import plain, show_error

_USUAL = (f"{OPT_OUT} = false",)


@dataclass(frozen=True, slots=True)
class Who:
    """The query, `None` while it can't be used: `error` says why, and is shown.

    `has_org`: Salesforce answered, so the query is checked against its own fields.
    """

    soql: str | None
    options: Options
    error: OptbackError | None = None
    has_org: bool = True
    labels: Labels | None = None


def draw_who(log: Log, connection: str, key: str) -> Who:
    """Builder or SOQL, the options, and the locked opt-out filter. Changes nothing.

    Costs a sign-in and 3 API calls every 15 minutes. Without Salesforce, the query is checked
    against the standard objects only.
    """
    state = state_of(key)
    place = f"{key}_{state.generation}"
    side = _draw_head(state, key, place)
    org = org_of(log, connection)
    schema = org.schema if isinstance(org, BuilderOrg) else STANDARD
    error = _draw_side(state, org, connection, place)
    if side != state.side:  # not before: now what was typed just before the click is in
        state.side = side
        st.rerun()
    _draw_filter(checked(state, schema).conditions or _USUAL, place)
    state.options = draw_options(log, connection, state.options, place)
    query, is_known = checked(state, schema).query, isinstance(org, BuilderOrg)
    labels = _labels_of(query, org.offers if isinstance(org, BuilderOrg) else None)
    return Who(None if error else state.text, state.options, error, is_known, labels)


def _labels_of(query: Query | None, offers: Offered | None) -> Labels | None:
    if query is None or offers is None:
        return None
    source = query.sources[0]
    return Labels(offers.object(source.name), source)


def _draw_head(state: WhoState, key: str, place: str) -> str:
    """The choice between builder and SOQL, and the way back to an earlier query."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{place}_head"):
        side = st.segmented_control(
            "Who is on the list",
            [BUILDER, SOQL],
            key=seed(f"{place}_side", state.side),
            required=True,
            label_visibility="collapsed",
            persist_state=KEPT,
        )
        if state.before is not None:
            st.button(
                "Back to my earlier query",
                icon=":material/undo:",
                type="tertiary",
                key=f"{place}_back",
                on_click=bring_back,
                args=(key,),
            )
    return side or state.side


def _draw_filter(conditions: Sequence[str], key: str) -> None:
    """The opt-out filter's conditions, locked, and a sentence on why they are there."""
    codes = ", ".join(f"`{condition}`" for condition in dict.fromkeys(conditions))
    with st.container(key=f"{key}_filter"):
        st.caption(
            f":material/lock: People who opted out are never on a list: {codes}",
            help="The opt-out filter is always on, whatever the query says.",
        )


def _draw_side(
    state: WhoState, org: BuilderOrg | OptbackError, connection: str, place: str
) -> OptbackError | None:
    if state.side == BUILDER and isinstance(org, BuilderOrg):
        return _draw_builder(state, org, place)
    if isinstance(org, BuilderOrg):
        return _draw_soql(state, org, place)
    if state.side == BUILDER:
        _draw_no_org(org, connection, place)
    return _draw_soql(state, None, place)


def _draw_soql(state: WhoState, org: BuilderOrg | None, place: str) -> OptbackError | None:
    """The SOQL side: the input, and below it the query's mistake."""
    is_new = state.drawn is not None and state.text != state.drawn
    state.text = state.drawn = draw_text(f"{place}_text", state.text, is_new=is_new)
    if org is not None:
        draw_names(f"{place}_text", org)
    found = checked(state, org.schema if org else STANDARD)
    if found.error is not None:
        draw_mistake(state.text, found.error)
        if org is not None and found.is_unknown_name:
            st.button(
                "Read the fields again",
                key=f"{place}_read_again",
                on_click=read_again,
                args=(org.schema,),
                help="Optback read them less than 15 minutes ago",
            )
    return found.error


def _draw_no_org(trouble: OptbackError, connection: str, place: str) -> None:
    show_error(trouble)
    st.markdown(
        "The builder needs Salesforce's fields. Until it has them, the query stays in SOQL."
    )
    st.button("Try again", key=f"{place}_again", on_click=ask_again, args=(connection,))


def _draw_builder(state: WhoState, org: BuilderOrg, place: str) -> OptbackError | None:
    """The builder, or SOQL with the reason if the builder can't show the query."""
    schema, offers = org.schema, org.offers
    query = checked(state, schema).query
    if query is None:
        st.markdown("The builder opens once the query is fixed.")
        return _draw_soql(state, org, place)
    model = _fitting(state.text, query, offers)
    if isinstance(model, Beyond):
        _draw_beyond(state.text, model)
        return _draw_soql(state, org, place)
    missing = _draw_rows(state, model, org, place)
    if missing:
        words = f"**{plain(missing.message)}.** {plain(missing.remedy)}"
        st.markdown(f":material/edit: {words}")
    with st.expander("The query in SOQL", key=f"{place}_query"):
        draw_lines(state.text)
    error = missing or checked(state, schema).error
    if error is not None and not missing:
        draw_mistake(state.text, error)
    return error


def _fitting(text: str, query: Query, offers: Offered) -> Model | Beyond:
    model = from_query(query)
    comment = comment_in(text)
    if isinstance(model, Model) and comment is not None:
        return Beyond((BeyondPart("a comment, which the builder would drop", comment),))
    if isinstance(model, Model) and offers.object(model.sobject) is None:
        at = query.sources[0].at
        return Beyond((BeyondPart(f"a list of {model.sobject} records", at),))
    return model


def _draw_beyond(text: str, beyond: Beyond) -> None:
    parts = []
    for part in beyond.parts:
        line, column = place_of(text, part)
        parts.append(f"- {plain(part.words)}: line {line}, column {column}")
    st.info(
        "**This query stays in SOQL, because the builder can't show all of it.**\n\n"
        + "\n".join(parts)
        + "\n\nEverything else on this page works with it.",
        icon=":material/code:",
    )


def _draw_rows(state: WhoState, model: Model, org: BuilderOrg, place: str) -> SoqlError | None:
    """The rows; while something is missing the query can't be used: it would match too many."""
    offers = org.offers
    shown = offers.object(state.draft.sobject if state.draft else model.sobject)
    offer = shown or offers.objects[0]
    draft = rows_of(state, model, offers.object(model.sobject) or offer)
    place = f"{place}_{state.version}"
    chosen = draw_object(offers, offers.object(draft.sobject) or offer, place)
    change_object(state, chosen)
    draft = state.draft or draft
    there = RowsPlace(
        chosen, f"{place}_{chosen.name}", lambda path: values_in(org.schema, chosen.name, path)
    )
    draw_conditions(there, draft)
    draw_campaigns(there, draft, offers)
    draw_suggestions(there.suggested, f"{there.key}_suggestions")
    with st.container(horizontal=True, key=f"{there.key}_more"):
        draw_add(there, draft)
        draw_add_campaign(there, draft, offers)
    with st.expander("Columns, order, and limit", key=f"{there.key}_columns_place"):
        draw_columns(there, draft)
        draw_order_and_limit(there, draft)
    found = read(draft, chosen)
    state.is_unfinished = found.model is None
    if found.so_far is not None:  # what was emptied isn't in the text either
        write_back(state, found.so_far)
    if found.model is not None:
        return None
    return SoqlError(
        "Not filled in yet, so not in the query",
        remedy=" ".join(found.missing),
    )
