"""What the *Who* part of a page remembers while its tab is open.

The text is the query. The builder's rows show it, and rewrite it only if they make a different
query, so that untouched text stays as its author wrote it.
"""

from dataclasses import dataclass, field, replace

import streamlit as st

from lib.errors import OptbackError, SoqlError
from lib.lists.values import Options
from lib.services.lists.field_choices import OfferedObject
from lib.soql import parse
from lib.soql.advice.mistakes import as_error
from lib.soql.builder import Beyond, Model, Order, from_query, to_query
from lib.soql.builder.layout import laid_out
from lib.soql.builder.templates import CAMPAIGN, Template
from lib.soql.guard.rewrite import guard
from lib.soql.schema import Schema
from lib.soql.tree import Query
from lib.soql.unknown_names import first_unknown
from lib.ui.builder.draft import Draft, MemberRow, draft_of, new_row
from lib.ui.builder.offers import OrgSchema

TIDY = Options(no_duplicates=True, no_empty=True, no_bounced=True, no_converted=True)
"""What a new list leaves out: no one means to email these."""

BUILDER, SOQL = "Builder", "SOQL"
_FIRST = Model("Contact", ("FirstName", "LastName", "Email"), order=(Order("LastName"),))


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A text that was parsed and filtered; `query` is `None` if it can't be parsed."""

    text: str
    schema: Schema
    query: Query | None
    error: OptbackError | None
    conditions: tuple[str, ...] = ()
    is_unknown_name: bool = False  # the error is a name that the org doesn't have


@dataclass(slots=True)
class WhoState:
    """The query as text, and the rows that show it.

    `opened` is the text as it was opened, `before` what was typed there earlier. `drawn` is
    the text as its input showed it last, `seen` the model the rows and the text agreed on last.
    `generation` is part of the keys of all widgets, `version` of those of the rows: another query,
    and rows of another text, start with new ones. `to_ask` is what a template leaves to choose.
    """

    text: str
    opened: str
    options: Options = TIDY
    side: str = BUILDER
    draft: Draft | None = None
    seen: Model | None = None
    parked: dict[str, Draft] = field(default_factory=dict)
    generation: int = 0
    version: int = 0
    drawn: str | None = None
    to_ask: str = ""
    before: "WhoState | None" = None
    is_unfinished: bool = False
    checked: CheckedQuery | None = None

    @property
    def is_touched(self) -> bool:
        """Whether something has changed since it was opened."""
        return self.is_unfinished or self.text != self.opened


def state_of(key: str) -> WhoState:
    """The state under this key; a new state is all Contacts."""
    name = f"{key}_who"
    if name not in st.session_state:
        text = laid_out(to_query(_FIRST))
        st.session_state[name] = WhoState(text, text)
    state: WhoState = st.session_state[name]
    return state


def open_query(key: str, soql: str, options: Options = TIDY) -> None:
    """Put a query, such as a saved list's, into the *Who* part before it is drawn.

    What was typed there is kept, and can be brought back.
    """
    old = state_of(key)
    st.session_state[f"{key}_who"] = WhoState(
        soql,
        soql,
        options,
        side=old.side,
        generation=_next_generation(key),
        before=replace(old, before=None) if old.is_touched else old.before,
    )


def bring_back(key: str) -> None:
    """Undo `open_query`: bring back what was typed before."""
    now = state_of(key)
    if now.before is not None:
        st.session_state[f"{key}_who"] = now.before


def _next_generation(key: str) -> int:
    name = f"{key}_generations"
    st.session_state[name] = st.session_state.get(name, 0) + 1
    return int(st.session_state[name])


def open_first(key: str) -> None:
    """Start with all Contacts, in the builder."""
    open_query(key, laid_out(to_query(_FIRST)))
    state_of(key).side = BUILDER


def open_template(key: str, template: Template) -> None:
    """Start with a template, in the builder."""
    open_query(key, laid_out(to_query(template.model)))
    state = state_of(key)
    state.side = BUILDER
    state.to_ask = template.asks


def checked(state: WhoState, schema: Schema) -> CheckedQuery:
    """What the parser and the opt-out filter say about the text; checked again if it changes."""
    known = state.checked
    if known is None or (known.text, known.schema) != (state.text, schema):
        known = state.checked = _check(state.text, schema)
    return known


def _check(text: str, schema: Schema) -> CheckedQuery:
    try:
        query = parse(text)
    except SoqlError as error:
        return CheckedQuery(text, schema, None, error)
    try:
        guarded = guard(query, schema, text)
    except OptbackError as error:
        return CheckedQuery(text, schema, query, error)
    wrong = first_unknown(query, schema.known() if isinstance(schema, OrgSchema) else schema)
    if wrong is not None:
        named = as_error(text, wrong)
        return CheckedQuery(text, schema, query, named, is_unknown_name=True)
    return CheckedQuery(text, schema, query, None, guarded.conditions)


def rows_of(state: WhoState, model: Model, offer: OfferedObject) -> Draft:
    """The rows that show the text's model; the same rows until the text changes."""
    if state.draft is None or model != state.seen:
        state.draft = draft_of(model, offer)
        state.seen = model
        state.version += 1
        state.parked.clear()
    if state.to_ask == CAMPAIGN:
        state.draft.members.append(MemberRow())
    elif state.to_ask:
        state.draft.parts.append(new_row(offer, state.to_ask, among_many=True))
    state.to_ask = ""
    return state.draft


def write_back(state: WhoState, model: Model) -> None:
    """Take over the rows' query; the text is rewritten only if it says something else."""
    query = to_query(model)
    normal = from_query(query)
    if not isinstance(normal, Beyond) and normal != state.seen:
        state.text = laid_out(query)
        state.seen = normal


def change_object(state: WhoState, offer: OfferedObject) -> None:
    """Switch to another object: as it was set before, or with what both objects share."""
    old = state.draft
    if old is None or old.sobject.lower() == offer.name.lower():
        return
    state.parked[old.sobject.lower()] = old
    persons = "IsPersonAccount"  # the other accounts are companies
    state.draft = state.parked.pop(offer.name.lower(), None) or Draft(
        offer.name,
        offer.usual_columns,
        parts=[new_row(offer, persons)] if offer.name == "Account" else [],
        orders=[replace(order) for order in old.orders if offer.field(order.path)],
        limit=old.limit,
    )
