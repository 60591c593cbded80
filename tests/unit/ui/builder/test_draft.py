"""The builder's rows: unchanged rows make the same query, incomplete rows make none."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.services.lists.field_choices import OfferedField, OfferedObject
from lib.soql import parse
from lib.soql.builder import Condition, ConditionGroup, Match, Model, Operator, Order, from_query
from lib.soql.builder.date_periods import DatePeriod
from lib.soql.builder.phrases import PHRASES, FieldType, Input
from lib.soql.tree import Boolean, DateLiteral, Text
from lib.ui.builder.draft import (
    ConditionRow,
    Draft,
    GroupRow,
    MemberRow,
    OrderRow,
    draft_of,
    missing_in,
    new_row,
    read,
    settle,
)
from tests.unit.soql.builder.test_any_query import MODELS

KINDS = st.lists(st.sampled_from(list(FieldType)), min_size=1, max_size=8)


def _offer(paths: Sequence[str], kinds: Sequence[FieldType]) -> OfferedObject:
    names = sorted({path.lower() for path in paths})
    fields = [
        OfferedField(name, name.title(), kinds[place % len(kinds)])
        for place, name in enumerate(names)
    ]
    return OfferedObject("Lead", "Lead", "Leads", tuple(fields))


def _paths(model: Model) -> list[str]:
    conditions = [
        one
        for part in model.parts
        for one in (part.conditions if isinstance(part, ConditionGroup) else (part,))
    ]
    return [one.field for one in conditions] + [one.field for one in model.order]


@given(MODELS, KINDS)
def test_unchanged_rows_make_the_same_model_whatever_is_in_their_fields(
    model: Model, kinds: list[FieldType]
) -> None:
    offer = _offer(_paths(model), kinds)

    assert read(draft_of(model, offer), offer).model == model


OFFER = OfferedObject(
    "Lead",
    "Lead",
    "Leads",
    (
        OfferedField("Name", "Full Name", FieldType.TEXT),
        OfferedField("IsConverted", "Converted", FieldType.BOX),
        OfferedField("CreatedDate", "Created Date", FieldType.MOMENT),
        OfferedField("Rating", "Rating", FieldType.CHOICE, (("Hot", "Very hot"),)),
        OfferedField("Employees", "Employees", FieldType.NUMBER),
    ),
)


def _draft(text: str) -> Draft:
    model = from_query(parse(text))
    assert isinstance(model, Model)
    return draft_of(model, OFFER)


def test_an_unchanged_condition_keeps_its_spelling_and_a_changed_condition_does_not():
    draft = _draft("SELECT Id FROM Lead WHERE isconverted != true AND createddate = last_n_days:7")
    _, period = draft.conditions()
    period.entered = DatePeriod("LAST_N_DAYS", 8)

    assert read(draft, OFFER).model.parts == (
        Condition("isconverted", Operator.DIFFERS, (Boolean(True),)),
        Condition("createddate", Operator.EQUALS, (DateLiteral("LAST_N_DAYS", 8),)),
    )


def test_a_condition_no_phrase_says_stays_until_its_field_is_changed():
    draft = _draft("SELECT Id FROM Lead WHERE Name > 'M'")
    [row] = draft.conditions()
    assert (row.words, missing_in(row, OFFER)) == ("", "")
    row.path = "Rating"
    settle(OFFER, row)

    assert row.words == "is one of"
    assert missing_in(row, OFFER) == "Choose at least one value."


def test_another_kind_of_field_begins_with_its_own_first_phrase_and_no_entry():
    row = new_row(OFFER, "Name")
    row.entered = "Ann"
    row.path = "CreatedDate"
    settle(OFFER, row)

    assert (row.words, row.entered) == ("is in", None)


def test_the_same_kind_of_field_keeps_what_was_entered():
    offer = _offer(["Name", "City"], [FieldType.TEXT])
    row = new_row(offer, "name")
    row.entered = "Ann"
    row.path = "city"
    settle(offer, row)

    assert (row.words, row.entered) == ("is", "Ann")


def test_a_new_row_can_start_with_a_phrase_that_lists_values():
    assert new_row(OFFER, "Name", among_many=True).words == "is one of"
    assert new_row(OFFER, "IsConverted", among_many=True).words == "is selected"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda draft: setattr(draft, "columns", ()), "Choose at least one column."),
        (lambda draft: draft.parts.append(ConditionRow("")), "Choose a field."),
        (lambda draft: draft.parts.append(new_row(OFFER, "Name")), "Enter a value."),
        (
            lambda draft: draft.parts.append(GroupRow(Match.ANY, [new_row(OFFER, "CreatedDate")])),
            "Choose a period.",
        ),
        (
            lambda draft: draft.parts.append(ConditionRow("Employees", "is", "1,000")),
            "Enter a number, such as 1500 or 15.5.",
        ),
        (lambda draft: draft.members.append(MemberRow()), "Choose a campaign."),
        (lambda draft: draft.orders.append(OrderRow("")), "Choose a field."),
    ],
)
def test_what_is_not_filled_in_is_no_query_and_is_named(change, why):
    draft = _draft("SELECT Id FROM Lead WHERE Name = 'A'")
    change(draft)

    assert read(draft, OFFER).model is None
    assert read(draft, OFFER).missing == (why,)


def test_every_input_has_words_for_what_is_missing():
    for kind in FieldType:
        for phrase in PHRASES[kind]:
            field = next((one.path for one in OFFER.fields if one.kind is kind), None)
            if field and phrase.input is not Input.NOTHING:
                assert missing_in(ConditionRow(field, phrase.words), OFFER)


def test_groups_without_rows_and_the_order_come_back():
    draft = _draft("SELECT Id FROM Lead WHERE Name = 'A' ORDER BY Name asc, Rating DESC NULLS LAST")
    draft.parts.append(GroupRow(Match.NONE, []))
    draft.orders[1].is_descending = False

    model = read(draft, OFFER).model
    assert model.parts == (Condition("Name", Operator.EQUALS, (Text("A"),)),)
    assert model.order == (Order("Name", "ASC"), Order("Rating", "", "LAST"))
