"""A query on several lines means the same as on a single line."""

from hypothesis import given

from lib.soql import parse, tree
from lib.soql.builder import Model, from_query, to_query
from lib.soql.builder.layout import laid_out
from lib.soql.builder.templates import TEMPLATES
from tests.unit.soql.test_any_tree import QUERIES


@given(QUERIES)
def test_any_query_comes_back_from_its_lines(query: tree.Query) -> None:
    assert parse(laid_out(query)) == query


def test_each_clause_and_condition_has_its_own_line():
    text = (
        "SELECT Id, (SELECT Id FROM Contacts WHERE A = 1 AND B = 2) FROM Account"
        " WHERE Name = 'a AND b' AND (X = 1 OR Y = 2) ORDER BY Name LIMIT 5"
    )

    assert laid_out(parse(text)).splitlines() == [
        "SELECT Id, (SELECT Id FROM Contacts WHERE A = 1 AND B = 2)",
        "FROM Account",
        "WHERE Name = 'a AND b'",
        "  AND (X = 1 OR Y = 2)",
        "ORDER BY Name",
        "LIMIT 5",
    ]


def test_templates_open_in_the_builder_as_they_are():
    for template in TEMPLATES:
        found = from_query(to_query(template.model))
        assert isinstance(found, Model)
        assert found == template.model
