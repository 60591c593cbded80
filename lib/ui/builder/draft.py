"""The builder's rows, finished or not: a model while someone is typing it.

Plain values without Streamlit. A row keeps the condition it was read from, so that an unchanged
row goes back into the query as its author wrote it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from lib.services.lists.field_choices import OfferedField, OfferedObject
from lib.soql.builder import Condition, ConditionGroup, Match, Membership, Model, Order
from lib.soql.builder.model import LISTING
from lib.soql.builder.phrases import (
    PHRASES,
    Entered,
    FieldType,
    Input,
    Phrase,
    condition_of,
    in_words,
)

NO_COLUMN = "Choose at least one column."
NO_CAMPAIGN = "Choose a campaign."
NO_FIELD = "Choose a field."
_MOST_VALUES = 100  # in a list; longer lists stay in SOQL
_IDS = count(1)
_MISSING = {
    Input.NUMBER: "Enter a number, such as 1500 or 15.5.",
    Input.PATTERN: "Enter a pattern: % stands for anything, _ for a single letter.",
    Input.CHOICE: "Choose a value.",
    Input.CHOICES: "Choose at least one value.",
    Input.TEXTS: "Enter at least one value, and press Enter after each.",
    Input.DAY: "Choose a date.",
    Input.MOMENT: "Choose a date and time.",
    Input.PERIOD: "Choose a period.",
}


def _next_id() -> int:
    return next(_IDS)


@dataclass(slots=True)
class ConditionRow:
    """A condition: `words` are its phrase's, "" if it is kept as it was written."""

    path: str
    words: str = ""
    entered: Entered = None
    written: Condition | None = None
    id: int = field(default_factory=_next_id)


@dataclass(slots=True)
class GroupRow:
    """A group of conditions."""

    match: Match
    rows: list[ConditionRow]
    id: int = field(default_factory=_next_id)


@dataclass(slots=True)
class MemberRow:
    """A campaign condition; without campaigns it is not finished."""

    campaigns: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    negated: bool = False
    id: int = field(default_factory=_next_id)


@dataclass(slots=True)
class OrderRow:
    """A sort key; `written` is the key it was read from."""

    path: str
    is_descending: bool = False
    is_empty_last: bool = False
    written: Order | None = None
    id: int = field(default_factory=_next_id)


@dataclass(slots=True)
class Draft:
    """All rows of the builder."""

    sobject: str
    columns: tuple[str, ...]
    match: Match = Match.ALL
    parts: list[ConditionRow | GroupRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    orders: list[OrderRow] = field(default_factory=list)
    limit: int | None = None

    def conditions(self) -> Iterator[ConditionRow]:
        """Every condition, those in groups too."""
        for part in self.parts:
            yield from part.rows if isinstance(part, GroupRow) else (part,)


@dataclass(frozen=True, slots=True)
class Read:
    """The model the rows make, or what is missing, without repeats.

    `so_far` is the model without the conditions that aren't filled in, if nothing else is missing.
    """

    model: Model | None
    missing: tuple[str, ...]
    so_far: Model | None


def field_of(offer: OfferedObject, path: str) -> OfferedField:
    """The offered field of a path; other fields can only be kept as they are."""
    return offer.field(path) or OfferedField(path, path, FieldType.OTHER, filterable=False)


def phrase_of(offer: OfferedObject, row: ConditionRow) -> Phrase | None:
    """The phrase that a row has chosen."""
    phrases = PHRASES[field_of(offer, row.path).kind]
    return next((phrase for phrase in phrases if phrase.words == row.words), None)


def new_row(offer: OfferedObject, path: str, *, among_many: bool = False) -> ConditionRow:
    """A condition to fill in, with the first phrase of its field, or the first that lists."""
    phrases = PHRASES[field_of(offer, path).kind]
    listing = [phrase.words for phrase in phrases if among_many and phrase.operator in LISTING]
    row = ConditionRow(path, listing[0] if listing else "")
    settle(offer, row)
    return row


def settle(offer: OfferedObject, row: ConditionRow) -> None:
    """After the field or the phrase of a row has changed: a phrase that fits, no stale entry."""
    phrase = phrase_of(offer, row)
    if phrase is None:
        phrases = PHRASES[field_of(offer, row.path).kind]
        phrase = phrases[0] if phrases else None
        row.words = phrase.words if phrase else ""
        row.entered = None


def draft_of(model: Model, offer: OfferedObject) -> Draft:
    """The rows that show a model."""
    return Draft(
        sobject=model.sobject,
        columns=model.columns,
        match=model.match,
        parts=[_row_or_group(part, offer) for part in model.parts],
        members=[
            MemberRow(member.campaigns, member.statuses, member.negated)
            for member in model.memberships
        ],
        orders=[
            OrderRow(key.field, key.direction == "DESC", key.nulls == "LAST", key)
            for key in model.order
        ],
        limit=model.limit,
    )


def _row_or_group(
    part: Condition | ConditionGroup, offer: OfferedObject
) -> ConditionRow | GroupRow:
    if isinstance(part, ConditionGroup):
        return GroupRow(part.match, [_row(condition, offer) for condition in part.conditions])
    return _row(part, offer)


def _row(condition: Condition, offer: OfferedObject) -> ConditionRow:
    said = in_words(field_of(offer, condition.field).kind, condition)
    if said is None or len(condition.values) > _MOST_VALUES:
        return ConditionRow(condition.field, written=condition)
    phrase, entered = said
    return ConditionRow(condition.field, phrase.words, entered, condition)


def read(draft: Draft, offer: OfferedObject) -> Read:
    """The model of the rows; `None` while something is missing: it would match too many."""
    unmet = [why for row in draft.conditions() if (why := missing_in(row, offer))]
    others = [] if draft.columns else [NO_COLUMN]
    others += [NO_CAMPAIGN for member in draft.members if not member.campaigns]
    others += [NO_FIELD for key in draft.orders if not key.path]
    so_far = None if others else _model(draft, offer)
    missing = tuple(dict.fromkeys([*unmet, *others]))
    return Read(None if missing else so_far, missing, so_far)


def condition_in(row: ConditionRow, offer: OfferedObject) -> Condition | None:
    """The condition of a row, as it was written if nothing in it has changed."""
    phrase = phrase_of(offer, row)
    written = row.written
    if phrase is None:
        return written if written and written.field == row.path else None
    if written is not None and written.field == row.path:
        kind = field_of(offer, row.path).kind
        if in_words(kind, written) == (phrase, row.entered):
            return written
    return condition_of(row.path, phrase, row.entered)


def missing_in(row: ConditionRow, offer: OfferedObject) -> str:
    """What a row still needs; "" if it is complete."""
    if condition_in(row, offer) is not None:
        return ""
    phrase = phrase_of(offer, row)
    return NO_FIELD if phrase is None else _MISSING.get(phrase.input, "Enter a value.")


def _model(draft: Draft, offer: OfferedObject) -> Model:
    parts: list[Condition | ConditionGroup] = []
    for part in draft.parts:
        if isinstance(part, GroupRow):
            conditions = [condition for row in part.rows if (condition := condition_in(row, offer))]
            parts += [ConditionGroup(part.match, tuple(conditions))] if conditions else []
        elif condition := condition_in(part, offer):
            parts.append(condition)
    return Model(
        sobject=draft.sobject,
        columns=draft.columns,
        match=draft.match,
        parts=tuple(parts),
        memberships=tuple(
            Membership(member.campaigns, member.statuses, member.negated)
            for member in draft.members
        ),
        order=tuple(_order(row) for row in draft.orders),
        limit=draft.limit,
    )


def _order(row: OrderRow) -> Order:
    key = Order(row.path, "DESC" if row.is_descending else "", "LAST" if row.is_empty_last else "")
    written = row.written
    if written is None or written.field != row.path:
        return key
    same = ((written.direction == "DESC"), (written.nulls == "LAST"))
    return written if same == (row.is_descending, row.is_empty_last) else key
