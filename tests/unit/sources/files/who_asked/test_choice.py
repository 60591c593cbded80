"""A choice as it is typed: what it means, and that it survives the way to another process."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import UsageError
from lib.sources.files.who_asked.choice import Choice, Where, choice_from, parse_where, where_text

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(str.strip)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Status=unsubscribed", Where("Status", ("unsubscribed",))),
        (" E-mail status = out , gone ", Where("E-mail status", ("out", "gone"))),
        ('Reason="no, thanks",spam', Where("Reason", ("no, thanks", "spam"))),
        ("Status=,none", Where("Status", ("", "none"))),
        ('Status=""', Where("Status", ("",))),
        ('"a=b"=Yes', Where("a=b", ("Yes",))),
        ('"a ""b"""=Yes', Where('a "b"', ("Yes",))),
        ("Formula=a=b", Where("Formula", ("a=b",))),
    ],
)
def test_a_column_and_its_values_are_read_from_one_text(text, where):
    assert parse_where(text) == where


@given(CELLS.filter(bool), st.lists(CELLS, min_size=1).map(tuple))
def test_whatever_a_file_holds_can_be_written_and_read_again(column, values):
    where = Where(column, values)

    assert parse_where(where_text(where)) == where


@pytest.mark.parametrize("text", ["", "=x", "Status", "Status=", "Status= , ", '"a"'])
def test_a_text_without_a_column_or_a_value_is_refused_with_an_example(text):
    with pytest.raises(UsageError) as refused:
        parse_where(text)
    assert "--where 'Status=" in refused.value.remedy


def test_a_column_named_twice_has_the_values_of_both():
    made = choice_from(["Status=out", "List=all", "Status=spam"], everyone=False)

    assert made == Choice((Where("Status", ("out", "spam")), Where("List", ("all",))))


def test_a_choice_is_written_on_one_line_with_each_value_in_quotes():
    assert where_text(Where("Status", ("out", "a,b"))) == 'Status="out","a,b"'
    assert where_text(Where("a=b", ("",))) == '"a=b"=""'
