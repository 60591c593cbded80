"""Text → tree → text. round_trip.soql has the cases, each on its own line."""

from pathlib import Path

import pytest

from lib.soql import parse, render

LINES = Path(__file__).with_name("round_trip.soql").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("query", [line for line in LINES if not line.startswith("#")])
def test_a_query_comes_back_as_it_was_written(query: str) -> None:
    assert render(parse(query)) == query


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("select id from contact", "SELECT id FROM contact"),
        ("SELECT\n  Id ,\tName\nFROM Contact", "SELECT Id, Name FROM Contact"),
        ("SELECT Id FROM Contact AS c", "SELECT Id FROM Contact c"),
        ("SELECT Id FROM Contact WHERE ((a = 1))", "SELECT Id FROM Contact WHERE a = 1"),
        (
            "SELECT Id FROM Contact WHERE a = 1 AND ((Id IN (SELECT AId FROM B)))",
            "SELECT Id FROM Contact WHERE a = 1 AND Id IN (SELECT AId FROM B)",
        ),
        ("SELECT Id FROM Contact WHERE a<>null", "SELECT Id FROM Contact WHERE a != null"),
        (
            "SELECT Id FROM Contact WHERE a not\nin('x')",
            "SELECT Id FROM Contact WHERE a NOT IN ('x')",
        ),
        (
            "SELECT Id FROM Contact WHERE a = '\\u0041\\\"'",
            "SELECT Id FROM Contact WHERE a = 'A\"'",
        ),
        (
            "SELECT Id FROM Contact WHERE a='\\uD83C\\uDF89'",
            "SELECT Id FROM Contact WHERE a = '🎉'",
        ),
        (
            "SELECT Id FROM Contact WHERE d = LAST_N_DAYS : 3",
            "SELECT Id FROM Contact WHERE d = LAST_N_DAYS:3",
        ),
        (
            "SELECT Id FROM Contact WHERE t > 2026-01-31T23:01:01.000+0000",
            "SELECT Id FROM Contact WHERE t > 2026-01-31T23:01:01Z",
        ),
        ("// why\nSELECT Id /* and */ FROM Contact", "SELECT Id FROM Contact"),
    ],
)
def test_different_spellings_of_the_same_query_are_written_the_same_way(
    written: str, normal: str
) -> None:
    assert render(parse(written)) == normal


def test_half_of_a_surrogate_pair_stays_an_escape() -> None:
    query = r"SELECT Id FROM Contact WHERE Name = '\ud83c'"

    assert render(parse(query)) == query


def test_a_node_without_a_writer_raises_type_error() -> None:
    with pytest.raises(TypeError, match="no way to write int"):
        render(5)
