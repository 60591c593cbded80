"""Any text becomes a tree, or a SoqlError with a position inside the text."""

import time

from hypothesis import given
from hypothesis import strategies as st

from lib.errors import SoqlError
from lib.soql import Query, all_of, any_of, equals, parse, render, select

WORDS = """
    SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES NULL TRUE TYPEOF WHEN THEN ELSE END WITH
    GROUP BY ORDER BY HAVING LIMIT OFFSET ALL ROWS FOR VIEW UPDATE USING SCOPE Id Contact a.b
    COUNT ( ) , = != <> < 'x' '\\u00 ' " 1 -2.5 2026-01-31 2026-13-01T 08:00:00Z TODAY \ud83c
    LAST_N_DAYS:3 USD5 : ; * // /* + \\ ROLLUP( DISTANCE( GEOLOCATION(
"""
TEXTS = st.text(max_size=40) | st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
STARTED = TEXTS.map(lambda text: f"SELECT Id FROM Contact WHERE {text}")  # noqa: S608 - any text


@given(TEXTS | STARTED)
def test_any_text_is_parsed_or_refused_at_a_position_inside_it(text: str) -> None:
    read = _read(text)

    if isinstance(read, SoqlError):
        lines = text.split("\n")
        assert 1 <= read.line <= len(lines)
        assert 1 <= read.column <= len(lines[read.line - 1]) + 1
        assert read.message
        assert read.remedy
    else:
        assert parse(render(read)) == read


def _read(text: str) -> Query | SoqlError:
    try:
        return parse(text)
    except SoqlError as error:
        return error


def test_long_queries_take_less_than_a_second() -> None:
    addresses = [f"someone{number:06}@example.org" for number in range(3000)]
    many_values = render(select(["Id"], "Contact", any_of("Email", addresses)))
    parts = [equals(f"Field{number}__c", number) for number in range(3000)]
    many_conditions = render(select(["Id"], "Contact", all_of(*parts)))

    start = time.process_time()
    parse(many_values)
    parse(many_conditions)

    assert time.process_time() - start < 1
