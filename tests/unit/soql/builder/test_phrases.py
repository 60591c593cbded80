"""Conditions in words: phrases fit the type of the field, and come back unchanged."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.soql import parse, render, tree
from lib.soql.builder import Condition, Model, Operator, from_query, to_query
from lib.soql.builder.date_periods import PERIODS, DatePeriod
from lib.soql.builder.phrases import PHRASES, FieldType, Input, condition_of, in_words
from lib.soql.keywords import COUNTED_DATE_LITERALS, PLAIN_DATE_LITERALS

SOME = {
    Input.NOTHING: st.none(),
    Input.TEXT: st.text(min_size=1),
    Input.TEXTS: st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
    Input.CHOICE: st.text(min_size=1),
    Input.CHOICES: st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
    Input.NUMBER: st.from_regex(r"[+-]?[0-9]{1,6}(\.[0-9]{1,3})?", fullmatch=True),
    Input.DAY: st.dates(date(1701, 1, 1), date(3999, 1, 1)),
    Input.MOMENT: st.datetimes(
        datetime(1701, 1, 1), datetime(3999, 1, 1), timezones=st.just(UTC)
    ).map(lambda moment: moment.replace(microsecond=0)),
    Input.PERIOD: st.sampled_from(list(PERIODS)).flatmap(
        lambda name: (
            st.integers(1, 999).map(lambda count: DatePeriod(name, count))
            if name in COUNTED_DATE_LITERALS
            else st.just(DatePeriod(name))
        )
    ),
    Input.PATTERN: st.from_regex(r"[a-z]_[a-z%_]{0,4}", fullmatch=True),
}
SAID = st.sampled_from([(kind, phrase) for kind in FieldType for phrase in PHRASES[kind]]).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), SOME[pair[1].input])
)


@given(SAID)
def test_an_entered_value_comes_back_from_the_text_of_its_condition(said):
    kind, phrase, entered = said
    condition = condition_of("Some__c", phrase, entered)
    model = from_query(parse(render(to_query(Model("Lead", ("Id",), parts=(condition,))))))

    assert in_words(kind, model.parts[0]) == (phrase, entered)


def test_every_date_literal_has_words():
    assert set(PERIODS) == PLAIN_DATE_LITERALS | COUNTED_DATE_LITERALS
    assert all(("…" in words) is DatePeriod(name).is_counted for name, words in PERIODS.items())
    assert len(set(PERIODS.values())) == len(PERIODS)


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        (FieldType.TEXT, Condition("A", Operator.ABOVE, (tree.Text("M"),))),
        (FieldType.TEXT, Condition("A", Operator.EQUALS, (tree.Text(""),))),
        (FieldType.TEXT, Condition("A", Operator.ONE_OF, (tree.Text("a"), tree.Null()))),
        (FieldType.NUMBER, Condition("A", Operator.EQUALS, (tree.Currency("USD5"),))),
        (FieldType.BOX, Condition("A", Operator.EQUALS, (tree.Null(),))),
        (FieldType.BOX, Condition("A", Operator.DIFFERS, (tree.Null(),))),
        (FieldType.DAY, Condition("A", Operator.EQUALS, (tree.Text("2026-01-01"),))),
        (FieldType.MOMENT, Condition("A", Operator.EQUALS, (tree.Date(date(2026, 1, 1)),))),
        (FieldType.OTHER, Condition("A", Operator.EQUALS, (tree.Null(),))),
    ],
)
def test_a_condition_that_no_phrase_expresses_stays_as_it_was_written(kind, condition):
    assert in_words(kind, condition) is None


@pytest.mark.parametrize("value", [True, False])
def test_a_checkbox_that_differs_from_a_value_has_the_other_value(value):
    differs = Condition("A", Operator.DIFFERS, (tree.Boolean(value),))
    equals = Condition("A", Operator.EQUALS, (tree.Boolean(not value),))

    assert in_words(FieldType.BOX, differs) == in_words(FieldType.BOX, equals)


@pytest.mark.parametrize(
    ("how", "entered"),
    [
        (Input.TEXT, ""),
        (Input.TEXT, None),
        (Input.TEXTS, ()),
        (Input.TEXTS, ("",)),
        (Input.NUMBER, "many"),
        (Input.NUMBER, "1,000"),
        (Input.PATTERN, "\\"),
        (Input.PERIOD, DatePeriod("LAST_N_DAYS")),
        (Input.PERIOD, DatePeriod("TODAY", 3)),
        (Input.DAY, None),
    ],
)
def test_an_incomplete_entry_makes_no_condition(how, entered):
    phrases = [phrase for kind in FieldType for phrase in PHRASES[kind] if phrase.input is how]

    assert [condition_of("A", phrase, entered) for phrase in phrases] == [None] * len(phrases)


def test_a_date_literal_in_lower_case_is_the_same_period():
    condition = Condition("A", Operator.EQUALS, (tree.DateLiteral("last_n_days", 7),))

    assert in_words(FieldType.DAY, condition) == (
        PHRASES[FieldType.DAY][0],
        DatePeriod("LAST_N_DAYS", 7),
    )
