"""Bodies that are not JSON, and values that do not fit: the messages and places."""

import pytest

from lib.practice.json_text import placed, read, unreadable_value
from lib.practice.refusal import Refusal

_A_VALUE = "expected a valid value (number, String, array, object, 'true', 'false' or 'null')"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Recorded: the place of the first character of a body is column 2.
        ("request=1", f"Unexpected character ('r' (code 114)): {_A_VALUE} at [line:1, column:2]"),
        (
            "{a:1}",
            "Unexpected character ('a' (code 97)): was expecting double-quote to start field name"
            " at [line:1, column:3]",
        ),
        (
            '{"a":[1 2]}',
            "Unexpected character ('2' (code 50)): was expecting comma to separate ARRAY entries"
            " at [line:1, column:10]",
        ),
        (
            '{"a":[1],\n "b":2 "c":3}',
            "Unexpected character ('\"' (code 34)): was expecting comma to separate OBJECT entries"
            " at [line:2, column:9]",
        ),
        (
            '{"a":"\n"}',
            "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash"
            " to be included in string value at [line:1, column:8]",
        ),
        (
            '{"a":"\\q"}',
            "Unrecognized character escape 'q' (code 113) at [line:1, column:9]",
        ),
        ("{", "Unexpected end-of-input: expected close marker for OBJECT at [line:1, column:2]"),
        (
            '{"a": "x',
            "Unexpected end-of-input: was expecting closing quote for a string value"
            " at [line:1, column:9]",
        ),
        ('{"a": NaN}', "Non-standard token 'NaN'"),
    ],
)
def test_invalid_json_is_refused_in_the_words_of_salesforces_parser(text: str, message: str):
    with pytest.raises(Refusal) as caught:
        read(text)

    assert (caught.value.error_code, caught.value.message) == ("JSON_PARSER_ERROR", message)


@pytest.mark.parametrize("text", ["[" * 100_000, "1" * 5000])
def test_numbers_and_nesting_beyond_all_limits_are_refused_too(text: str):
    with pytest.raises(Refusal, match="to be read"):
        read(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("soon", "VALUE_STRING value soon"),
        (True, "VALUE_TRUE value true"),
        (False, "VALUE_FALSE value false"),
        ({"a": 1}, "START_OBJECT value {"),
        ([], "START_ARRAY value ["),
    ],
)
def test_a_value_that_does_not_fit_is_shown_as_the_parser_read_it(value: object, shown: str):
    refusal = unreadable_value("date", "Birthdate", value)

    wanted = f"Cannot deserialize instance of date from {shown} or request may be missing"
    assert refusal.message.startswith(wanted)


def test_the_place_of_a_value_is_where_exactly_this_value_starts():
    text = '{"records":[\n{"Birthdate":"1990-01-01"},\n{"birthdate" : " soon "}]}'

    refusal = placed(unreadable_value("date", "Birthdate", "soon"), text)

    assert refusal.message.endswith(" at [line:3, column:16]")
